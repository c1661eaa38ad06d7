// A prepared statement of SQLite, and the one way in which its errors become failures.
#pragma once

#include <sqlite3.h>

#include <cstdint>
#include <string>
#include <string_view>

#include "bench/failure.h"

namespace rookery::bench {

inline void CheckSqlite(sqlite3* database, int code) {
  const bool good = code == SQLITE_OK || code == SQLITE_ROW || code == SQLITE_DONE;
  Require(good, std::string("SQLite: ") + sqlite3_errmsg(database));
}

/// Made once, run often. Must be destroyed before its database is closed. Bound bytes must live until Reset.
class SqliteStatement {
 public:
  SqliteStatement(sqlite3* database, std::string_view sql) : database_(database) {
    CheckSqlite(database, sqlite3_prepare_v3(database, sql.data(), static_cast<int>(sql.size()),
                                             SQLITE_PREPARE_PERSISTENT, &statement_, nullptr));
  }
  ~SqliteStatement() { sqlite3_finalize(statement_); }
  SqliteStatement(const SqliteStatement&) = delete;
  SqliteStatement& operator=(const SqliteStatement&) = delete;

  void Bind(int parameter, std::string_view text) {
    CheckSqlite(database_,
                sqlite3_bind_text(statement_, parameter, text.data(), static_cast<int>(text.size()), SQLITE_STATIC));
  }
  void Bind(int parameter, std::uint64_t number) {
    CheckSqlite(database_, sqlite3_bind_int64(statement_, parameter, static_cast<sqlite3_int64>(number)));
  }
  /// True if there is a row.
  bool Step() {
    const int code = sqlite3_step(statement_);
    CheckSqlite(database_, code);
    return code == SQLITE_ROW;
  }
  void Reset() { CheckSqlite(database_, sqlite3_reset(statement_)); }
  void Run() {
    Step();
    Reset();
  }

  /// Of the present row; valid until the next Step or Reset.
  std::string_view Text(int column) const {
    const auto* text = reinterpret_cast<const char*>(sqlite3_column_text(statement_, column));
    return {text, static_cast<std::size_t>(sqlite3_column_bytes(statement_, column))};
  }
  std::uint64_t Number(int column) const {
    return static_cast<std::uint64_t>(sqlite3_column_int64(statement_, column));
  }

 private:
  sqlite3* database_;
  sqlite3_stmt* statement_ = nullptr;
};

}  // namespace rookery::bench
