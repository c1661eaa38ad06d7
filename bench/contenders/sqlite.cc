// SQLite: one table clustered by (channel, newest id first), prepared statements, write-ahead log.
//
// Its log may grow as large as the others' write buffers before it is copied into the table (SQLite's own default, 4
// MiB, syncs the disk thousands of times here).
//
// synchronous=NORMAL is what "buffered" means elsewhere: the log is not synced at commit, and a crash of the machine
// may lose the last commits but damages nothing.
#include <sqlite3.h>

#include <algorithm>

#include "bench/contender.h"
#include "bench/contenders/sqlite_statement.h"
#include "bench/failure.h"

namespace rookery::bench {
namespace {

constexpr std::size_t kPageBytes = 4096;

// The columns are the fields of a message, so that a row says what a value of Rookery says.
constexpr const char* kSetUp = R"sql(
  PRAGMA page_size = 4096;
  PRAGMA journal_mode = WAL;
  PRAGMA synchronous = NORMAL;
  CREATE TABLE IF NOT EXISTS messages(
    channel TEXT NOT NULL, id INTEGER NOT NULL, author TEXT NOT NULL, content TEXT NOT NULL,
    reply_to INTEGER, nonce TEXT, attributes BLOB, created_at INTEGER, edited_at INTEGER, version INTEGER, flags INTEGER,
    PRIMARY KEY(channel, id DESC)) WITHOUT ROWID;
)sql";

constexpr std::string_view kInsert = "INSERT INTO messages(channel, id, author, content) VALUES(?1, ?2, ?3, ?4)";
constexpr std::string_view kSelectPage =
    "SELECT id, author, content FROM messages WHERE channel = ?1 AND id < ?2 ORDER BY id DESC LIMIT ?3";
constexpr std::string_view kSelectOne = "SELECT author, content FROM messages WHERE channel = ?1 AND id = ?2";

/// A page with its texts behind each other in one buffer, allocated for this page.
struct TextPage {
  struct Entry {
    MessageId id;
    std::size_t author_size;
    std::size_t content_size;
  };
  std::vector<Entry> entries;
  std::string bytes;
};

class SqliteContender final : public Contender {
 public:
  SqliteContender(const Workload& workload, const std::filesystem::path& directory) : chat_(workload.chat) {
    std::filesystem::create_directory(directory);
    const std::filesystem::path file = directory / "messages.sqlite";
    CheckSqlite(database_, sqlite3_open(file.c_str(), &database_));
    // Negative: in KiB. SQLite has one cache for what is read and what is written.
    Execute("PRAGMA cache_size = -" + std::to_string((kCacheBytes + kWriteBufferBytes) / 1024));
    Execute(kSetUp);
    Execute("PRAGMA wal_autocheckpoint = " + std::to_string(kWriteBufferBytes / kPageBytes));
    insert_.emplace(database_, kInsert);
    select_page_.emplace(database_, kSelectPage);
    select_one_.emplace(database_, kSelectOne);
    begin_.emplace(database_, "BEGIN IMMEDIATE");
    commit_.emplace(database_, "COMMIT");
  }
  ~SqliteContender() override {
    if (database_ == nullptr) return;
    Finalize();
    sqlite3_close(database_);  // a destructor has nobody to tell
  }

  void Post(std::size_t first, std::size_t count) override {
    if (count == 1) return Insert(first);
    begin_->Run();
    for (std::size_t i = first; i < first + count; ++i) Insert(i);
    commit_->Run();
  }

  std::uint64_t Scroll(std::size_t channel) override {
    IdChecksum checksum;
    for (const TextPage::Entry& entry : ReadPage(channel, std::nullopt, kScrollLimit).entries) checksum.Add(entry.id);
    return checksum.sum();
  }

  bool Get(std::size_t message) override { return Message(message).has_value(); }

  std::vector<Row> Page(std::size_t channel, std::optional<MessageId> before, std::size_t limit) override {
    const TextPage page = ReadPage(channel, before, limit);
    std::vector<Row> rows;
    std::size_t at = 0;
    for (const TextPage::Entry& entry : page.entries) {
      rows.push_back({entry.id, page.bytes.substr(at, entry.author_size),
                      page.bytes.substr(at + entry.author_size, entry.content_size)});
      at += entry.author_size + entry.content_size;
    }
    return rows;
  }

  std::optional<Row> Message(std::size_t message) override {
    const MessageId id = chat_.id_of(message);
    select_one_->Bind(1, chat_.channel_name(chat_.channel_of(message)));
    select_one_->Bind(2, id.value);
    std::optional<Row> row;
    if (select_one_->Step()) row = Row{id, std::string(select_one_->Text(0)), std::string(select_one_->Text(1))};
    select_one_->Reset();
    return row;
  }

  void Compact() override {
    Execute("VACUUM");
    Execute("PRAGMA wal_checkpoint(TRUNCATE)");
  }

  void Close() override {
    if (database_ == nullptr) return;
    Finalize();
    Require(sqlite3_close(database_) == SQLITE_OK, "SQLite: cannot close the database");
    database_ = nullptr;
  }

 private:
  /// A database with statements is not closed.
  void Finalize() {
    for (auto* statement : {&insert_, &select_page_, &select_one_, &begin_, &commit_}) statement->reset();
  }
  void Execute(const std::string& sql) {
    CheckSqlite(database_, sqlite3_exec(database_, sql.c_str(), nullptr, nullptr, nullptr));
  }

  void Insert(std::size_t message) {
    insert_->Bind(1, chat_.channel_name(chat_.channel_of(message)));
    insert_->Bind(2, chat_.id_of(message).value);
    insert_->Bind(3, chat_.author_of(message));
    insert_->Bind(4, chat_.content_of(message));
    insert_->Run();
  }

  TextPage ReadPage(std::size_t channel, std::optional<MessageId> before, std::size_t limit) {
    constexpr std::size_t kUsualPage = 64;
    constexpr std::size_t kUsualRowBytes = 256;
    TextPage page;
    page.entries.reserve(std::min(limit, kUsualPage));
    page.bytes.reserve(std::min(limit, kUsualPage) * kUsualRowBytes);
    select_page_->Bind(1, chat_.channel_name(channel));
    select_page_->Bind(2, before.value_or(MessageId{MessageId::kMax}).value);
    select_page_->Bind(3, std::uint64_t{limit});
    while (select_page_->Step()) {
      const std::string_view author = select_page_->Text(1);
      const std::string_view content = select_page_->Text(2);
      page.entries.push_back({MessageId{select_page_->Number(0)}, author.size(), content.size()});
      page.bytes.append(author).append(content);
    }
    select_page_->Reset();
    return page;
  }

  const Chat& chat_;
  sqlite3* database_ = nullptr;
  std::optional<SqliteStatement> insert_;
  std::optional<SqliteStatement> select_page_;
  std::optional<SqliteStatement> select_one_;
  std::optional<SqliteStatement> begin_;
  std::optional<SqliteStatement> commit_;
};

}  // namespace

std::unique_ptr<Contender> OpenSqlite(const Workload& workload, const std::filesystem::path& directory) {
  return std::make_unique<SqliteContender>(workload, directory);
}

}  // namespace rookery::bench
