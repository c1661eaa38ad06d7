// DecodeCell: what is handed out is written again as the same bytes.
#include "codec/cell_rows.h"
#include "tests/fuzz/fuzz_target.h"

using rookery::testing::FuzzCheck;

namespace codec = rookery::codec;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view input = rookery::testing::FuzzInput(data, size);
  const auto cell = codec::DecodeCell("dm", input);
  if (!cell) return 0;
  FuzzCheck(!cell->directory.empty(), "a cell has a directory");
  FuzzCheck(codec::EncodeCell(*cell) == input, "a cell has one encoding");
  return 0;
}

std::vector<std::string> FuzzSeeds() {
  const codec::CellRow cell{.name = "dm",
                            .store_id = std::string(32, 'a'),
                            .directory = "cells/dm",
                            .prefixes = {"dm/", "x"},
                            .memory = 64 << 20,
                            .quota_bytes = 7,
                            .overrides = {{"a", "1"}, {"b", "2"}}};
  return {codec::EncodeCell(cell)};
}
