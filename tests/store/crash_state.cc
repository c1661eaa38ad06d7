#include "tests/store/crash_state.h"

#include <cstdlib>
#include <iterator>
#include <sstream>

#include "base/macros.h"
#include "codec/checksum.h"

namespace rookery::testing {

std::string CrashStep::ToLine() const {
  std::ostringstream line;
  line << static_cast<int>(kind) << ' ' << channel << ' ' << id << ' ' << count << ' ' << token << ' ' << nonces << ' '
       << sync << ' ' << writer;
  return line.str();
}

CrashStep CrashStep::FromLine(std::string_view line) {
  std::istringstream words{std::string(line)};
  int kind = 0;
  CrashStep step;
  words >> kind >> step.channel >> step.id >> step.count >> step.token >> step.nonces >> step.sync >> step.writer;
  step.kind = static_cast<Kind>(kind);
  return step;
}

std::string CrashStep::ChannelOf(std::uint64_t i) const {
  if (i % 4 != 3) return channel;
  return channel + (kind == Kind::kLoad ? "l" + std::to_string(i % 40) : "x");
}

std::string CrashStep::ContentOf(std::uint64_t i) const {
  return token + "-" + std::to_string(i) + std::string(i * 37 % 400, '.');
}

std::string CrashStep::NonceOf(std::uint64_t i) const {
  return nonces ? token + "-" + std::to_string(i) : std::string();
}

std::string CrashStep::Bytes() const {
  std::string bytes;
  bytes.reserve(count + token.size());
  while (bytes.size() < count) bytes += token;
  bytes.resize(count);
  return bytes;
}

std::uint64_t WriterOf(std::string_view channel) {
  const std::size_t at = channel.find('@');
  return at == std::string_view::npos ? 0 : std::strtoull(channel.data() + at + 1, nullptr, 10);
}

std::set<std::uint64_t> CrashState::Writers() const {
  std::set<std::uint64_t> writers;
  for (const auto& [channel, some] : messages) writers.insert(WriterOf(channel));
  for (const auto& [name, record] : records) writers.insert(WriterOf(name.first));
  return writers;
}

CrashState CrashState::Of(std::uint64_t writer) const {
  CrashState part;
  for (const auto& [channel, some] : messages) {
    if (WriterOf(channel) == writer) part.messages.emplace(channel, some);
  }
  for (const auto& [name, record] : records) {
    if (WriterOf(name.first) == writer) part.records.emplace(name, record);
  }
  return part;
}

std::uint64_t CrashState::message_count() const {
  std::uint64_t count = 0;
  for (const auto& [channel, some] : messages) count += some.size();
  return count;
}

std::string CrashState::DifferenceTo(const CrashState& other) const {
  for (const auto& [channel, some] : messages) {
    const auto theirs = other.messages.find(channel);
    if (theirs == other.messages.end()) return "channel " + channel + " is missing";
    for (const auto& [id, message] : some) {
      const auto found = theirs->second.find(id);
      const std::string name = channel + ", message " + std::to_string(id) + " (" + message.content + ")";
      if (found == theirs->second.end()) return name + " is missing";
      if (!(found->second == message)) return name + " differs";
    }
    if (some.size() < theirs->second.size()) return "channel " + channel + " has too many messages";
  }
  if (messages.size() < other.messages.size()) return "there are too many channels";
  return records == other.records ? "" : "the records differ";
}

CrashMessage* CrashState::Find(const std::string& channel, std::uint64_t id) {
  const auto some = messages.find(channel);
  if (some == messages.end()) return nullptr;
  const auto found = some->second.find(id);
  return found == some->second.end() ? nullptr : &found->second;
}

void CrashState::Keep(const std::string& channel, std::uint64_t count) {
  const auto some = messages.find(channel);
  if (some == messages.end()) return;
  while (some->second.size() > count) some->second.erase(some->second.begin());
  if (some->second.empty()) messages.erase(some);
}

void CrashState::Apply(const CrashStep& step, const std::vector<std::uint64_t>& ids) {
  using Kind = CrashStep::Kind;
  CrashMessage* const message = Find(step.channel, step.id);
  switch (step.kind) {
    case Kind::kPost:
    case Kind::kLoad:
      for (std::uint64_t i = 0; i < step.count; ++i) {
        const std::uint64_t id = step.kind == Kind::kLoad ? step.id + i : ids.at(i);
        messages[step.ChannelOf(i)][id] = {.content = step.ContentOf(i)};
      }
      return;
    case Kind::kEdit:
      message->content = step.ContentOf(0);
      ++message->version;
      return;
    case Kind::kDelete:
      messages[step.channel].erase(step.id);
      return Keep(step.channel, messages[step.channel].size());
    case Kind::kKeep:
      return Keep(step.channel, step.count);
    case Kind::kPut: {
      auto& [value, version] = records[{step.channel, step.Name()}];
      value = step.token;
      ++version;
      return;
    }
    case Kind::kErase:
      records.erase({step.channel, step.Name()});
      return;
    case Kind::kAttach:
      message->attachments[step.Name()] = codec::ChecksumOf(step.Bytes()).ToHex();
      return;
    case Kind::kDetach:
      message->attachments.erase(step.Name());
      return;
    case Kind::kReshard:
    case Kind::kSync:
    case Kind::kReopen:
    case Kind::kCompact:
    case Kind::kBackup:
    case Kind::kPrune:
      return;
  }
}

std::optional<std::vector<std::uint64_t>> CrashState::IdsOf(const CrashStep& step) const {
  std::vector<std::uint64_t> ids;
  for (std::uint64_t i = 0; i < step.count; ++i) {
    const auto some = messages.find(step.ChannelOf(i));
    if (some == messages.end()) return std::nullopt;
    // The newest are the last.
    const std::string content = step.ContentOf(i);
    auto at = some->second.rbegin();
    while (at != some->second.rend() && at->second.content != content) ++at;
    if (at == some->second.rend()) return std::nullopt;
    ids.push_back(at->first);
  }
  return ids;
}

CrashPosts::CrashPosts(const CrashStep& step) {
  texts_.reserve(3 * step.count);
  for (std::uint64_t i = 0; i < step.count; ++i) {
    const std::string& channel = texts_.emplace_back(step.ChannelOf(i));
    const std::string& content = texts_.emplace_back(step.ContentOf(i));
    const std::string& nonce = texts_.emplace_back(step.NonceOf(i));
    const MessageId id{step.kind == CrashStep::Kind::kLoad ? step.id + i : 0};
    views_.push_back({.channel = channel, .author = "ada", .content = content, .nonce = nonce, .id = id});
  }
}

StoreOptions CrashOptions(std::string_view routing, std::shared_ptr<const Clock> clock) {
  StoreOptions options;
  if (routing == "hash") options.routing = HashRouting{.shards = 3};
  if (routing == "range") options.routing = RangeRouting{.splits = {"c2", "c4"}};
  if (routing == "directory") options.routing = DirectoryRouting{.shards = 3};
  options.bucket_width = std::chrono::minutes{1};
  options.retention_interval = std::chrono::milliseconds{0};
  options.stats_interval = std::chrono::milliseconds{1};
  options.tuning.write_buffer_bytes = std::size_t{1} << 20;  // so that some is flushed
  options.clock = std::move(clock);
  return options;
}

namespace {

Status ReadMessages(const Store& store, const std::string& channel, CrashState* state) {
  RK_ASSIGN_OR_RETURN(const Page page, store.History(channel, {.limit = kMaxPageSize}));
  for (const MessageView& view : page) {
    CrashMessage message{.content = std::string(view.content()), .version = view.version().value};
    if (view.attachment_count() > 0) {
      RK_ASSIGN_OR_RETURN(const auto attachments, store.ListAttachments(channel, view.id()));
      for (const AttachmentInfo& info : attachments) message.attachments[info.name] = info.checksum.ToHex();
    }
    state->messages[channel][view.id().value] = std::move(message);
  }
  return {};
}

}  // namespace

Result<CrashState> ReadState(const Store& store) {
  CrashState state;
  RK_ASSIGN_OR_RETURN(const ChannelPage channels, store.Channels({.limit = kMaxPageSize}));
  for (const std::string& channel : channels.channels) {
    RK_TRY(ReadMessages(store, channel, &state));
    RK_ASSIGN_OR_RETURN(const RecordPage page, store.ListRecords(channel, {.limit = kMaxPageSize}));
    for (const Record& record : page.records) {
      state.records[{channel, record.key}] = {record.value, record.version.value};
    }
  }
  return state;
}

}  // namespace rookery::testing
