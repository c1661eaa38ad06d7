// Compares what an opening says that it lost with what is missing.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "assembly/witness_file.h"
#include "rookery/recovery.h"
#include "tests/torture/author.h"
#include "tests/torture/rows.h"

namespace rookery::torture {

/// A step, and where its batch is in the log: behind `before`, and at `after` at the latest.
struct PlacedStep {
  Step step;
  std::uint64_t before = 0;
  std::uint64_t after = 0;
};

/// What is known of a store when its power was cut.
struct Life {
  Rows begin;                     // what was there before the first step
  std::vector<PlacedStep> steps;  // in order; the last one was perhaps not acknowledged
  std::size_t durable = 0;        // so many of them were acknowledged, with all of them on disk
  bool closed = false;            // Close was acknowledged
  bool copies = false;            // rows were perhaps written to two shards
};

/// What was found afterwards.
struct Remains {
  Rows rows;
  RecoveryReport report;
  assembly::Testimony testimony;  // of the witness, as the disk had it
  bool witness_whole = false;     // the disk had all that was ever written to it
  bool report_heard = true;       // false: an opening before this one told it, to nobody
};

struct Comparison {
  std::string violation;  // empty: none
  std::size_t kept = 0;   // so many steps are there
};

/// What must hold is said in power_cut.cc.
Comparison Compare(const Life& life, const Remains& remains);

}  // namespace rookery::torture
