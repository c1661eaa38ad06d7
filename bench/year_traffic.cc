#include "bench/year_traffic.h"

#include <algorithm>
#include <string>

#include "bench/clocks.h"
#include "bench/failure.h"

namespace rookery::bench {
namespace {

constexpr std::uint64_t kSeed = 83;

void RequireOf(const Chat& chat, std::size_t channel, bool condition, const char* what) {
  // The message is made only when it is needed: this is called between timings.
  if (!condition) throw Failure("channel \"" + chat.channel_name(channel) + "\": " + what);
}

}  // namespace

YearTraffic::YearTraffic(const Workload& workload, const Calendar& calendar)
    : chat_(workload.chat),
      calendar_(calendar),
      random_(workload.chat.sizes().seed + kSeed),
      now_(calendar.time_of(0)),
      posted_of_(workload.chat.sizes().channels) {
  ids_.reserve(chat_.sizes().messages);
}

void YearTraffic::Post(YearStore* store) {
  const std::size_t message = ids_.size();
  now_ = calendar_.time_of(message);
  ids_.push_back(store->Post(message, now_));
  ++posted_of_[chat_.channel_of(message)];
}

void YearTraffic::Read(YearStore* store, ReadTimes* times) {
  const std::size_t channel = chat_.channel_of(DrawLiving());
  const std::size_t message = DrawLiving();
  const std::int64_t begin = WallNanoseconds();
  store->ReadLatest(channel, &page_);
  const std::int64_t middle = WallNanoseconds();
  const bool found = store->Get(chat_.channel_of(message), ids_[message]);
  const std::int64_t end = WallNanoseconds();
  CheckPage(channel);
  RequireOf(chat_, chat_.channel_of(message), found, "a message that is young enough is missing");
  if (times == nullptr) return;
  times->pages.push_back(middle - begin);
  times->gets.push_back(end - middle);
}

std::size_t YearTraffic::first_kept() const {
  return static_cast<std::size_t>(std::lower_bound(ids_.begin(), ids_.end(), YearKeptFrom(now_)) - ids_.begin());
}

std::size_t YearTraffic::DrawLiving() {
  const std::size_t first = first_kept();
  return first + random_.Below(ids_.size() - first);
}

void YearTraffic::CheckPage(std::size_t channel) const {
  const auto messages = chat_.messages_of(channel).first(posted_of_[channel]);
  RequireOf(chat_, channel, page_.size() <= std::min(messages.size(), kScrollLimit), "a page has too many messages");
  for (std::size_t i = 0; i < page_.size(); ++i) {
    RequireOf(chat_, channel, page_[i] == ids_[messages[messages.size() - 1 - i]], "a page has a wrong message");
    RequireOf(chat_, channel, page_[i] >= gone_before_, "a page has a message that retention removed");
  }
  if (page_.size() == std::min(messages.size(), kScrollLimit)) return;
  const std::size_t next = messages[messages.size() - 1 - page_.size()];
  RequireOf(chat_, channel, ids_[next] < YearKeptFrom(now_), "a message that is young enough is not in a page");
}

void YearTraffic::ExpectOnlyKept(YearStore* store) const {
  for (std::size_t channel = 0; channel < chat_.sizes().channels; ++channel) {
    ExpectChannel(channel, store->ReadAll(channel));
  }
}

void YearTraffic::ExpectChannel(std::size_t channel, const std::vector<Row>& rows) const {
  const auto messages = chat_.messages_of(channel).first(posted_of_[channel]);
  std::size_t kept = 0;
  for (auto message = messages.rbegin(); message != messages.rend() && *message >= first_kept(); ++message, ++kept) {
    RequireOf(chat_, channel, kept < rows.size(), "retention removed too much");
    const Row& row = rows[kept];
    const bool same = row.id == ids_[*message] && row.author == chat_.author_of(*message) &&
                      row.content == chat_.content_of(*message);
    RequireOf(chat_, channel, same, "a message reads otherwise than posted");
  }
  RequireOf(chat_, channel, kept == rows.size(), "retention left something that is too old");
}

}  // namespace rookery::bench
