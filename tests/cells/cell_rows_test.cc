#include "codec/cell_rows.h"

#include <gtest/gtest.h>

namespace rookery::codec {
namespace {

CellRow ARow() {
  return {.name = "dm",
          .store_id = std::string(32, 'a'),
          .directory = "cells/dm",
          .prefixes = {"dm/", std::string("x\0y", 3)},
          .memory = 64 << 20,
          .quota_bytes = 1'000'000,
          .overrides = {{"compression", "kNoCompression"}}};
}

TEST(CellRowsTest, ARowIsReadAsItWasWritten) { EXPECT_EQ(DecodeCell("dm", EncodeCell(ARow())), ARow()); }

TEST(CellRowsTest, ACutRowIsRefused) {
  const std::string bytes = EncodeCell(ARow());
  for (std::size_t length = 0; length < bytes.size(); ++length) {
    EXPECT_FALSE(DecodeCell("dm", std::string_view(bytes).substr(0, length))) << length;
  }
  EXPECT_FALSE(DecodeCell("dm", bytes + "x"));
}

TEST(CellRowsTest, ANumberOfTextsThatCannotBeIsRefused) {
  std::string bytes = EncodeCell({.name = "dm", .store_id = std::string(32, 'a'), .directory = "d"});
  bytes.replace(bytes.size() - 8, 4, "\xff\xff\xff\xff");
  EXPECT_FALSE(DecodeCell("dm", bytes));
}

TEST(CellRowsTest, KeysSayWhatTheyAreOf) {
  EXPECT_EQ(CellKey("dm"),
            "\x12"
            "dm");
  EXPECT_EQ(CellChannelKey("dm/1"),
            "\x13"
            "dm/1");
  EXPECT_EQ(CellRemainsKey("dm", "dm/1"), std::string("\x14"
                                                      "dm\0dm/1",
                                                      8));
}

}  // namespace
}  // namespace rookery::codec
