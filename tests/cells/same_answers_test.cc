// A store with cells, between which channels move, answers as one without.
#include <gmock/gmock.h>

#include <random>

#include "tests/cells/cells_fixture.h"

namespace rookery::testing {
namespace {

/// The same calls go to both stores.
class SameAnswersTest : public CellsTest {
 protected:
  void SetUp() override {
    CellsTest::SetUp();
    auto plain = Store::Open("plain", {.engine = EngineKind::kMemory, .clock = clock_});
    ASSERT_OK(plain.status());
    plain_.emplace(*std::move(plain));
  }
  template <typename Call>
  void Both(Call&& call) {
    EXPECT_EQ(call(store()), call(*plain_));
  }
  std::size_t Pick(std::size_t below) { return std::uniform_int_distribution<std::size_t>(0, below - 1)(random_); }
  std::string AnyChannel() {
    static constexpr const char* kNames[] = {"general", "games", "guild/1", "guild/2", "dm/1", "dm/2"};
    return kNames[Pick(std::size(kNames))];
  }
  void Step(int number) {
    const std::string channel = AnyChannel();
    const std::string text = "text " + std::to_string(number);
    const MessageId id{std::uint64_t{1000} + Pick(40)};
    switch (Pick(7)) {
      case 0:
      case 1:
        return Both([&](Store& s) { return s.Post({.channel = channel, .content = text, .id = id}).status(); });
      case 2:
        return Both([&](Store& s) { return s.Edit(channel, id, {.content = text}).status().code(); });
      case 3:
        return Both([&](Store& s) { return s.Delete(channel, id).value(); });
      case 4:
        return Both([&](Store& s) { return s.Put(channel, "key", text).value(); });
      case 5:
        return Both([&](Store& s) { return s.DeleteRecord(channel, "key").value(); });
      default:
        static constexpr const char* kCells[] = {"main", "dm", "guilds"};
        ASSERT_OK(store().MoveToCell(channel, kCells[Pick(std::size(kCells))]).status());
    }
  }
  static std::string Dump(Store& store) {
    std::string dump;
    const ChannelPage channels = *store.Channels();
    for (const std::string& channel : channels.channels) {
      dump += channel + ":";
      const Page page = *store.History(channel, {.limit = 1000});
      for (const MessageView& message : page) {
        dump += " " + std::to_string(message.id().value) + "=" + std::string(message.content()) + "/" +
                std::to_string(message.version().value);
      }
      const auto record = *store.GetRecord(channel, "key");
      if (record) dump += " key=" + record->value + "/" + std::to_string(record->version.value);
      dump += " " + std::to_string(store.SizeOf(channel)->messages) + "\n";
    }
    return dump;
  }

  std::mt19937 random_{20260101};
  std::optional<Store> plain_;
};

TEST_F(SameAnswersTest, WhateverIsWrittenAndMoved) {
  for (int round = 0; round < 6; ++round) {
    for (int i = 0; i < 80; ++i) Step(round * 100 + i);
    EXPECT_EQ(Dump(store()), Dump(*plain_)) << "round " << round;
    if (round % 2 == 1) Reopen();
  }
}

}  // namespace
}  // namespace rookery::testing
