// The version that Edit returns is not the id that it takes.
// EXPECT: cannot convert|could not convert|no matching|no viable
#include "rookery/store.h"

bool Case(rookery::Store& store, rookery::MessageId id, rookery::Version version) {
#ifdef WRONG
  return store.Edit("general", version, {.content = "changed"}).has_value() && id.valid();
#else
  return store.Edit("general", id, {.content = "changed", .expected_version = version}).has_value();
#endif
}
