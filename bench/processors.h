// Gives timed threads a processor each: otherwise whether two of them run beside or after each other for the next
// second is up to where the kernel happened to wake them.
#pragma once

#include <cstddef>

namespace rookery::bench {

/// Keeps this thread on the processor of that number among those that the process may use; wherever the kernel likes
/// if there are not so many.
void StayOnProcessor(std::size_t number);

}  // namespace rookery::bench
