// An ingestor has one owner.
// EXPECT: deleted
#include <utility>

#include "rookery/ingestor.h"

rookery::Ingestor Case(rookery::Ingestor&& ingestor) {
#ifdef WRONG
  rookery::Ingestor other = ingestor;
#else
  rookery::Ingestor other = std::move(ingestor);
#endif
  return other;
}
