#include "admin/export.h"

#include <cerrno>
#include <chrono>
#include <cstring>

#include "admin/message_json.h"
#include "admin/status_macros.h"

namespace rookery::admin {
namespace {

/// Messages may be a megabyte each: a page is kept small.
constexpr std::size_t kMessagesPerPage = 256;
constexpr std::size_t kRecordsPerPage = 256;
constexpr std::size_t kBufferBytes = std::size_t{256} << 10;

class Exporter {
 public:
  Exporter(const Reader& reader, std::ostream& out, const ExportOptions& options, ExportReport* report)
      : reader_(reader), out_(out), options_(options), report_(*report) {}

  Status Run() {
    if (options_.channel) {
      ADMIN_TRY(ExportChannel(*options_.channel));
    } else {
      ADMIN_TRY(ExportAll());
    }
    ADMIN_TRY(WriteOut());
    out_.flush();
    return CheckOut();
  }

 private:
  Status ExportAll() {
    std::string after;
    while (true) {
      ADMIN_ASSIGN_OR_RETURN(const ChannelPage page, reader_.Channels({.prefix = options_.channel_prefix,
                                                                       .after = after,
                                                                       .missing_cells = options_.missing_cells}));
      for (const std::string& channel : page.channels) ADMIN_TRY(ExportChannel(channel));
      if (!page.has_more || page.channels.empty()) return {};
      after = page.channels.back();
    }
  }

  Status ExportChannel(std::string_view channel) {
    const std::uint64_t lines_before = lines();
    if (options_.messages) ADMIN_TRY(ExportMessages(channel));
    if (options_.records) ADMIN_TRY(ExportRecords(channel));
    if (lines() > lines_before) ++report_.channels;
    return {};
  }

  Status ExportMessages(std::string_view channel) {
    HistoryQuery query{.limit = kMessagesPerPage, .order = Order::kOldestFirst};
    while (true) {
      ADMIN_ASSIGN_OR_RETURN(const Page page, reader_.History(channel, query));
      for (const MessageView& message : page) {
        ADMIN_TRY(TellProgress());
        if (!IsWanted(message.created_at())) continue;
        ++report_.messages;
        ADMIN_TRY(WriteLine(MessageToJson(channel, message)));
      }
      if (!page.has_more() || page.empty()) return {};
      query.after = page.back().id();
    }
  }

  Status ExportRecords(std::string_view channel) {
    std::string after;
    while (true) {
      ADMIN_ASSIGN_OR_RETURN(const RecordPage page,
                             reader_.ListRecords(channel, {.after = after, .limit = kRecordsPerPage}));
      for (const Record& record : page.records) {
        ADMIN_TRY(TellProgress());
        if (!IsWanted(record.updated_at)) continue;
        ++report_.records;
        ADMIN_TRY(WriteLine(RecordToJson(channel, record)));
      }
      if (!page.has_more || page.records.empty()) return {};
      after = page.records.back().key;
    }
  }

  bool IsWanted(Timestamp time) const {
    return (!options_.since || time >= *options_.since) && (!options_.until || time < *options_.until);
  }

  std::uint64_t lines() const { return report_.messages + report_.records; }

  Status WriteLine(const nlohmann::ordered_json& line) {
    buffer_ += line.dump();
    buffer_ += '\n';
    return buffer_.size() >= kBufferBytes ? WriteOut() : Status();
  }

  Status WriteOut() {
    errno = 0;
    out_.write(buffer_.data(), static_cast<std::streamsize>(buffer_.size()));
    report_.bytes += buffer_.size();
    buffer_.clear();
    return CheckOut();
  }

  Status CheckOut() const {
    if (out_.good()) return {};
    const int error = errno;
    const std::string reason = error != 0 ? std::strerror(error) : "the stream is in a failed state";
    return {error == ENOSPC ? StatusCode::kNoSpace : StatusCode::kIoError, "cannot write the export: " + reason};
  }

  /// Also for rows that are not wanted: an export that finds nothing can be stopped, too.
  Status TellProgress() {
    constexpr std::chrono::milliseconds kInterval{100};
    constexpr std::uint64_t kRowsPerLook = 64;  // the clock is not asked for every row
    if (!options_.progress || ++rows_ % kRowsPerLook != 0) return {};
    const auto now = std::chrono::steady_clock::now();
    if (now - last_progress_ < kInterval) return {};
    last_progress_ = now;
    if (options_.progress(lines(), report_.bytes + buffer_.size())) return {};
    return {StatusCode::kInterrupted, "the export was stopped; what was written is not all of the store"};
  }

  const Reader& reader_;
  std::ostream& out_;
  const ExportOptions& options_;
  ExportReport& report_;
  std::string buffer_;
  std::uint64_t rows_ = 0;
  std::chrono::steady_clock::time_point last_progress_{};
};

}  // namespace

Status Export(const Reader& reader, std::ostream& out, const ExportOptions& options, ExportReport* report) {
  ExportReport unwanted;
  if (report == nullptr) report = &unwanted;
  *report = {};
  return Exporter(reader, out, options, report).Run();
}

}  // namespace rookery::admin
