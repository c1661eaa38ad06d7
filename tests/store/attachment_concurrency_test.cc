// Uploads, reads, replacements and deletions of one message's attachments by many threads: every reader sees a whole
// one, and the store is sound afterwards.

#include <gtest/gtest.h>

#include <atomic>
#include <string>
#include <thread>
#include <vector>

#include "tests/store/store_fixture.h"

namespace rookery::testing {
namespace {

class AttachmentConcurrencyTest : public StoreKindTest {};

/// 0: there is none; else the letter that all its bytes are; -1: they are not of one upload.
int LetterOf(const Store& store, MessageId id, std::string_view name) {
  auto reader = store.GetAttachment("c", id, name);
  if (!reader) return -1;
  if (!*reader) return 0;
  char letter = 0;
  std::uint64_t size = 0;
  for (;;) {
    const auto part = (*reader)->ReadChunk();
    if (!part) return -1;
    if (part->empty()) break;
    if (letter == 0) letter = part->front();
    if (part->find_first_not_of(letter) != std::string_view::npos) return -1;
    size += part->size();
  }
  return size == (*reader)->info().size ? letter : -1;
}

TEST_P(AttachmentConcurrencyTest, EveryReaderSeesAWholeAttachmentOrNone) {
  constexpr int kRounds = 12;
  const MessageId id = Post("c", "x");
  std::atomic<int> broken{0};
  std::atomic<int> finished{0};
  const auto write = [&](char letter) {
    for (int round = 0; round < kRounds; ++round) {
      auto writer = store().PutAttachment("c", id, "shared", {.if_exists = IfExists::kReplace});
      const std::string bytes((std::size_t{1} << 20) + 1000U * static_cast<unsigned>(letter - 'a'), letter);
      if (!writer || !writer->Append(bytes).ok()) ++broken;
      if (round % 3 == 2) continue;  // abandoned
      if (writer->Finish().has_value()) ++finished;
    }
  };
  const auto remove = [&] {
    for (int round = 0; round < kRounds; ++round) {
      if (!store().DeleteAttachment("c", id, "shared").has_value()) ++broken;
      if (!store().Edit("c", id, {.content = std::to_string(round)}).has_value()) ++broken;
    }
  };
  const auto read = [&] {
    for (int round = 0; round < 3 * kRounds; ++round) {
      if (LetterOf(store(), id, "shared") < 0) ++broken;
    }
  };
  std::vector<std::thread> threads;
  threads.emplace_back(write, 'a');
  threads.emplace_back(write, 'b');
  threads.emplace_back(remove);
  threads.emplace_back(read);
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(broken, 0);
  EXPECT_EQ(finished, 2 * kRounds * 2 / 3);
  EXPECT_EQ(Get("c", id)->version(), Version{1 + kRounds}) << "no edit was lost";
  // The fixture verifies the store: counts agree, and no chunk is left without an owner.
}

INSTANTIATE_TEST_SUITE_P(Kinds, AttachmentConcurrencyTest, ::testing::ValuesIn(AllStoreKinds()), KindName);

}  // namespace
}  // namespace rookery::testing
