// Attachments: what was put is read back, whole or in parts, belongs to its message, and goes with it.

#include "rookery/attachment.h"

#include <gmock/gmock.h>

#include <array>
#include <string>
#include <utility>
#include <vector>

#include "tests/store/store_fixture.h"
#include "tests/support/seeded_random.h"

namespace rookery::testing {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

constexpr std::size_t kChunk = std::size_t{1} << 20;

class AttachmentTest : public StoreKindTest {
 protected:
  void SetUp() override {
    StoreKindTest::SetUp();
    id_ = Post("c", "look");
  }

  std::string Noise(std::size_t bytes) { return random_.Bytes(bytes); }
  Result<AttachmentInfo> Put(std::string_view name, std::string_view bytes, const AttachmentOptions& options = {}) {
    auto writer = store().PutAttachment("c", id_, name, options);
    if (!writer) return std::move(writer).error();
    if (Status status = writer->Append(bytes); !status.ok()) return status;
    return writer->Finish();
  }
  /// All its bytes; nullopt if there is none.
  std::optional<std::string> Read(std::string_view name) {
    auto reader = store().GetAttachment("c", id_, name);
    EXPECT_OK(reader);
    if (!reader || !*reader) return std::nullopt;
    return Rest(**reader);
  }
  static std::string Rest(AttachmentReader& reader) {
    std::string bytes;
    for (;;) {
      const auto part = reader.ReadChunk();
      EXPECT_OK(part);
      if (!part || part->empty()) return bytes;
      bytes.append(*part);
    }
  }
  std::vector<std::string> Names() {
    const auto infos = store().ListAttachments("c", id_);
    EXPECT_OK(infos);
    std::vector<std::string> names;
    for (const AttachmentInfo& info : *infos) names.push_back(info.name);
    return names;
  }
  std::uint64_t ChunksStored() {
    std::uint64_t chunks = 0;
    const auto report = store().Verify();
    EXPECT_TRUE(report->ok());
    for (const ShardCounts& shard : report->shards) chunks += shard.chunks;
    return chunks;
  }

  SeededRandom random_{11};
  MessageId id_;
};

TEST_P(AttachmentTest, EverySizeReadsBackAsItWasPut) {
  for (const std::size_t bytes : {std::size_t{0}, std::size_t{1}, kChunk - 1, kChunk, kChunk + 1, 3 * kChunk}) {
    const std::string content = Noise(bytes);
    const std::string name = std::to_string(bytes);
    const auto info = Put(name, content);
    ASSERT_OK(info);
    EXPECT_EQ(info->size, bytes);
    EXPECT_EQ(info->chunks, (bytes + kChunk - 1) / kChunk);
    EXPECT_EQ(Read(name), content);
  }
  EXPECT_EQ(Get("c", id_)->attachment_count(), 6U);
  if (!durable()) return;
  Reopen();
  EXPECT_EQ(Read(std::to_string(kChunk + 1))->size(), kChunk + 1);
}

TEST_P(AttachmentTest, BytesMayComeInAnyPieces) {
  const std::string content = Noise(2 * kChunk + 12'345);
  ASSERT_OK_AND_ASSIGN(AttachmentWriter writer, store().PutAttachment("c", id_, "pieces"));
  for (std::size_t at = 0; at < content.size();) {
    const std::size_t piece = std::min<std::size_t>(content.size() - at, 1 + random_.Below(300'000));
    ASSERT_OK(writer.Append(std::string_view(content).substr(at, piece)));
    at += piece;
    EXPECT_EQ(writer.size(), at);
  }
  ASSERT_OK(writer.Finish());
  EXPECT_EQ(Read("pieces"), content);
}

TEST_P(AttachmentTest, InfoSaysWhatIsKnown) {
  clock().Set(Timestamp{std::chrono::milliseconds{1'700'000'123'456}});
  ASSERT_OK(Put("hello.txt", "hello", {.media_type = "text/plain; charset=utf-8", .author = "ada"}));
  const auto infos = store().ListAttachments("c", id_);
  ASSERT_OK(infos);
  ASSERT_EQ(infos->size(), 1U);
  const AttachmentInfo& info = infos->front();
  EXPECT_EQ(info.name, "hello.txt");
  EXPECT_EQ(info.media_type, "text/plain; charset=utf-8");
  EXPECT_EQ(info.author, "ada");
  EXPECT_EQ(info.size, 5U);
  EXPECT_EQ(info.created_at, clock().Now());
  EXPECT_EQ(info.checksum.ToHex(), "b5e9c1ad071b3e7fc779cfaa5e523818");  // printf hello | xxhsum -H2
}

TEST_P(AttachmentTest, ReadsFillTheBufferFromAnyOffset) {
  const std::string content = Noise(2 * kChunk + 100);
  ASSERT_OK(Put("a", content));
  auto reader = store().GetAttachment("c", id_, "a");
  ASSERT_OK(reader);
  std::vector<char> buffer(200'000);
  for (const std::size_t offset : {std::size_t{0}, kChunk - 7, kChunk, 2 * kChunk + 99, 2 * kChunk + 100}) {
    ASSERT_OK((*reader)->Seek(offset));
    const auto read = (*reader)->Read(buffer);
    ASSERT_OK(read);
    EXPECT_EQ(std::string(buffer.data(), *read), content.substr(offset, buffer.size())) << offset;
    EXPECT_EQ((*reader)->offset(), offset + *read);
  }
  EXPECT_CODE((*reader)->Seek(content.size() + 1), StatusCode::kInvalidArgument);
}

TEST_P(AttachmentTest, NothingIsSeenBeforeItIsFinished) {
  ASSERT_OK_AND_ASSIGN(AttachmentWriter writer, store().PutAttachment("c", id_, "a"));
  ASSERT_OK(writer.Append(Noise(3 * kChunk)));
  EXPECT_THAT(Names(), IsEmpty());
  EXPECT_EQ(Read("a"), std::nullopt);
  EXPECT_EQ(Get("c", id_)->attachment_count(), 0U);
  EXPECT_TRUE(store().Verify()->ok()) << "chunks of an upload under way are no damage";
  ASSERT_OK(writer.Finish());
  EXPECT_THAT(Names(), ElementsAre("a"));
}

TEST_P(AttachmentTest, CancelledAndAbandonedUploadsLeaveNothing) {
  {
    ASSERT_OK_AND_ASSIGN(AttachmentWriter writer, store().PutAttachment("c", id_, "a"));
    ASSERT_OK(writer.Append(Noise(3 * kChunk)));
    ASSERT_OK(writer.Cancel());
    EXPECT_CODE(writer.Append("more"), StatusCode::kInvalidArgument);
    EXPECT_CODE(writer.Finish(), StatusCode::kInvalidArgument);
    ASSERT_OK_AND_ASSIGN(AttachmentWriter abandoned, store().PutAttachment("c", id_, "b"));
    ASSERT_OK(abandoned.Append(Noise(3 * kChunk)));
  }
  EXPECT_EQ(ChunksStored(), 0U);
  EXPECT_EQ(store().Stats()->counters.uploads_removed, 2U);
}

TEST_P(AttachmentTest, AMessageMustExist) {
  const auto writer = store().PutAttachment("c", MessageId{77}, "a");
  EXPECT_CODE(writer, StatusCode::kNotFound);
  EXPECT_THAT(writer.status().ToString(), HasSubstr("channel \"c\" has no message 77"));
  EXPECT_CODE(store().PutAttachment("nowhere", id_, "a"), StatusCode::kNotFound);
  EXPECT_THAT(*store().ListAttachments("nowhere", id_), IsEmpty());
  EXPECT_FALSE(*store().GetAttachment("nowhere", id_, "a"));
}

TEST_P(AttachmentTest, ANameIsTakenOnceUnlessItIsReplaced) {
  ASSERT_OK(Put("a", Noise(2 * kChunk)));
  EXPECT_CODE(Put("a", "other"), StatusCode::kAlreadyExists);
  ASSERT_OK(Put("a", "other", {.if_exists = IfExists::kReplace}));
  EXPECT_EQ(Read("a"), "other");
  EXPECT_EQ(ChunksStored(), 1U);
  EXPECT_EQ(Get("c", id_)->attachment_count(), 1U);
}

TEST_P(AttachmentTest, OfTwoUploadsOfANameTheFirstToFinishWins) {
  ASSERT_OK_AND_ASSIGN(AttachmentWriter first, store().PutAttachment("c", id_, "a"));
  ASSERT_OK_AND_ASSIGN(AttachmentWriter second, store().PutAttachment("c", id_, "a"));
  ASSERT_OK(first.Append(Noise(2 * kChunk)));
  ASSERT_OK(second.Append("second"));
  ASSERT_OK(second.Finish());
  EXPECT_CODE(first.Finish(), StatusCode::kAlreadyExists);
  EXPECT_EQ(Read("a"), "second");
  EXPECT_EQ(ChunksStored(), 1U);
}

TEST_P(AttachmentTest, EditsKeepThem) {
  ASSERT_OK(Put("a", "one"));
  ASSERT_OK(store().Edit("c", id_, {.content = "edited"}));
  EXPECT_EQ(Get("c", id_)->attachment_count(), 1U);
  EXPECT_EQ(Get("c", id_)->version(), Version{2});
  EXPECT_EQ(Read("a"), "one");
}

TEST_P(AttachmentTest, DeletingTheMessageDeletesThem) {
  ASSERT_OK(Put("a", Noise(2 * kChunk)));
  ASSERT_OK(Put("b", "two"));
  EXPECT_TRUE(*store().Delete("c", id_));
  EXPECT_EQ(ChunksStored(), 0U);
  EXPECT_THAT(Names(), IsEmpty());
  EXPECT_EQ(store().Stats()->counters.attachments_deleted, 2U);
}

TEST_P(AttachmentTest, DeletingOneLeavesTheOthers) {
  ASSERT_OK(Put("a", Noise(2 * kChunk)));
  ASSERT_OK(Put("b", "two"));
  EXPECT_TRUE(*store().DeleteAttachment("c", id_, "a"));
  EXPECT_FALSE(*store().DeleteAttachment("c", id_, "a"));
  EXPECT_THAT(Names(), ElementsAre("b"));
  EXPECT_EQ(Get("c", id_)->attachment_count(), 1U);
  EXPECT_EQ(Get("c", id_)->version(), Version{1});
  EXPECT_EQ(ChunksStored(), 1U);
}

TEST_P(AttachmentTest, AMessageDeletedDuringAnUploadIsNotFound) {
  ASSERT_OK_AND_ASSIGN(AttachmentWriter writer, store().PutAttachment("c", id_, "a"));
  ASSERT_OK(writer.Append(Noise(2 * kChunk)));
  EXPECT_TRUE(*store().Delete("c", id_));
  ASSERT_OK(writer.Append(Noise(2 * kChunk)));
  EXPECT_CODE(writer.Finish(), StatusCode::kNotFound);
  EXPECT_CODE(writer.Finish(), StatusCode::kNotFound);  // and says so again
  EXPECT_EQ(ChunksStored(), 0U);
}

TEST_P(AttachmentTest, AReaderKeepsWhatItBegan) {
  const std::string content = Noise(3 * kChunk);
  ASSERT_OK(Put("a", content));
  auto reader = store().GetAttachment("c", id_, "a");
  ASSERT_OK(reader);
  ASSERT_OK(Put("a", "other", {.if_exists = IfExists::kReplace}));
  EXPECT_TRUE(*store().Delete("c", id_));
  EXPECT_EQ(Rest(**reader), content);
}

TEST_P(AttachmentTest, ASnapshotShowsThoseOfItsMoment) {
  ASSERT_OK(Put("a", "one"));
  ASSERT_OK_AND_ASSIGN(const Snapshot snapshot, store().TakeSnapshot());
  ASSERT_OK(Put("b", "two"));
  ASSERT_OK(store().DeleteAttachment("c", id_, "a"));
  EXPECT_EQ(snapshot.ListAttachments("c", id_)->size(), 1U);
  EXPECT_FALSE(*snapshot.GetAttachment("c", id_, "b"));
  auto reader = snapshot.GetAttachment("c", id_, "a");
  EXPECT_EQ(Rest(**reader), "one");
}

TEST_P(AttachmentTest, HandlesOfAClosedStoreSaySo) {
  ASSERT_OK(Put("a", Noise(2 * kChunk)));
  auto reader = store().GetAttachment("c", id_, "a");
  ASSERT_OK_AND_ASSIGN(AttachmentWriter writer, store().PutAttachment("c", id_, "b"));
  ASSERT_OK(writer.Append(Noise(2 * kChunk)));
  ASSERT_OK((*reader)->ReadChunk());
  Close();
  EXPECT_CODE((*reader)->ReadChunk(), StatusCode::kClosed);
  EXPECT_EQ((*reader)->info().name, "a");
  EXPECT_CODE(writer.Append("more"), StatusCode::kClosed);
  EXPECT_CODE(writer.Finish(), StatusCode::kClosed);
}

TEST_P(AttachmentTest, ArgumentsAreChecked) {
  const std::string long_name(256, 'n');
  EXPECT_CODE(Put("", "x"), StatusCode::kInvalidArgument);
  EXPECT_CODE(Put(long_name, "x"), StatusCode::kInvalidArgument);
  EXPECT_CODE(Put("a", "x", {.media_type = "text"}), StatusCode::kInvalidArgument);
  EXPECT_CODE(Put("a", "x", {.media_type = "text/plain\r\nX: y"}), StatusCode::kInvalidArgument);
  EXPECT_CODE(Put("a", "x", {.author = std::string(1025, 'a')}), StatusCode::kInvalidArgument);
  EXPECT_CODE(store().GetAttachment("", id_, "a"), StatusCode::kInvalidArgument);
  EXPECT_CODE(store().GetAttachment("c", MessageId{}, "a"), StatusCode::kInvalidArgument);
  EXPECT_OK(Put(std::string(255, 'n'), "x", {.author = std::string(1024, 'a')}));
}

TEST_P(AttachmentTest, OtherReadsAreNotDisturbed) {
  ASSERT_OK(Put("a", Noise(2 * kChunk)));
  Post("b", "before");
  Post("d", "after");
  EXPECT_THAT(Contents(History("c")), ElementsAre("look"));
  EXPECT_THAT(store().Channels()->channels, ElementsAre("b", "c", "d"));
  EXPECT_TRUE(store().ListRecords("c")->records.empty());
  EXPECT_EQ(store().Verify()->channels, 3U);
}

INSTANTIATE_TEST_SUITE_P(Kinds, AttachmentTest, ::testing::ValuesIn(AllStoreKinds()), KindName);

class AttachmentLimitTest : public StoreTest {};

TEST_F(AttachmentLimitTest, TooLargeIsRefusedAndLeavesNothing) {
  options().limits.max_attachment_bytes = 3 * kChunk;
  Open();
  const MessageId id = Post("c", "x");
  ASSERT_OK_AND_ASSIGN(AttachmentWriter writer, store().PutAttachment("c", id, "a"));
  ASSERT_OK(writer.Append(std::string(3 * kChunk, 'a')));
  const Status refused = writer.Append("b");
  EXPECT_CODE(refused, StatusCode::kInvalidArgument);
  EXPECT_THAT(refused.ToString(), HasSubstr("Limits::max_attachment_bytes"));
  EXPECT_CODE(writer.Finish(), StatusCode::kInvalidArgument);
  const auto report = store().Verify();
  ASSERT_OK(report);
  std::uint64_t chunks = 0;
  for (const ShardCounts& shard : report->shards) chunks += shard.chunks;
  EXPECT_EQ(chunks, 0U);
}

TEST_F(AttachmentLimitTest, TooManyAreRefusedButReplacingIsNot) {
  options().limits.max_attachments = 2;
  Open();
  const MessageId id = Post("c", "x");
  const auto put = [&](std::string_view name, IfExists if_exists = IfExists::kFail) {
    return store().PutAttachment("c", id, name, {.if_exists = if_exists})->Finish();
  };
  ASSERT_OK(put("a"));
  ASSERT_OK(put("b"));
  EXPECT_CODE(put("c"), StatusCode::kInvalidArgument);
  EXPECT_OK(put("b", IfExists::kReplace));
  EXPECT_EQ(store().ListAttachments("c", id)->size(), 2U);
}

}  // namespace
}  // namespace rookery::testing
