#include "ingest/mailbox.h"

#include <algorithm>
#include <limits>
#include <utility>

namespace rookery::ingest {
namespace {

constexpr std::size_t kNever = std::numeric_limits<std::size_t>::max();
constexpr std::chrono::milliseconds kShortestRetry{1};
constexpr std::chrono::milliseconds kLongestRetry{1000};

}  // namespace

bool Mailbox::HasRoom(std::size_t bytes) const {
  // One that is too large for the mailbox is not to wait for ever.
  if (counters_.waiting_messages == 0) return true;
  return counters_.waiting_messages < most_messages_ && bytes <= most_bytes_ &&
         counters_.waiting_bytes <= most_bytes_ - bytes;
}

Mailbox::Put Mailbox::TryPut(Parcel* parcel) {
  const std::size_t bytes = LetterBytes(parcel->message, parcel->text_bytes);
  const base::MutexLock lock(mutex_);
  if (closed_) return Put::kClosed;
  return HasRoom(bytes) ? Accept(parcel, bytes) : Put::kFull;
}

Mailbox::Put Mailbox::PutWhenRoom(Parcel* parcel) {
  const std::size_t bytes = LetterBytes(parcel->message, parcel->text_bytes);
  const base::MutexLock lock(mutex_);
  ++waiting_for_room_;
  while (!closed_ && !HasRoom(bytes)) {
    if (room_.wait_until(mutex_, parcel->deadline) == std::cv_status::timeout) break;
  }
  --waiting_for_room_;
  if (closed_) return Put::kClosed;
  return HasRoom(bytes) ? Accept(parcel, bytes) : Put::kFull;
}

std::chrono::milliseconds Mailbox::Refuse(Time now) {
  const base::MutexLock lock(mutex_);
  ++counters_.refused;
  const auto waited = std::chrono::duration_cast<std::chrono::milliseconds>(now - last_answer_);
  return std::clamp(waited, kShortestRetry, kLongestRetry);
}

Mailbox::Put Mailbox::Accept(Parcel* parcel, std::size_t bytes) {
  if (counters_.waiting_messages == 0) last_answer_ = parcel->accepted;
  filling_.Add({.message = parcel->message,
                .own = std::move(parcel->own),
                .done = std::move(parcel->done),
                .accepted = parcel->accepted,
                .deadline = parcel->deadline,
                .number = counters_.accepted,
                .bytes = bytes},
               parcel->text_bytes);
  ++filling_messages_;
  filling_bytes_ += bytes;
  ++counters_.accepted;
  ++counters_.waiting_messages;
  counters_.waiting_bytes += bytes;
  if (!WakesNow()) return Put::kAccepted;
  wake_at_ = {.messages = kNever, .bytes = kNever};
  return Put::kWake;
}

Mail Mailbox::Take(Bundle spare) {
  const base::MutexLock lock(mutex_);
  filling_messages_ = 0;
  filling_bytes_ = 0;
  wake_at_ = {.messages = kNever, .bytes = kNever};
  return {.bundle = std::exchange(filling_, std::move(spare)), .hurry = std::exchange(hurry_, false)};
}

bool Mailbox::BeginRest(const Rest& rest) {
  const base::MutexLock lock(mutex_);
  wake_at_ = rest;
  if (!hurry_ && !WakesNow()) return true;
  wake_at_ = {.messages = kNever, .bytes = kNever};
  return false;
}

void Mailbox::Note(const Progress& progress, Time now) {
  const base::MutexLock lock(mutex_);
  counters_.answered += progress.answered;
  counters_.failed += progress.failed;
  counters_.retried += progress.retried;
  counters_.batches += progress.batches;
  counters_.batched += progress.batched;
  counters_.waiting_messages -= progress.answered;
  counters_.waiting_bytes -= progress.bytes;
  if (progress.answered > 0) last_answer_ = now;
  unanswered_from_ = progress.unanswered_from;
  if (waiting_for_answers_ > 0) answered_.notify_all();
  // Not for a little room: those who are woken should find enough to do.
  const bool half_empty =
      counters_.waiting_messages <= most_messages_ / 2 && counters_.waiting_bytes <= most_bytes_ / 2;
  if (waiting_for_room_ > 0 && half_empty) room_.notify_all();
}

std::uint64_t Mailbox::Hurry() {
  const base::MutexLock lock(mutex_);
  hurry_ = true;
  return counters_.accepted;
}

std::uint64_t Mailbox::Close() {
  const base::MutexLock lock(mutex_);
  closed_ = true;
  hurry_ = true;
  room_.notify_all();
  return counters_.accepted;
}

bool Mailbox::AwaitAnswers(std::uint64_t letters, std::optional<Time> deadline) {
  const base::MutexLock lock(mutex_);
  ++waiting_for_answers_;
  while (unanswered_from_ < letters) {
    if (!deadline) {
      answered_.wait(mutex_);
    } else if (answered_.wait_until(mutex_, *deadline) == std::cv_status::timeout) {
      break;
    }
  }
  --waiting_for_answers_;
  return unanswered_from_ >= letters;
}

IngestCounters Mailbox::counters() const {
  const base::MutexLock lock(mutex_);
  return counters_;
}

}  // namespace rookery::ingest
