// A store with a message that cannot be read: every query that meets it says so, once, and no query crashes.
#include <rocksdb/db.h>

#include <memory>
#include <string>
#include <vector>

#include "columns/batch_stream.h"
#include "columns/message_stream.h"
#include "tests/columns/columns_fixture.h"

namespace rookery::columns {
namespace {

constexpr char kMessageKey = 0x10;  // docs/format/keys.md

class DamageTest : public ColumnsTest {
 protected:
  DamageTest() {
    const StoreOptions options{.routing = HashRouting{.shards = 2}};
    Open(options);
    PostMany({"a", "b", "c", "d"}, 20);
    EXPECT_OK(store().Close());
    store_.reset();
    Damage(path() / "cell-0000");
    Open(options);
  }

  /// Puts bytes in place of the first message of each shard that no message has.
  static void Damage(const std::filesystem::path& directory) {
    std::vector<std::string> names;
    ASSERT_TRUE(rocksdb::DB::ListColumnFamilies({}, directory, &names).ok());
    std::vector<rocksdb::ColumnFamilyDescriptor> families;
    for (const std::string& name : names) families.emplace_back(name, rocksdb::ColumnFamilyOptions());
    std::vector<rocksdb::ColumnFamilyHandle*> handles;
    rocksdb::DB* opened = nullptr;
    ASSERT_TRUE(rocksdb::DB::Open({}, directory, families, &handles, &opened).ok());
    const std::unique_ptr<rocksdb::DB> database(opened);
    for (rocksdb::ColumnFamilyHandle* family : handles) {
      DamageFamily(database.get(), family);
      ASSERT_TRUE(database->DestroyColumnFamilyHandle(family).ok());
    }
    ASSERT_TRUE(database->Close().ok());
  }
  static void DamageFamily(rocksdb::DB* database, rocksdb::ColumnFamilyHandle* family) {
    const std::unique_ptr<rocksdb::Iterator> rows(database->NewIterator({}, family));
    rows->Seek(std::string(1, kMessageKey));
    if (!rows->Valid() || rows->key()[0] != kMessageKey) return;
    ASSERT_TRUE(database->Put({}, family, rows->key(), "\x01 not a message").ok());
  }
};

std::vector<MessageQuery> Queries() {
  MessageQuery in_turn = KeyQuery();
  in_turn.limit = 1000;
  MessageQuery merged = KeyQuery();
  merged.order = Order::kOldestFirst;
  return {KeyQuery(), in_turn, merged};
}

TEST_F(DamageTest, IsSaidOnceAndThenTheStreamHasEnded) {
  for (const MessageQuery& query : Queries()) {
    const auto stream = Stream(query);
    Status status;
    for (int batches = 0; status.ok(); ++batches) {
      ASSERT_LT(batches, 80);
      status = stream->Next(Always).status();
    }
    EXPECT_CODE(status, StatusCode::kCorruption);
    for (int i = 0; i < 3; ++i) {
      ASSERT_OK_AND_ASSIGN(const auto after, stream->Next(Always));
      EXPECT_FALSE(after);
    }
  }
}

TEST_F(DamageTest, IsSaidByACount) {
  for (const MessageQuery& query : Queries()) EXPECT_CODE(Count(store_, query, Always), StatusCode::kCorruption);
}

TEST_F(DamageTest, IsSaidByAStreamOfMessages) {
  for (const MessageQuery& query : Queries()) {
    auto stream = MessageStream::New(store_, query);
    ASSERT_OK(stream);
    EXPECT_CODE((*stream)->Next(Always), StatusCode::kCorruption);
    ASSERT_OK_AND_ASSIGN(const auto after, (*stream)->Next(Always));
    EXPECT_TRUE(after.empty());
  }
}

TEST_F(DamageTest, IsOfNoConcernToWhoeverReadsWhatIsSound) {
  MessageQuery query = KeyQuery();
  query.range.before = MessageId{20};  // the newest of a channel is the one that is damaged
  EXPECT_EQ(Rows(query).size(), 4U * 19);
}

}  // namespace
}  // namespace rookery::columns
