// A number is no time: the unit is said.
// EXPECT: cannot convert|could not convert|no viable|no known conversion|conversion
#include "rookery/message.h"

rookery::NewMessage Case() {
#ifdef WRONG
  return {.channel = "general", .created_at = 1'700'000'000'000};
#else
  return {.channel = "general", .created_at = rookery::Timestamp{std::chrono::milliseconds{1'700'000'000'000}}};
#endif
}
