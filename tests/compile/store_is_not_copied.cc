// A store has one owner.
// EXPECT: deleted
#include <utility>

#include "rookery/store.h"

rookery::Store Case(rookery::Store&& store) {
#ifdef WRONG
  rookery::Store other = store;
#else
  rookery::Store other = std::move(store);
#endif
  return other;
}
