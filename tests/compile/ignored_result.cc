// A Result must be looked at.
// EXPECT: ignoring return
#include "rookery/store.h"

void Case(rookery::Store& store) {
#ifdef WRONG
  store.Post({.channel = "general", .content = "hello"});
#else
  if (!store.Post({.channel = "general", .content = "hello"})) return;
#endif
}
