// A value to show. The one model behind every output: the same value becomes a JSON member, a tab-separated cell with
// raw integers, or a cell for people with grouped digits, units and local time.
#pragma once

#include <cstdint>
#include <nlohmann/json_fwd.hpp>
#include <string>
#include <string_view>
#include <variant>

#include "rookery/types.h"

namespace rookery::cli {

class Value {
 public:
  /// Nothing to tell: no member of a JSON object, an empty cell.
  static Value None() { return Value(std::monostate()); }
  static Value Text(std::string_view bytes) { return Value(std::string(bytes)); }
  static Value Count(std::uint64_t number) { return Value(number); }
  static Value Size(std::uint64_t bytes) { return Value(ByteSize{bytes}); }
  static Value Time(Timestamp time) { return Value(time); }
  static Value Id(MessageId id) { return Value(id); }
  static Value Flag(bool flag) { return Value(flag); }
  static Value Seconds(double seconds) { return Value(seconds); }
  /// 0..1
  static Value Share(double share) { return Value(Part{share}); }

  /// Sets object[name]; text that is not UTF-8 goes to name_b64, an id becomes a decimal string.
  void AddTo(std::string_view name, nlohmann::ordered_json* object) const;
  /// On one line, without tabs.
  std::string ForTabs() const;
  std::string ForTerminal() const;
  /// Numbers stand right in a column.
  bool is_number() const;

 private:
  struct ByteSize {
    std::uint64_t bytes;
  };
  struct Part {
    double share;
  };
  using Data =
      std::variant<std::monostate, std::string, std::uint64_t, ByteSize, Timestamp, MessageId, bool, double, Part>;

  template <typename T>
  explicit Value(T data) : data_(std::move(data)) {}

  Data data_;
};

}  // namespace rookery::cli
