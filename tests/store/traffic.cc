#include "tests/store/traffic.h"

#include <algorithm>
#include <charconv>
#include <optional>
#include <utility>

namespace rookery::testing {
namespace {

constexpr std::string_view kRecord = "count";

std::uint64_t NumberIn(std::string_view text) {
  std::uint64_t number = 0;
  std::from_chars(text.data(), text.data() + text.size(), number);
  return number;
}

}  // namespace

std::string Traffic::ChannelName(std::size_t channel) {
  return std::string(1, static_cast<char>('a' + channel % 26)) + "/" + std::to_string(channel * 7919);
}

Result<std::vector<std::uint64_t>> Traffic::NumbersIn(const Store& store, const std::string& channel) {
  std::vector<std::uint64_t> numbers;
  HistoryQuery query{.limit = 1000};
  for (bool more = true; more;) {
    const auto page = store.History(channel, query);
    if (!page) return page.error();
    for (const MessageView& message : *page) {
      numbers.push_back(NumberIn(message.content()));
      query.before = message.id();
    }
    more = page->has_more();
  }
  return numbers;
}

Traffic::Traffic(Store* store, Options options) : store_(*store), options_(std::move(options)) {
  for (std::size_t i = 0; i < options_.channels; ++i) {
    Track& track = tracks_.emplace_back();
    track.number = i;
    track.name = ChannelName(i);
    Recall(&track);
  }
}

void Traffic::Recall(Track* track) {
  std::vector<MessageId> ids;
  HistoryQuery query{.limit = 1000};
  std::uint64_t last = 0;
  for (bool more = true; more;) {
    const auto page = store_.History(track->name, query);
    if (Failed(page.status(), "reading " + track->name)) return;
    for (const MessageView& message : *page) {
      last = NumberIn(message.content());
      if (ids.empty()) track->newest = last;
      ids.push_back(message.id());
      query.before = message.id();
    }
    more = page->has_more();
  }
  std::reverse(ids.begin(), ids.end());
  if (!ids.empty()) track->first = last;
  track->oldest = track->first;
  track->ids = std::move(ids);
  const auto record = store_.GetRecord(track->name, kRecord);
  if (Failed(record.status(), "reading a record")) return;
  if (*record) track->record = NumberIn((*record)->value);
}

void Traffic::Seed() {
  for (Track& track : tracks_) {
    if (track.newest == 0) PostSome(&track, 1);
  }
}

void Traffic::Start() {
  for (std::size_t i = 0; i < options_.writers; ++i) threads_.emplace_back([this, i] { Write(i); });
  for (std::size_t i = 0; i < options_.readers; ++i) threads_.emplace_back([this, i] { Read(i); });
}

void Traffic::Stop() {
  stop_ = true;
  for (std::thread& thread : threads_) thread.join();
  threads_.clear();
}

void Traffic::CheckAll() {
  for (const std::string& name : begun()) {
    const auto page = store_.History(name);
    if (Failed(page.status(), "a page")) return;
    if (page->size() != 1 || (*page)[0].content() != name) return Fail(name + " has lost its message");
    const auto record = store_.GetRecord(name, kRecord);
    if (Failed(record.status(), "a record")) return;
    if (!*record) return Fail(name + " has lost its record");
  }
  for (const Track& track : tracks_) {
    ReadAll(track);
    ReadRecord(track);
  }
}

std::string Traffic::error() const {
  const std::lock_guard lock(mutex_);
  return error_;
}

void Traffic::Fail(const std::string& what) {
  stop_ = true;
  {
    const std::lock_guard lock(mutex_);
    if (!std::exchange(error_, what).empty()) return;
  }
  if (options_.failed) options_.failed(what);
}

bool Traffic::Failed(const Status& status, std::string_view what) {
  if (!status.ok()) Fail(std::string(what) + ": " + status.ToString());
  return !status.ok();
}

void Traffic::Tell(const Track& track) const {
  if (options_.acknowledged) options_.acknowledged(track.number, track.newest, track.oldest);
}

MessageId Traffic::IdOf(Track* track, std::uint64_t number) {
  const std::lock_guard lock(track->mutex);
  return track->ids[number - track->first];
}

void Traffic::Write(std::size_t writer) {
  std::mt19937_64 random(options_.seed * 31 + writer);
  for (std::uint64_t round = 0; !stop_; ++round) {
    Track& track = tracks_[random() % (tracks_.size() / options_.writers) * options_.writers + writer];
    const std::uint64_t live = track.newest + 1 - track.oldest;
    if (round % 32 == 1 && round / 32 < options_.most_begun / options_.writers) {
      BeginChannel(writer, round / 32);
    } else if (round % 8 == 0) {
      Count(&track);
    } else if (live > options_.most_living || (round % 16 == 3 && live > 20)) {
      DeleteOldest(&track);
    } else if (round % 16 == 5 && live > 0) {
      Edit(&track);
    } else {
      PostSome(&track, 1 + random() % 8);
    }
  }
}

std::vector<std::string> Traffic::begun() const {
  const std::lock_guard lock(mutex_);
  return begun_;
}

void Traffic::BeginChannel(std::size_t writer, std::size_t number) {
  std::string name = std::string(1, static_cast<char>('a' + number % 26)) + "/new " + std::to_string(options_.seed) +
                     " " + std::to_string(writer) + " " + std::to_string(number);
  if (Failed(store_.Post({.channel = name, .author = "w", .content = name}).status(), "a post")) return;
  if (Failed(store_.Put(name, kRecord, "1").status(), "a record")) return;
  if (options_.began) options_.began(name);
  const std::lock_guard lock(mutex_);
  begun_.push_back(std::move(name));
}

void Traffic::Count(Track* track) {
  const auto version = store_.Put(track->name, kRecord, std::to_string(track->record + 1));
  if (!Failed(version.status(), "a record")) ++track->record;
}

void Traffic::PostSome(Track* track, std::size_t count) {
  std::vector<std::string> texts;
  std::vector<NewMessage> batch;
  for (std::size_t i = 0; i < count; ++i) texts.push_back(std::to_string(track->newest + i + 1));
  for (const std::string& text : texts) batch.push_back({.channel = track->name, .author = "w", .content = text});
  const auto posted = store_.PostBatch(batch);
  if (Failed(posted.status(), "a post")) return;
  {
    const std::lock_guard lock(track->mutex);
    for (const Posted& one : *posted) track->ids.push_back(one.id);
    track->newest += count;
  }
  Tell(*track);
}

void Traffic::DeleteOldest(Track* track) {
  const std::uint64_t number = track->oldest++;
  Tell(*track);
  const auto deleted = store_.Delete(track->name, IdOf(track, number));
  if (Failed(deleted.status(), "a delete") || *deleted) return;
  Fail("nothing to delete: " + std::to_string(number) + " of " + track->name);
}

void Traffic::Edit(Track* track) {
  const std::uint64_t number = track->oldest;
  const auto version = store_.Edit(track->name, IdOf(track, number), {.content = std::to_string(number)});
  Failed(version.status(), "an edit of " + std::to_string(number) + " of " + track->name);
}

void Traffic::Read(std::size_t reader) {
  std::mt19937_64 random(options_.seed * 31 + 1000 + reader);
  while (!stop_) {
    Track& track = tracks_[random() % tracks_.size()];
    switch (random() % 4) {
      case 0:
        ReadOne(&track, random());
        break;
      case 1:
        ReadRecord(track);
        break;
      case 2:
        ReadNewest(track);
        break;
      default:
        ReadAll(track);
    }
  }
}

void Traffic::ReadOne(Track* track, std::uint64_t random) {
  const std::uint64_t newest = track->newest;
  if (newest < track->first) return;
  const std::uint64_t number = track->first + random % (newest + 1 - track->first);
  const auto message = store_.Get(track->name, IdOf(track, number));
  if (Failed(message.status(), "a get") || number < track->oldest) return;
  if (!*message) return Fail(track->name + " misses " + std::to_string(number));
  if (NumberIn((*message)->content()) != number) Fail(track->name + " has another one for " + std::to_string(number));
}

void Traffic::ReadRecord(const Track& track) {
  const std::uint64_t least = track.record;
  const auto record = store_.GetRecord(track.name, kRecord);
  if (Failed(record.status(), "a record") || least == 0) return;
  if (!*record || NumberIn((*record)->value) < least) Fail("the record of " + track.name + " is too old");
}

void Traffic::ReadNewest(const Track& track) {
  const std::uint64_t newest = track.newest;
  const auto page = store_.History(track.name, {.limit = 5});
  if (Failed(page.status(), "a page") || newest < track.oldest) return;
  if (page->empty() || NumberIn((*page)[0].content()) < newest)
    Fail("the newest page of " + track.name + " is too old");
}

void Traffic::ReadAll(const Track& track) {
  const std::uint64_t newest = track.newest;
  const auto numbers = NumbersIn(store_, track.name);
  if (Failed(numbers.status(), "pages")) return;
  const std::uint64_t oldest = track.oldest;
  for (std::size_t i = 1; i < numbers->size(); ++i) {
    if ((*numbers)[i] != (*numbers)[i - 1] - 1) {
      return Fail(track.name + " has " + std::to_string((*numbers)[i - 1]) + " before " +
                  std::to_string((*numbers)[i]));
    }
  }
  if (newest < oldest) return;
  if (numbers->empty()) return Fail(track.name + " is empty");
  if (numbers->front() < newest) Fail(track.name + " ends before " + std::to_string(newest));
  if (numbers->back() > oldest) Fail(track.name + " begins after " + std::to_string(oldest));
}

}  // namespace rookery::testing
