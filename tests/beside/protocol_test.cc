// The lines that readers and owners exchange, and what a checkpoint says of itself.
#include <gmock/gmock.h>

#include "beside/checkpoint_note.h"
#include "beside/reader_protocol.h"
#include "beside/readers_directory.h"
#include "tests/support/status_matchers.h"

namespace rookery::beside {
namespace {

using std::chrono::milliseconds;

TEST(ReaderProtocol, RequestsAreReadAsTheyWereWritten) {
  EXPECT_EQ(EncodeRequest({}), "rookery-readers 1 checkpoint any\n");
  EXPECT_EQ(EncodeRequest({.max_age = milliseconds{250}}), "rookery-readers 1 checkpoint 250\n");
  ASSERT_OK_AND_ASSIGN(const Request any, DecodeRequest("rookery-readers 1 checkpoint any"));
  EXPECT_EQ(any.max_age, std::nullopt);
  ASSERT_OK_AND_ASSIGN(const Request some, DecodeRequest("rookery-readers 1 checkpoint 250"));
  EXPECT_EQ(some.max_age, milliseconds{250});
}

TEST(ReaderProtocol, AnAnswerIsANameOrARefusal) {
  EXPECT_EQ(EncodeAnswer({.checkpoint = "000012"}), "checkpoint 000012\n");
  EXPECT_EQ(DecodeAnswer("checkpoint 000012")->checkpoint, "000012");
  EXPECT_EQ(EncodeAnswer({.checkpoint = {}, .refusal = "no\nroom"}), "refused no room\n");
  EXPECT_EQ(DecodeAnswer("refused no room")->refusal, "no room");
  EXPECT_EQ(EncodeAnswer({.checkpoint = {}, .refusal = std::string(100'000, 'x')}).size(), kMaxAnswerBytes);
  for (const char* line : {"", "checkpoint ", "checkpoint ..", "checkpoint /000001", "checkpoint 000001/..", "other"}) {
    EXPECT_EQ(DecodeAnswer(line), std::nullopt) << line;
  }
}

TEST(ReadersDirectoryNames, AreNumbersOfSixDigitsAndMore) {
  EXPECT_EQ(NameOfCheckpoint(12), "000012");
  EXPECT_EQ(NameOfCheckpoint(12'345'678), "12345678");
  EXPECT_TRUE(IsCheckpointName("000012"));
  EXPECT_EQ(NumberOfCheckpoint("000012"), 12U);
  for (const char* name : {"", "12", "00001x", "000012.part", "../0001", "1234567890123456789"}) {
    EXPECT_FALSE(IsCheckpointName(name)) << name;
  }
}

CheckpointNote SomeNote() {
  return {.store_id = "0123",
          .boot = "boot",
          .at = Timestamp{milliseconds{1'700'000'000'123}},
          .positions = {{"main", 7}, {"guilds", 8}},
          .left_out = {{"dm", "it is gone"}}};
}

TEST(CheckpointNoteTest, IsReadAsItWasWritten) {
  EXPECT_EQ(DecodeNote(EncodeNote(SomeNote())), SomeNote());
  CheckpointNote note = SomeNote();
  note.left_out["dm"] = "two\nlines";
  EXPECT_EQ(DecodeNote(EncodeNote(note))->left_out.at("dm"), "two lines");
}

TEST(CheckpointNoteTest, DamageIsNoticedWhereverItIs) {
  const std::string text = EncodeNote(SomeNote());
  for (std::size_t i = 0; i < text.size(); ++i) {
    std::string damaged = text;
    damaged[i] = static_cast<char>(damaged[i] ^ 1);
    EXPECT_EQ(DecodeNote(damaged), std::nullopt) << i;
    EXPECT_EQ(DecodeNote(text.substr(0, i)), std::nullopt) << i;
  }
}

TEST(CheckpointNoteTest, WithoutTheMainCellItIsNone) {
  CheckpointNote note = SomeNote();
  note.positions.erase("main");
  EXPECT_EQ(DecodeNote(EncodeNote(note)), std::nullopt);
}

}  // namespace
}  // namespace rookery::beside
