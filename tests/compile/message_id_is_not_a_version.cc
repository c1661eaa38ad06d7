// A message id is no expected version, although a version may be written as a plain number.
// EXPECT: cannot convert|could not convert|no viable|no matching
#include "rookery/store.h"

bool Case(rookery::Store& store, rookery::MessageId id) {
#ifdef WRONG
  return store.Delete("general", id, {.expected_version = id}).has_value();
#else
  return store.Delete("general", id, {.expected_version = 1}).has_value();
#endif
}
