// A cursor that could not be made: on no row, ever, and its status says why. NewCursor has no other way to fail.
#pragma once

#include <string>
#include <string_view>
#include <utility>

#include "engine/engine.h"

namespace rookery::engine {

/// The answer to a KeyspaceId that names nothing.
inline Status NoSuchKeyspace(KeyspaceId id) {
  return {StatusCode::kNotFound, "keyspace " + std::to_string(id.value) + " does not exist; it may have been dropped"};
}

class FailedCursor final : public Cursor {
 public:
  /// REQUIRES: !why.ok()
  explicit FailedCursor(Status why) : why_(std::move(why)) {}

  void SeekToFirst() override {}
  void SeekToLast() override {}
  void Seek(std::string_view /*target*/) override {}
  void SeekForPrev(std::string_view /*target*/) override {}
  void Next() override {}
  void Prev() override {}
  bool valid() const override { return false; }
  std::string_view key() const override { return {}; }
  std::string_view value() const override { return {}; }
  Status status() const override { return why_; }

 private:
  Status why_;
};

}  // namespace rookery::engine
