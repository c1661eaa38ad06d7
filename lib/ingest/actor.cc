#include "ingest/actor.h"

#include <algorithm>
#include <iterator>
#include <utility>

namespace rookery::ingest {
namespace {

/// Of a batch: it may be the fault of one message, and nothing was written.
bool MayBeOnesFault(StatusCode code) {
  return code == StatusCode::kBusy || code == StatusCode::kAlreadyExists || code == StatusCode::kInvalidArgument ||
         code == StatusCode::kCorruption;
}

}  // namespace

Effects Actor::Step(Time now, Event event) {
  Effects effects;
  if (auto* const mail = std::get_if<Mail>(&event)) {
    TakeMail(std::move(*mail));
    if (stalled_ && parking_.Pauses(now)) {
      ParkFresh(&effects);
      FreeBundles(&effects);
    }
    Expire(now, &effects);
    BeginBatch(now);
  } else {
    // Begins no other batch, so that whoever runs the actor can let others have their turn.
    TakeAnswer(now, std::get<Answer>(event), &effects);
    Expire(now, &effects);
  }
  if (!batch_.empty()) ContinueBatch(now, &effects);
  effects.unanswered_from = UnansweredFrom();
  effects.rest = NextRest(now);
  return effects;
}

void Actor::TakeMail(Mail mail) {
  if (!mail.bundle.empty()) {
    bundles_.push_back(std::move(mail.bundle));
    for (Letter& letter : bundles_.back().letters()) {
      fresh_.push_back(&letter);
      fresh_bytes_ += letter.bytes;
    }
    next_number_ = fresh_.back()->number + 1;
  }
  if (mail.hurry) hurried_below_ = next_number_;
}

bool Actor::FreshIsDue(Time now) const {
  if (fresh_.empty()) return false;
  return fresh_.size() >= limits_.messages || fresh_bytes_ >= limits_.bytes ||
         fresh_.front()->number < hurried_below_ || fresh_.front()->accepted + limits_.age <= now;
}

void Actor::BeginBatch(Time now) {
  busy_ = false;
  if (parking_.RetryIsDue(now)) {
    BeginRetry();
  } else if (FreshIsDue(now)) {
    BeginFresh();
  }
}

void Actor::BeginRetry() {
  retry_ = parking_.TakeTurn(limits_.messages, limits_.bytes);
  // One channel may have left more than a batch may hold. The part that is next stands last.
  std::size_t bytes = 0;
  for (Letter& letter : retry_) {
    const std::size_t index = batch_.size();
    batch_.push_back(&letter);
    const bool fits =
        !parts_.empty() && index - parts_.back().begin < limits_.messages && bytes + letter.bytes <= limits_.bytes;
    if (!fits) parts_.push_back({index, index});
    bytes = fits ? bytes + letter.bytes : letter.bytes;
    parts_.back().end = index + 1;
  }
  std::reverse(parts_.begin(), parts_.end());
}

void Actor::BeginFresh() {
  std::size_t bytes = 0;
  while (!fresh_.empty() && batch_.size() < limits_.messages) {
    Letter* const letter = fresh_.front();
    if (!batch_.empty() && bytes + letter->bytes > limits_.bytes) break;
    bytes += letter->bytes;
    fresh_bytes_ -= letter->bytes;
    batch_.push_back(letter);
    fresh_.pop_front();
  }
  parts_.push_back({0, batch_.size()});
}

void Actor::ContinueBatch(Time now, Effects* effects) {
  while (!parts_.empty()) {
    const Range part = parts_.back();
    // Behind a parked letter the later ones of its channel wait, too.
    std::size_t end = part.begin;
    for (std::size_t i = part.begin; i < part.end; ++i) {
      if (!retry_.empty() && batch_[i]->deadline <= now) {
        Finish(batch_[i], parking_.why(), effects);
      } else if (parking_.Holds(batch_[i]->message.channel)) {
        Park(batch_[i], effects);
      } else {
        batch_[end++] = batch_[i];
      }
    }
    if (end == part.begin) {
      parts_.pop_back();
      continue;
    }
    parts_.back().end = end;
    for (std::size_t i = part.begin; i < end; ++i) {
      effects->write.push_back(&batch_[i]->message);
      effects->write_bytes += batch_[i]->bytes;
    }
    effects->patience = Patience(now, parts_.back());
    return;
  }
  EndBatch(effects);
}

Time Actor::Patience(Time now, Range part) const {
  Time until = std::min(now + kLongestTry, parking_.earliest_deadline());
  for (std::size_t i = part.begin; i < part.end; ++i) until = std::min(until, batch_[i]->deadline);
  return until;
}

void Actor::TakeAnswer(Time now, const Answer& answer, Effects* effects) {
  const Result<std::vector<Posted>>& posted = answer.posted;
  stalled_ = answer.stalled;
  if (stalled_) {
    Stall(now, posted.error(), effects);
    return;
  }
  const Range part = parts_.back();
  parts_.pop_back();
  if (!posted) {
    FailPart(now, part, posted.error(), effects);
    return;
  }
  effects->outcomes.reserve(part.end - part.begin);
  for (std::size_t i = part.begin; i < part.end; ++i) Finish(batch_[i], (*posted)[i - part.begin], effects);
}

void Actor::FailPart(Time now, Range part, const Status& status, Effects* effects) {
  if (part.end - part.begin > 1 && MayBeOnesFault(status.code())) {
    const std::size_t middle = part.begin + (part.end - part.begin) / 2;
    parts_.push_back({middle, part.end});
    parts_.push_back({part.begin, middle});
    return;
  }
  if (status.code() == StatusCode::kBusy && now < batch_[part.begin]->deadline) {
    busy_ = true;
    parking_.NoteBusy(now, status);
    Park(batch_[part.begin], effects);
    return;
  }
  for (std::size_t i = part.begin; i < part.end; ++i) Finish(batch_[i], status, effects);
}

void Actor::Stall(Time now, const Status& status, Effects* effects) {
  busy_ = true;
  parking_.NoteBusy(now, status);
  for (; !parts_.empty(); parts_.pop_back()) {
    for (std::size_t i = parts_.back().begin; i < parts_.back().end; ++i) Park(batch_[i], effects);
  }
  ParkFresh(effects);
}

void Actor::Park(Letter* letter, Effects* effects) {
  ++effects->retried;
  parking_.Add(std::move(*letter));
}

void Actor::ParkFresh(Effects* effects) {
  for (Letter* const letter : fresh_) Park(letter, effects);
  fresh_.clear();
  fresh_bytes_ = 0;
}

void Actor::EndBatch(Effects* effects) {
  if (!retry_.empty()) {
    // What is left was not tried: the store is likely to have room for it, too.
    if (!busy_) parking_.EndPause();
    retry_.clear();
  }
  batch_.clear();
  FreeBundles(effects);
}

void Actor::FreeBundles(Effects* effects) {
  // Of the letters in the bundles only those of fresh_ are still here.
  while (!bundles_.empty() && (fresh_.empty() || bundles_.front().letters().back().number < fresh_.front()->number)) {
    bundles_.front().Clear();
    effects->emptied.push_back(std::move(bundles_.front()));
    bundles_.pop_front();
  }
}

void Actor::Expire(Time now, Effects* effects) {
  for (Letter& letter : parking_.TakeExpired(now)) Finish(&letter, parking_.why(), effects);
}

void Actor::Finish(Letter* letter, Result<Posted> posted, Effects* effects) {
  effects->answered_bytes += letter->bytes;
  effects->outcomes.push_back({std::move(letter->done), std::move(posted)});
}

Rest Actor::NextRest(Time now) const {
  if (!batch_.empty() || FreshIsDue(now) || parking_.RetryIsDue(now)) return {.messages = 0, .bytes = 0};
  Rest rest;
  if (!parking_.empty()) rest.until = parking_.NextEvent();
  if (!fresh_.empty()) {
    rest.messages = limits_.messages - fresh_.size();
    rest.bytes = limits_.bytes - fresh_bytes_;
    rest.until = std::min(rest.until.value_or(Time::max()), Time(fresh_.front()->accepted + limits_.age));
  }
  return rest;
}

std::uint64_t Actor::UnansweredFrom() const {
  std::uint64_t first = next_number_;
  if (!fresh_.empty()) first = fresh_.front()->number;
  for (const Range& part : parts_) {
    // In a retry one channel's letters stand behind another's.
    const std::size_t end = retry_.empty() ? part.begin + 1 : part.end;
    for (std::size_t i = part.begin; i < end; ++i) first = std::min(first, batch_[i]->number);
  }
  if (!parking_.empty()) first = std::min(first, parking_.FirstNumber());
  return first;
}

}  // namespace rookery::ingest
