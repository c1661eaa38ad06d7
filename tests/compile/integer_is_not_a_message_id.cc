// A number becomes a message id only when it is said so.
// EXPECT: cannot convert|could not convert|no matching|no viable
#include "rookery/store.h"

bool Case(const rookery::Store& store) {
#ifdef WRONG
  return store.Get("general", 42).has_value();
#else
  return store.Get("general", rookery::MessageId{42}).has_value();
#endif
}
