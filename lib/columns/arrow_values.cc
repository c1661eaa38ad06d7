#include "columns/arrow_values.h"

#include <cstring>
#include <limits>
#include <string>
#include <utility>

namespace rookery::columns {
namespace {

template <typename Value>
Value ValueAt(const ArrowArray& array, int buffer, std::int64_t index) {
  Value value;
  std::memcpy(&value,
              static_cast<const char*>(array.buffers[buffer]) + index * static_cast<std::int64_t>(sizeof(value)),
              sizeof(value));
  return value;
}

Status WrongType(const ArrowSchema& type, std::string_view wanted, std::string_view hint = {}) {
  std::string message = "column '" + std::string(type.name == nullptr ? "" : type.name) + "' has the Arrow type '" +
                        type.format + "'; it must hold " + std::string(wanted);
  if (!hint.empty()) message.append("; ").append(hint);
  return {StatusCode::kInvalidArgument, std::move(message)};
}

/// Wraps a function of (array, index into its buffers), so that it answers nothing where the row is null.
template <typename Value, typename Get>
Reader<Value> NullAware(Get get) {
  return [get](const ArrowArray& array, std::int64_t row) -> std::optional<Value> {
    if (IsNull(array, row)) return std::nullopt;
    return get(array, array.offset + row);
  };
}

template <typename Value>
Reader<Value> AlwaysNull() {
  return [](const ArrowArray&, std::int64_t) { return std::optional<Value>(); };
}

template <typename Offset>
std::string_view TextAt(const ArrowArray& array, std::int64_t index) {
  const auto begin = ValueAt<Offset>(array, 1, index);
  const auto end = ValueAt<Offset>(array, 1, index + 1);
  if (begin == end) return {};
  return {static_cast<const char*>(array.buffers[2]) + begin, static_cast<std::size_t>(end - begin)};
}

/// A string view: its length, then the bytes themselves if they are at most 12, else four of them, a buffer and an
/// offset.
std::string_view ViewAt(const ArrowArray& array, std::int64_t index) {
  constexpr std::int64_t kViewBytes = 16;
  constexpr std::int32_t kMostInline = 12;
  const char* const view = static_cast<const char*>(array.buffers[1]) + index * kViewBytes;
  std::int32_t words[4];
  std::memcpy(words, view, sizeof(words));
  const auto length = static_cast<std::size_t>(words[0]);
  if (words[0] <= kMostInline) return {view + sizeof(words[0]), length};
  return {static_cast<const char*>(array.buffers[2 + words[2]]) + words[3], length};
}

template <typename Value>
std::int64_t NumberAt(const ArrowArray& array, std::int64_t index) {
  const auto value = ValueAt<Value>(array, 1, index);
  if constexpr (sizeof(value) == sizeof(std::int64_t)) {
    if (std::cmp_greater(value, std::numeric_limits<std::int64_t>::max())) return kDoesNotFit;
  }
  return static_cast<std::int64_t>(value);
}

using GetNumber = std::int64_t (*)(const ArrowArray& array, std::int64_t index);

/// Null if the format is of no whole number.
GetNumber NumberGetterFor(std::string_view format) {
  if (format == "c") return NumberAt<std::int8_t>;
  if (format == "C") return NumberAt<std::uint8_t>;
  if (format == "s") return NumberAt<std::int16_t>;
  if (format == "S") return NumberAt<std::uint16_t>;
  if (format == "i") return NumberAt<std::int32_t>;
  if (format == "I") return NumberAt<std::uint32_t>;
  if (format == "l") return NumberAt<std::int64_t>;
  if (format == "L") return NumberAt<std::uint64_t>;
  return nullptr;
}

/// How many of a unit are a millisecond, or how many milliseconds are one of it.
struct TimeUnit {
  std::int64_t per_millisecond = 1;
  std::int64_t milliseconds = 1;
  GetNumber get = NumberAt<std::int64_t>;
};

std::optional<TimeUnit> TimeUnitOf(std::string_view format) {
  if (format.starts_with("tss")) return TimeUnit{.milliseconds = 1000};
  if (format.starts_with("tsm") || format == "tdm") return TimeUnit{};
  if (format.starts_with("tsu")) return TimeUnit{.per_millisecond = 1000};
  if (format.starts_with("tsn")) return TimeUnit{.per_millisecond = 1'000'000};
  if (format == "tdD") return TimeUnit{.milliseconds = 86'400'000, .get = NumberAt<std::int32_t>};
  if (const GetNumber get = NumberGetterFor(format)) return TimeUnit{.get = get};
  return std::nullopt;
}

std::int64_t FloorDivide(std::int64_t value, std::int64_t by) { return value / by - (value % by < 0 ? 1 : 0); }

Timestamp TimeOf(std::int64_t value, const TimeUnit& unit) {
  std::int64_t milliseconds = 0;
  const std::int64_t whole = FloorDivide(value, unit.per_millisecond);
  if (__builtin_mul_overflow(whole, unit.milliseconds, &milliseconds)) milliseconds = kDoesNotFit;
  return Timestamp{std::chrono::milliseconds{milliseconds}};
}

}  // namespace

bool IsNull(const ArrowArray& array, std::int64_t row) {
  if (array.null_count == 0 || array.n_buffers == 0 || array.buffers[0] == nullptr) return false;
  const std::int64_t index = array.offset + row;
  return ((static_cast<const unsigned char*>(array.buffers[0])[index / 8] >> (index % 8)) & 1) == 0;
}

Result<Reader<std::string_view>> TextReaderFor(const ArrowSchema& type) {
  const std::string_view format = type.format;
  if (type.dictionary != nullptr) {
    const GetNumber index = NumberGetterFor(format);
    auto text = TextReaderFor(*type.dictionary);
    if (!text || index == nullptr) return WrongType(type, "text", "its dictionary does not");
    return NullAware<std::string_view>([index, read = *std::move(text)](const ArrowArray& array, std::int64_t at) {
      return read(*array.dictionary, index(array, at));
    });
  }
  if (format == "u" || format == "z") return NullAware<std::string_view>(TextAt<std::int32_t>);
  if (format == "U" || format == "Z") return NullAware<std::string_view>(TextAt<std::int64_t>);
  if (format == "vu" || format == "vz") return NullAware<std::string_view>(ViewAt);
  if (format == "n") return AlwaysNull<std::string_view>();
  return WrongType(type, "text");
}

Result<Reader<std::int64_t>> NumberReaderFor(const ArrowSchema& type) {
  const std::string_view format = type.format;
  if (format == "n") return AlwaysNull<std::int64_t>();
  const GetNumber get = type.dictionary == nullptr ? NumberGetterFor(format) : nullptr;
  if (get != nullptr) return NullAware<std::int64_t>(get);
  const bool is_float = format == "e" || format == "f" || format == "g";
  return WrongType(type, "whole numbers",
                   is_float ? "floats cannot hold ids: use a nullable integer type, such as Int64 of pandas" : "");
}

Result<Reader<Timestamp>> TimeReaderFor(const ArrowSchema& type) {
  const std::string_view format = type.format;
  if (format == "n") return AlwaysNull<Timestamp>();
  const auto unit = type.dictionary == nullptr ? TimeUnitOf(format) : std::nullopt;
  if (!unit) return WrongType(type, "timestamps, dates, or whole milliseconds since 1970");
  return NullAware<Timestamp>(
      [unit = *unit](const ArrowArray& array, std::int64_t at) { return TimeOf(unit.get(array, at), unit); });
}

Result<Reader<ListSpan>> ListReaderFor(const ArrowSchema& type) {
  const std::string_view format = type.format;
  if (format == "+m" || format == "+l") {
    return NullAware<ListSpan>([](const ArrowArray& array, std::int64_t at) {
      return ListSpan{ValueAt<std::int32_t>(array, 1, at), ValueAt<std::int32_t>(array, 1, at + 1)};
    });
  }
  if (format == "+L") {
    return NullAware<ListSpan>([](const ArrowArray& array, std::int64_t at) {
      return ListSpan{ValueAt<std::int64_t>(array, 1, at), ValueAt<std::int64_t>(array, 1, at + 1)};
    });
  }
  return WrongType(type, "a map, or a list of pairs");
}

}  // namespace rookery::columns
