// Arguments from Python and values to Python: text, whole numbers, ids.
//
// Rookery's text is bytes. A str stands for its UTF-8 form, where a surrogate escape stands for a byte that is not
// UTF-8 (as os.fsencode has it), so every byte string survives the way to Python and back; bytes are taken as they are.
// What does not fit raises TypeError or InvalidArgumentError naming the argument. All of it needs the GIL.
#pragma once

#include <concepts>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>

#include "binding.h"
#include "rookery/bulk_loader.h"
#include "rookery/cells.h"
#include "rookery/options.h"
#include "rookery/types.h"

namespace rookery::python {

/// The name of an argument in an error, which is put together only when there is one.
class ArgumentName {
 public:
  ArgumentName(const char* name) : name_(name) {}  // NOLINT(google-explicit-constructor): f(value, "channel")
  /// Of one of many messages or keys: "message 3: channel".
  ArgumentName(const char* name, const char* item, std::size_t index) : name_(name), item_(item), index_(index) {}

  std::string Text() const;

 private:
  const char* name_;
  const char* item_ = nullptr;
  std::size_t index_ = 0;
};

/// The bytes of a str or of something bytes-like. They are those of the Python object where it cannot change, and live
/// as long as this does, with or without the GIL.
class TextArgument {
 public:
  TextArgument() = default;
  TextArgument(nb::handle value, const ArgumentName& name);

  std::string_view view() const noexcept { return view_; }
  operator std::string_view() const noexcept { return view_; }  // NOLINT(google-explicit-constructor): it is one
  /// The text as a str: the argument itself where that is the same.
  nb::object Str() const;

 private:
  void TakeSurrogates(nb::handle value, const ArgumentName& name);

  nb::object keeper_;
  std::string_view view_;
};

/// Bytes as a str, with surrogate escapes.
nb::object ToStr(std::string_view text);
inline nb::object ToBytes(std::string_view bytes) { return nb::bytes(bytes.data(), bytes.size()); }

/// A str, bytes or os.PathLike.
std::filesystem::path PathArgument(nb::handle value, const ArgumentName& name);

/// A whole number, also of numpy, between the two bounds, both included.
std::int64_t IntegerArgument(nb::handle value, const ArgumentName& name, std::int64_t lowest, std::int64_t highest);

/// The number as T, whose range is all that bounds it beside `lowest`.
template <std::integral T>
T NumberArgument(nb::handle value, const ArgumentName& name, T lowest = 0) {
  constexpr auto kHighest = sizeof(T) < sizeof(std::int64_t) ? static_cast<std::int64_t>(std::numeric_limits<T>::max())
                                                             : std::numeric_limits<std::int64_t>::max();
  return static_cast<T>(IntegerArgument(value, name, static_cast<std::int64_t>(lowest), kHighest));
}

inline MessageId IdArgument(nb::handle value, const ArgumentName& name) {
  return MessageId{NumberArgument<std::uint64_t>(value, name, 1)};
}

/// None is the empty text.
inline TextArgument OptionalText(nb::handle value, const ArgumentName& name) {
  return value.is_none() ? TextArgument() : TextArgument(value, name);
}

/// None is absent.
template <typename Convert>
auto Optional(nb::handle value, Convert&& convert) -> std::optional<decltype(convert(value))> {
  if (value.is_none()) return std::nullopt;
  return convert(value);
}
inline std::optional<MessageId> OptionalId(nb::handle value, const ArgumentName& name) {
  return Optional(value, [&](nb::handle id) { return IdArgument(id, name); });
}
std::optional<Version> OptionalVersion(nb::handle value, const ArgumentName& name);
/// None, "buffered" or "sync".
std::optional<Durability> OptionalDurability(nb::handle value);

/// "fail" or "next_free".
IdCollision CollisionArgument(nb::handle value);
/// "fast" or "small".
BulkPacking PackingArgument(nb::handle value);
/// "refuse" or "leave_out".
MissingCells MissingCellsArgument(nb::handle value);

/// A Python int, or None.
nb::object ToInt(std::optional<MessageId> id);

}  // namespace rookery::python
