// How the one write-buffer budget is divided among column families.
//
// Idea: the budget is kept by flushing the oldest memtable whenever all together exceed it. That works only while what
// idle memtables take anyway (an arena block and a filter each) stays a small part of it, so both shrink as families
// grow in number. Invariant: that idle part is at most a quarter of the budget, for up to budget / 64 KiB families.
#pragma once

#include <cstddef>

namespace rookery::engine {

struct MemtableSizes {
  std::size_t write_buffer_bytes;  // at which a family's memtable is flushed
  std::size_t arena_block_bytes;
};

/// REQUIRES: families >= 1.
MemtableSizes DivideWriteBuffer(std::size_t budget_bytes, std::size_t families);

}  // namespace rookery::engine
