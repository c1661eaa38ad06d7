// Attachments whose rows were damaged behind the store's back, or whose upload never ended: nothing wrong is handed
// out, verify says what it is, and what a crash leaves is removed.

#include <gmock/gmock.h>

#include <functional>
#include <string>

#include "codec/catalog_format.h"
#include "codec/checksum.h"
#include "codec/key_format.h"
#include "codec/message_codec.h"
#include "store/chunk_reader.h"
#include "store/upload.h"
#include "store/verifier.h"
#include "tests/store/engine_fixture.h"

namespace rookery::testing {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;

constexpr std::size_t kChunk = codec::kChunkBytes;

class AttachmentDamageTest : public EngineStoreTest {
 protected:
  void SetUp() override {
    EngineStoreTest::SetUp();
    ASSERT_OK_AND_ASSIGN(id_, Post({.channel = "c", .content = "look"}));
    ASSERT_OK(Put("a", std::string(2 * kChunk + 10, 'a')));
    attachment_ = Row("a").id;
  }

  Result<std::unique_ptr<store::Upload>> Begin(std::string_view name) {
    return store::Upload::Begin(&store_->attachments(), "c", id_, name, {});
  }
  Status Put(std::string_view name, std::string_view bytes) {
    auto upload = Begin(name);
    if (!upload) return std::move(upload).error();
    if (Status status = (*upload)->Append(bytes); !status.ok()) return status;
    return (*upload)->Finish({}).status();
  }
  engine::KeyspaceId shard() const { return store_->context().KeyspaceOf(*store_->context().routes->Find("c")); }
  std::string Stored(std::string_view key) const { return std::string((*rows_->Get(shard(), key))->view()); }
  codec::AttachmentFields Row(std::string_view name) const {
    static std::string row;  // the views of the fields are into it
    row = Stored(codec::AttachmentKeyOf("c", id_, name));
    return *codec::DecodeAttachment(row);
  }
  std::string ChunkKey(std::uint32_t index) const { return codec::ChunkKeyOf({"c", id_, attachment_}, index); }
  void Write(const std::function<void(engine::Batch&)>& add) {
    const auto batch = rows_->NewBatch();
    add(*batch);
    ASSERT_OK(rows_->Write(*batch, false));
  }
  void ChangeChunk(std::uint32_t index, const std::function<void(codec::ChunkFields&)>& change) {
    const std::string row = Stored(ChunkKey(index));
    codec::ChunkFields fields = *codec::DecodeChunk(row);
    change(fields);
    codec::RowEncoder encoder;
    const std::string changed(encoder.EncodeChunk(fields));
    Write([&](engine::Batch& batch) { batch.Put(shard(), ChunkKey(index), changed); });
  }
  VerifyReport Verify() const {
    auto report = store::VerifyStore(store_->context(), {});
    EXPECT_OK(report.status());
    return *report;
  }
  std::string Problems() const {
    std::string text;
    for (const VerifyProblem& problem : Verify().problems) {
      EXPECT_FALSE(problem.repairable) << problem.what;
      text += problem.where + ": " + problem.what + "\n";
    }
    return text;
  }
  /// Reads to the first error, of which it returns the status; `read` gets how much came before.
  Status ReadAll(std::size_t* read) const {
    auto reader = store::ChunkReader::Open(store_->context(), "c", id_, "a", nullptr);
    if (!reader) return std::move(reader).error();
    for (*read = 0;;) {
      const auto part = (*reader)->ReadChunk();
      if (!part) return part.error();
      EXPECT_EQ(part->find_first_not_of('a'), std::string_view::npos) << "something wrong was handed out";
      *read += part->size();
      if (part->empty()) return {};
    }
  }
  void ExpectDamagedChunk(std::uint32_t index, const std::string& what) {
    std::size_t read = 0;
    const Status status = ReadAll(&read);
    EXPECT_CODE(status, StatusCode::kCorruption);
    const std::string chunk = "chunk " + std::to_string(index);
    const std::string name = "attachment \"a\" of message " + std::to_string(id_.value) + " of channel \"c\"";
    EXPECT_THAT(status.ToString(), AllOf(HasSubstr(chunk + " of " + name), HasSubstr(what)));
    EXPECT_EQ(read, index * kChunk);
    EXPECT_THAT(Problems(), AllOf(HasSubstr(name), HasSubstr(chunk + " " + what)));
  }
  std::uint64_t ChunksStored() const {
    std::uint64_t chunks = 0;
    for (const ShardCounts& counts : Verify().shards) chunks += counts.chunks;
    return chunks;
  }

  MessageId id_;
  codec::AttachmentId attachment_;
};

TEST_F(AttachmentDamageTest, EveryFlippedByteOfAChunkIsFoundBeforeItIsHandedOut) {
  const std::string key = ChunkKey(2);
  const std::string row = Stored(key);
  for (std::size_t at = 0; at < row.size(); ++at) {
    std::string damaged = row;
    damaged[at] = static_cast<char>(damaged[at] ^ 0x10);
    Write([&](engine::Batch& batch) { batch.Put(shard(), key, damaged); });
    std::size_t read = 0;
    const Status status = ReadAll(&read);
    // A byte that says nothing of the content (padding, author, time) may be damaged without harm to it.
    EXPECT_EQ(read, status.ok() ? 2 * kChunk + 10 : 2 * kChunk) << at;
  }
}

TEST_F(AttachmentDamageTest, AFlippedByteOfTheContentIsNamed) {
  std::string data(kChunk, 'a');
  data[500'000] = 'b';
  ChangeChunk(1, [&](codec::ChunkFields& chunk) { chunk.data = data; });
  ExpectDamagedChunk(1, "does not have its checksum");
}

TEST_F(AttachmentDamageTest, AMissingChunkIsNamed) {
  Write([&](engine::Batch& batch) { batch.Delete(shard(), ChunkKey(1)); });
  ExpectDamagedChunk(1, "is missing");
}

TEST_F(AttachmentDamageTest, MissingLastChunksAreNamed) {
  Write([&](engine::Batch& batch) { batch.DeleteRange(shard(), ChunkKey(0), ChunkKey(9)); });
  std::size_t read = 1;
  EXPECT_CODE(ReadAll(&read), StatusCode::kCorruption);
  EXPECT_EQ(read, 0U);
  EXPECT_THAT(Problems(), HasSubstr("chunk 0 and what follows is missing"));
}

TEST_F(AttachmentDamageTest, AShortChunkIsNamed) {
  const std::string data(kChunk - 1, 'a');
  ChangeChunk(0, [&](codec::ChunkFields& chunk) {
    chunk.data = data;
    chunk.checksum = codec::ChecksumOf(data);
  });
  ExpectDamagedChunk(0, "has 1048575 bytes in place of 1048576");
}

TEST_F(AttachmentDamageTest, AChunkOfAnotherPlaceIsNamed) {
  const std::string row = Stored(ChunkKey(0));
  Write([&](engine::Batch& batch) { batch.Put(shard(), ChunkKey(1), row); });
  ExpectDamagedChunk(1, "belongs to another place");
}

TEST_F(AttachmentDamageTest, VerifyComparesTheChecksumOfTheWhole) {
  const std::string data(kChunk, 'b');
  ChangeChunk(1, [&](codec::ChunkFields& chunk) {
    chunk.data = data;
    chunk.checksum = codec::ChecksumOf(data);
  });
  EXPECT_THAT(Problems(), HasSubstr("its chunks together do not have its checksum"));
}

TEST_F(AttachmentDamageTest, VerifyFindsChunksWithoutAnOwnerAndTheMessageThatSaysItHasThem) {
  Write([&](engine::Batch& batch) { batch.Delete(shard(), codec::AttachmentKeyOf("c", id_, "a")); });
  EXPECT_THAT(Problems(),
              AllOf(HasSubstr("that is not there"), HasSubstr("says that it has attachments, and has none")));
  EXPECT_EQ(Verify().problem_count, 2U);
}

TEST_F(AttachmentDamageTest, VerifyFindsAChunkBehindTheEnd) {
  const std::string row = Stored(ChunkKey(0));
  Write([&](engine::Batch& batch) { batch.Put(shard(), ChunkKey(3), row); });
  EXPECT_THAT(Problems(), HasSubstr("chunk 3 is behind its end"));
}

TEST_F(AttachmentDamageTest, VerifyFindsAttachmentsWithoutTheirMessage) {
  Write([&](engine::Batch& batch) { batch.Delete(shard(), codec::MessageKeyOf("c", id_)); });
  EXPECT_THAT(Problems(), HasSubstr("it has attachments, and is not there itself"));
  EXPECT_TRUE(*store_->attachments().Delete("c", id_, "a", {})) << "and it can be deleted";
  EXPECT_EQ(Verify().problem_count, 0U);
}

TEST_F(AttachmentDamageTest, VerifyFindsAMessageThatCountsThemWrong) {
  codec::RowEncoder encoder;
  const std::string row(encoder.EncodeMessage({.content = "look", .attachment_count = 3}));
  Write([&](engine::Batch& batch) { batch.Put(shard(), codec::MessageKeyOf("c", id_), row); });
  EXPECT_THAT(Problems(), HasSubstr("has 1 attachments, and says that it has 3"));
}

TEST_F(AttachmentDamageTest, AnUndecodableAttachmentIsCorruptionAndGoesWithItsMessage) {
  Write([&](engine::Batch& batch) { batch.Put(shard(), codec::AttachmentKeyOf("c", id_, "a"), "\x01junk"); });
  std::size_t read = 0;
  EXPECT_CODE(ReadAll(&read), StatusCode::kCorruption);
  EXPECT_CODE(store_->ListAttachments("c", id_, nullptr), StatusCode::kCorruption);
  ASSERT_OK_AND_ASSIGN(const auto upload, Begin("under way"));
  ASSERT_OK(upload->Append(std::string(2 * kChunk, 'u')));
  EXPECT_TRUE(*store_->messages().Delete("c", id_, {}));
  EXPECT_EQ(ChunksStored(), 1U) << "of the upload, which has not ended";
  EXPECT_CODE(upload->Finish({}), StatusCode::kNotFound);
  EXPECT_EQ(ChunksStored(), 0U);
  EXPECT_EQ(Verify().problem_count, 0U);
}

TEST_F(AttachmentDamageTest, DeletingAnUndecodableMessageDeletesItsAttachments) {
  Write([&](engine::Batch& batch) { batch.Put(shard(), codec::MessageKeyOf("c", id_), "\x01junk"); });
  EXPECT_TRUE(*store_->messages().Delete("c", id_, {}));
  EXPECT_EQ(ChunksStored(), 0U);
  EXPECT_EQ(Verify().problem_count, 0U);
}

class AttachmentCrashTest : public AttachmentDamageTest {};

TEST_F(AttachmentCrashTest, WhatACrashLeavesIsRemovedWhenTheStoreIsOpened) {
  ASSERT_OK_AND_ASSIGN(const auto upload, Begin("b"));
  ASSERT_OK(upload->Append(std::string(5 * kChunk, 'b')));
  EXPECT_EQ(ChunksStored(), 3 + 4U);
  CrashAndReopen();
  EXPECT_EQ(ChunksStored(), 3U) << "those of the finished one";
  EXPECT_EQ(store_->Stats().counters.uploads_removed, 1U);
  EXPECT_EQ(Verify().problem_count, 0U);
  EXPECT_FALSE(CatalogRow(codec::UploadKey(codec::AttachmentId{attachment_.value + 1})));
}

TEST_F(AttachmentCrashTest, AReadOnlyStoreLeavesItAlone) {
  ASSERT_OK_AND_ASSIGN(const auto upload, Begin("b"));
  ASSERT_OK(upload->Append(std::string(3 * kChunk, 'b')));
  engine_->FailWrites({StatusCode::kIoError, "the process is gone"});
  store_.reset();
  options_.mode = OpenMode::kReadOnly;
  Open();
  EXPECT_EQ(ChunksStored(), 3 + 2U);
  EXPECT_EQ(Verify().problem_count, 0U) << "it is known";
}

TEST_F(AttachmentCrashTest, ACrashAtEveryWriteLeavesAWholeAttachmentOrNone) {
  // The writes of an upload of three chunks: two chunks, then the end.
  for (int allowed = 0; allowed <= 3; ++allowed) {
    const std::string name = "crash " + std::to_string(allowed);
    ASSERT_OK_AND_ASSIGN(const auto upload, Begin(name));
    int writes = 0;
    for (; writes < allowed && writes < 2; ++writes) {
      ASSERT_OK(upload->Append(std::string(writes == 0 ? kChunk + 1 : kChunk, 'x')));
    }
    if (allowed == 3) {
      ASSERT_OK(upload->Finish({}));
    }
    engine_->FailWrites({StatusCode::kNoSpace, "the disk is full"});
    EXPECT_FALSE(upload->Append(std::string(3 * kChunk, 'x')).ok());
    CrashAndReopen();
    EXPECT_EQ(Verify().problem_count, 0U) << allowed;
    EXPECT_EQ(store_->ListAttachments("c", id_, nullptr)->size(), allowed == 3 ? 2U : 1U);
    EXPECT_EQ(ChunksStored(), allowed == 3 ? 6U : 3U);
  }
}

TEST_F(AttachmentCrashTest, AFailedFinishIsNotTakenBackBeforeItIsKnownWhetherItIsStored) {
  ASSERT_OK_AND_ASSIGN(const auto upload, Begin("b"));
  ASSERT_OK(upload->Append(std::string(2 * kChunk, 'b')));
  engine_->FailWrites({StatusCode::kNoSpace, "the disk is full"});
  EXPECT_CODE(upload->Finish({}), StatusCode::kNoSpace);
  EXPECT_CODE(upload->Finish({}), StatusCode::kNoSpace);
  CrashAndReopen();
  EXPECT_EQ(store_->ListAttachments("c", id_, nullptr)->size(), 1U);
  EXPECT_EQ(Verify().problem_count, 0U);
}

TEST_F(AttachmentCrashTest, AStoreWhoseDiskIsFullOpensAndTriesAgain) {
  ASSERT_OK_AND_ASSIGN(const auto upload, Begin("b"));
  ASSERT_OK(upload->Append(std::string(3 * kChunk, 'b')));
  engine_->FailWrites({StatusCode::kIoError, "the process is gone"});
  store_.reset();
  auto engine = std::make_unique<FaultyEngine>(rows_);
  engine->FailWrites({StatusCode::kNoSpace, "the disk is full"});
  StoreInfo info;
  info.store_id = std::string(32, 'a');
  info.epoch = options_.ids.epoch;
  engine_ = engine.get();
  ASSERT_OK_AND_ASSIGN(store_, store::StoreImpl::Open({std::move(engine), options_, info, clock_}));
  std::size_t read = 0;
  EXPECT_OK(ReadAll(&read));
  EXPECT_CODE(Put("c", "x"), StatusCode::kUnavailable);
  CrashAndReopen();
  EXPECT_EQ(ChunksStored(), 3U);
}

}  // namespace
}  // namespace rookery::testing
