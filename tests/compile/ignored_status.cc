// A Status must be looked at.
// EXPECT: ignoring return
#include "rookery/store.h"

void Case(rookery::Store& store) {
#ifdef WRONG
  store.Sync();
#else
  if (!store.Sync().ok()) return;
#endif
}
