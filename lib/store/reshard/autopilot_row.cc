#include "store/reshard/autopilot_row.h"

#include <chrono>
#include <utility>

#include "base/big_endian.h"
#include "base/byte_reader.h"
#include "store/reshard/row_fields.h"

namespace rookery::store {
namespace {

constexpr std::uint8_t kFormat = 1;

std::uint64_t DayOf(Timestamp time) {
  return static_cast<std::uint64_t>(std::chrono::floor<std::chrono::days>(time).time_since_epoch().count());
}

void AppendEntry(std::string* out, const AutopilotEntry& entry) {
  AppendTime(out, entry.decided_at);
  AppendTime(out, entry.ended_at);
  base::AppendBigEndian(out, static_cast<std::uint8_t>(entry.outcome));
  base::AppendBigEndian(out, entry.epoch.value);
  base::AppendBigEndian(out, entry.bytes);
  AppendText(out, entry.request);
  AppendText(out, entry.reason);
  AppendText(out, entry.failure);
}

AutopilotEntry ReadEntry(base::ByteReader* reader) {
  AutopilotEntry entry;
  entry.decided_at = ReadTime(reader).value_or(Timestamp{});
  entry.ended_at = ReadTime(reader);
  entry.outcome = static_cast<AutopilotOutcome>(reader->Number<std::uint8_t>());
  entry.epoch = Epoch{reader->Number<std::uint64_t>()};
  entry.bytes = reader->Number<std::uint64_t>();
  entry.request = ReadText(reader);
  entry.reason = ReadText(reader);
  entry.failure = ReadText(reader);
  return entry;
}

}  // namespace

std::uint64_t AutopilotRow::CopiedOn(Timestamp now) const { return day == DayOf(now) ? copied : 0; }

void AutopilotRow::Add(AutopilotEntry entry) {
  if (entry.outcome != AutopilotOutcome::kFailed) {
    copied = CopiedOn(entry.decided_at) + entry.bytes;
    day = DayOf(entry.decided_at);
  }
  if (entries.size() == kMaxEntries) entries.erase(entries.begin());
  entries.push_back(std::move(entry));
}

std::string EncodeAutopilotRow(const AutopilotRow& row) {
  std::string bytes;
  base::AppendBigEndian(&bytes, kFormat);
  base::AppendBigEndian(&bytes, row.day);
  base::AppendBigEndian(&bytes, row.copied);
  for (const AutopilotEntry& entry : row.entries) AppendEntry(&bytes, entry);
  return bytes;
}

std::optional<AutopilotRow> DecodeAutopilotRow(std::string_view bytes) {
  base::ByteReader reader(bytes);
  if (reader.Number<std::uint8_t>() != kFormat) return std::nullopt;
  AutopilotRow row;
  row.day = reader.Number<std::uint64_t>();
  row.copied = reader.Number<std::uint64_t>();
  while (!reader.failed() && reader.left() > 0) {
    row.entries.push_back(ReadEntry(&reader));
    if (row.entries.back().outcome > AutopilotOutcome::kUnknown) return std::nullopt;
  }
  if (reader.failed() || row.entries.size() > AutopilotRow::kMaxEntries) return std::nullopt;
  return row;
}

}  // namespace rookery::store
