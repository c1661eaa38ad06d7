#include "ingest/parking.h"

#include <iterator>
#include <limits>
#include <utility>

namespace rookery::ingest {

void Parking::Add(Letter letter) {
  letter.TakeTexts();
  earliest_deadline_ = std::min(earliest_deadline_, letter.deadline);
  const auto [channel, is_new] = letters_.try_emplace(std::string(letter.message.channel));
  if (is_new) turns_.push_back(channel->first);
  channel->second.push_back(std::move(letter));
}

void Parking::NoteBusy(Time now, const Status& status) {
  why_ = status;
  retry_at_ = now + std::clamp(status.retry_after().value_or(kShortestPause), kShortestPause, kLongestPause);
}

std::vector<Letter> Parking::TakeTurn(std::size_t messages, std::size_t bytes) {
  std::vector<Letter> taken;
  std::size_t taken_bytes = 0;
  while (!turns_.empty() && taken.size() < messages && taken_bytes < bytes) {
    auto channel = letters_.extract(turns_.front());
    turns_.pop_front();
    for (const Letter& letter : channel.mapped()) taken_bytes += letter.bytes;
    std::move(channel.mapped().begin(), channel.mapped().end(), std::back_inserter(taken));
  }
  FindEarliestDeadline();
  return taken;
}

std::vector<Letter> Parking::TakeExpired(Time now) {
  std::vector<Letter> expired;
  if (now < earliest_deadline_) return expired;
  const auto stays = [now](const Letter& letter) { return letter.deadline > now; };
  for (auto& [name, letters] : letters_) {
    const auto late = std::stable_partition(letters.begin(), letters.end(), stays);
    std::move(late, letters.end(), std::back_inserter(expired));
    letters.erase(late, letters.end());
  }
  std::erase_if(letters_, [](const auto& channel) { return channel.second.empty(); });
  std::erase_if(turns_, [this](const std::string& name) { return !letters_.contains(name); });
  FindEarliestDeadline();
  // They are answered in the order in which they came.
  std::sort(expired.begin(), expired.end(), [](const Letter& a, const Letter& b) { return a.number < b.number; });
  return expired;
}

std::uint64_t Parking::FirstNumber() const {
  std::uint64_t first = std::numeric_limits<std::uint64_t>::max();
  for (const auto& [name, letters] : letters_) first = std::min(first, letters.front().number);
  return first;
}

void Parking::FindEarliestDeadline() {
  earliest_deadline_ = Time::max();
  for (const auto& [name, letters] : letters_) {
    for (const Letter& letter : letters) earliest_deadline_ = std::min(earliest_deadline_, letter.deadline);
  }
}

}  // namespace rookery::ingest
