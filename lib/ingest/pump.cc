#include "ingest/pump.h"

#include <sched.h>

#include <algorithm>
#include <system_error>
#include <utility>

#include "base/macros.h"
#include "base/text.h"
#include "ingest/options.h"
#include "routing/channel_hash.h"
#include "store/limits.h"

namespace rookery::ingest {
namespace {

using Clock = std::chrono::steady_clock;

constexpr std::size_t kLeastWorkers = 2;  // one may be held up
constexpr std::size_t kSparesKept = 4;

/// Of which pump this thread is a worker.
thread_local const Pump* worker_of = nullptr;

/// Those that this process may run on: hardware_concurrency counts all that the machine has.
std::size_t Processors() {
  cpu_set_t allowed;
  if (::sched_getaffinity(0, sizeof allowed, &allowed) != 0) return std::max(1U, std::thread::hardware_concurrency());
  return static_cast<std::size_t>(CPU_COUNT(&allowed));
}

Status InCallback(std::string_view call) {
  return {StatusCode::kInvalidArgument, std::string(call) +
                                            " was called in a callback of the ingestor, which it would "
                                            "wait for; call it on another thread"};
}

/// The answers [begin, begin + count), or the error that is everybody's.
Answer PartOf(const Answer& answer, std::size_t begin, std::size_t count) {
  if (!answer.posted) return answer;
  const auto first = answer.posted->begin() + static_cast<std::ptrdiff_t>(begin);
  return {.posted = std::vector<Posted>(first, first + static_cast<std::ptrdiff_t>(count))};
}

void AddTo(IngestCounters* total, const IngestCounters& counters) {
  total->accepted += counters.accepted;
  total->answered += counters.answered;
  total->failed += counters.failed;
  total->refused += counters.refused;
  total->retried += counters.retried;
  total->batches += counters.batches;
  total->batched += counters.batched;
  total->waiting_messages += counters.waiting_messages;
  total->waiting_bytes += counters.waiting_bytes;
}

}  // namespace

Pump::Pump(std::shared_ptr<store::StoreImpl> store, const IngestOptions& options)
    : store_(std::move(store)),
      router_(store_->context().routes.current()),
      options_(options),
      syncs_(options.durability.value_or(store_->context().durability) == Durability::kSync),
      scheduler_(router_.map().shards + options_.destinations.size()) {
  const std::uint32_t shards = router_.map().shards;
  const std::size_t part = store_->context().memory.mailboxes / (shards + options_.destinations.size());
  IngestMailbox limits = options_.mailbox;
  if (!limits.bytes) limits.bytes = std::max(kLeastMailboxBytes, part);
  for (std::uint32_t shard = 0; shard < shards; ++shard) {
    destinations_.push_back(
        std::make_unique<Destination>(base::ShardName(ShardId{shard}), ShardId{shard}, limits, options_.batch));
  }
  for (const std::string& name : options_.destinations) {
    destinations_.push_back(std::make_unique<Destination>(name, std::nullopt, limits, options_.batch));
    declared_[destinations_.back()->name] = {static_cast<std::uint32_t>(destinations_.size() - 1)};
  }
}

Pump::~Pump() { static_cast<void>(Stop()); }

Result<std::shared_ptr<Pump>> Pump::Start(std::shared_ptr<store::StoreImpl> store, const IngestOptions& options) {
  RK_TRY(options.Validate());
  RK_TRY(store->committer().CheckWritable());
  const std::shared_ptr<Pump> pump(new Pump(std::move(store), options));
  RK_TRY(pump->StartThreads());
  pump->store_->Attach(pump);
  return pump;
}

Status Pump::StartThreads() {
  const std::size_t wanted = options_.workers > 0 ? options_.workers : std::max(kLeastWorkers, Processors());
  while (threads_.size() < std::min(wanted, destinations_.size())) {
    try {
      threads_.emplace_back([this] { Work(); });
    } catch (const std::system_error& error) {
      if (!threads_.empty()) return {};  // those that there are serve all
      return {StatusCode::kBusy, std::string("no thread can be started for the ingestor: ") + error.what()};
    }
  }
  return {};
}

// --- Producers -----------------------------------------------------------------------------------------------------

Status Pump::Post(const NewMessage& message, PostDone done, const IngestPostOptions& options) {
  RK_TRY(store::CheckMessage(message, store_->context().limits));
  if (options.timeout) RK_TRY(CheckTimeout(*options.timeout));
  const std::size_t text_bytes = TextBytes(message);
  if (options_.mailbox.bytes && LetterBytes(message, text_bytes) > *options_.mailbox.bytes) {
    return {StatusCode::kInvalidArgument, "the message takes " + std::to_string(LetterBytes(message, text_bytes)) +
                                              " bytes and a mailbox holds " + std::to_string(*options_.mailbox.bytes) +
                                              " (IngestMailbox::bytes)"};
  }
  RK_ASSIGN_OR_RETURN(const DestinationIndex index, Route(message.channel, options.destination));
  Destination& destination = *destinations_[index.value];
  // Under the mailbox's lock only little is copied.
  std::unique_ptr<char[]> own;
  std::optional<NewMessage> large;
  if (text_bytes > kLargeTextBytes) {
    own = std::make_unique_for_overwrite<char[]>(text_bytes);
    MoveTexts(&large.emplace(message), own.get());
  }
  const Time now = Clock::now();
  Parcel parcel{.message = large ? *large : message,
                .text_bytes = text_bytes,
                .own = std::move(own),
                .done = std::move(done),
                .accepted = now,
                .deadline = now + options.timeout.value_or(options_.timeout)};
  Mailbox::Put put = destination.mailbox.TryPut(&parcel);
  if (put == Mailbox::Put::kFull && options_.mailbox.when_full == WhenFull::kWait && worker_of != this) {
    put = destination.mailbox.PutWhenRoom(&parcel);
  }
  if (put == Mailbox::Put::kWake) scheduler_.Wake(index);
  if (put == Mailbox::Put::kAccepted || put == Mailbox::Put::kWake) return {};
  return Refuse(put, &destination);
}

Result<DestinationIndex> Pump::Route(std::string_view channel, std::string_view destination) const {
  if (destination.empty()) return DestinationIndex{MailboxOf(channel)};
  const auto found = declared_.find(destination);
  if (found != declared_.end()) return found->second;
  return Status(StatusCode::kNotFound,
                "there is no destination " + base::Quoted(destination) + "; declare it in IngestOptions::destinations");
}

std::uint32_t Pump::MailboxOf(std::string_view channel) const {
  // A directory places a channel with its first write, and none of that is known here.
  const auto shard = router_.places_channels() ? std::nullopt : router_.Find(channel);
  return shard ? shard->value : static_cast<std::uint32_t>(routing::HashOf(channel) % router_.map().shards);
}

Status Pump::Refuse(Mailbox::Put why, Destination* destination) {
  if (why == Mailbox::Put::kClosed) {
    return {StatusCode::kClosed, "the ingestor was stopped, or its store closed; make a new one"};
  }
  return Status(StatusCode::kBusy, "the mailbox of " + base::Quoted(destination->name) +
                                       " is full (IngestOptions::mailbox); post more slowly, or give it more room")
      .WithRetryAfter(destination->mailbox.Refuse(Clock::now()));
}

Status Pump::Flush(std::chrono::milliseconds timeout) {
  if (worker_of == this) return InCallback("Flush");
  if (timeout.count() < 0) return {StatusCode::kInvalidArgument, "timeout is negative"};
  const Time deadline = Clock::now() + std::min(timeout, kLongestTimeout);
  std::vector<std::uint64_t> letters;
  for (std::uint32_t index = 0; index < destinations_.size(); ++index) {
    letters.push_back(destinations_[index]->mailbox.Hurry());
    if (letters.back() > 0) scheduler_.Wake({index});
  }
  for (std::size_t index = 0; index < destinations_.size(); ++index) {
    Destination& destination = *destinations_[index];
    if (destination.mailbox.AwaitAnswers(letters[index], deadline)) continue;
    return {StatusCode::kBusy, base::Quoted(destination.name) + " has not answered all posts within " +
                                   std::to_string(timeout.count()) + " ms; flush again, or give it more time"};
  }
  return {};
}

Status Pump::MayClose() const { return worker_of == this ? InCallback("Stop or Close") : Status(); }

Status Pump::Stop() {
  RK_TRY(MayClose());
  if (stopping_.exchange(true)) {
    stopped_.Wait(std::nullopt);
    return {};
  }
  std::vector<std::uint64_t> letters;
  for (std::uint32_t index = 0; index < destinations_.size(); ++index) {
    letters.push_back(destinations_[index]->mailbox.Close());
    scheduler_.Wake({index});
  }
  // Without a thread nothing was ever accepted.
  for (std::size_t index = 0; index < destinations_.size(); ++index) {
    destinations_[index]->mailbox.AwaitAnswers(letters[index], std::nullopt);
  }
  scheduler_.Stop();
  for (std::thread& thread : threads_) thread.join();
  stopped_.Set();
  return {};
}

IngestStats Pump::Stats() const {
  IngestStats stats;
  for (const auto& destination : destinations_) {
    const IngestCounters counters = destination->mailbox.counters();
    stats.destinations.push_back({destination->name, destination->shard, counters});
    AddTo(&stats.total, counters);
  }
  return stats;
}

// --- Workers -------------------------------------------------------------------------------------------------------

void Pump::Work() {
  worker_of = this;
  Bench bench;
  while (const auto index = scheduler_.Next()) {
    syncs_ ? RunTogether(*index, &bench) : RunAlone(*index, &bench);
  }
}

void Pump::RunAlone(DestinationIndex index, Bench* bench) {
  Run run = Begin(index, bench);
  Deliver(&run, /*written=*/0, bench);
  End(&run, bench);
}

void Pump::RunTogether(DestinationIndex first, Bench* bench) {
  std::vector<Run> runs;
  std::optional<Answer> answer;
  {
    // What comes while another worker waits for the disk is not written by itself, but with all that comes meanwhile.
    const base::MutexLock turn(sync_turn_);
    const Time patience = Gather(first, &runs, bench);
    if (!bench->messages.empty()) answer = Write(bench->messages, patience);
  }
  std::size_t begin = 0;
  for (Run& run : runs) {
    const std::size_t written = run.joined ? run.effects.write.size() : 0;
    const bool wrote_all = written == bench->messages.size();
    Deliver(&run, /*written=*/0, bench);
    // One destination's failure is not the others': then each writes by itself. A stall is everybody's.
    if (written > 0 && (answer->posted || answer->stalled || wrote_all)) {
      Continue(&run, PartOf(*answer, begin, written), bench);
    }
    begin += written;
  }
  for (Run& run : runs) End(&run, bench);
}

Time Pump::Gather(DestinationIndex first, std::vector<Run>* runs, Bench* bench) {
  Time patience = Time::max();
  std::size_t bytes = 0;
  bench->messages.clear();
  std::optional<DestinationIndex> next = first;
  while (next) {
    Run& run = runs->emplace_back(Begin(*next, bench));
    const Effects& effects = run.effects;
    // What has no room is written by itself.
    if (!bench->messages.empty() && bytes + effects.write_bytes > options_.batch.bytes) break;
    run.joined = !effects.write.empty();
    if (run.joined) patience = std::min(patience, effects.patience);
    bytes += effects.write_bytes;
    for (const NewMessage* message : effects.write) bench->messages.push_back(*message);
    next = bench->messages.size() < options_.batch.messages ? scheduler_.TryNext() : std::nullopt;
  }
  return patience;
}

Pump::Run Pump::Begin(DestinationIndex index, Bench* bench) {
  Destination& destination = *destinations_[index.value];
  Bundle spare;
  if (!bench->spares.empty()) {
    spare = std::move(bench->spares.back());
    bench->spares.pop_back();
  }
  return {index, destination.actor.Step(Clock::now(), destination.mailbox.Take(std::move(spare)))};
}

void Pump::Continue(Run* run, Answer answer, Bench* bench) {
  const std::size_t written = run->effects.write.size();
  run->effects = destinations_[run->index.value]->actor.Step(Clock::now(), std::move(answer));
  Deliver(run, written, bench);
}

void Pump::End(Run* run, Bench* bench) {
  while (!run->effects.write.empty()) {
    bench->messages.clear();
    for (const NewMessage* message : run->effects.write) bench->messages.push_back(*message);
    Continue(run, Write(bench->messages, run->effects.patience), bench);
  }
  const Rest& rest = run->effects.rest;
  if (rest.none() || !destinations_[run->index.value]->mailbox.BeginRest(rest)) {
    scheduler_.RunAgain(run->index);
  } else {
    scheduler_.LetRest(run->index, rest.until);
  }
}

Answer Pump::Write(std::span<const NewMessage> messages, Time patience) {
  store::Admission* const admission = store_->context().admission.get();
  if (admission != nullptr) {
    if (Status admitted = admission->Admit(messages); !admitted.ok()) return {.posted = std::move(admitted)};
  }
  const std::chrono::milliseconds timeout = TimeoutOf(patience);
  Answer answer{.posted =
                    store_->posts().PostAdmitted(messages, {.durability = options_.durability, .timeout = timeout})};
  answer.stalled = answer.posted.status().code() == StatusCode::kBusy;
  if (!answer.stalled) return answer;
  // It will be tried again and again, and is to use what it was admitted for once.
  if (admission != nullptr) admission->GiveBack(messages);
  if (timeout.count() > 0) patient_from_ = Clock::now() + timeout;
  return answer;
}

std::chrono::milliseconds Pump::TimeoutOf(Time patience) const {
  // If every destination's write waited by turns, the workers would be too late for the deadlines of all.
  const Time now = Clock::now();
  if (now < patient_from_.load()) return {};
  return std::max(std::chrono::milliseconds{0}, std::chrono::duration_cast<std::chrono::milliseconds>(patience - now));
}

void Pump::Deliver(Run* run, std::size_t written, Bench* bench) {
  Effects* const effects = &run->effects;
  Mailbox::Progress progress{.answered = effects->outcomes.size(),
                             .bytes = effects->answered_bytes,
                             .retried = effects->retried,
                             .batches = written > 0 ? 1U : 0U,
                             .batched = written,
                             .unanswered_from = effects->unanswered_from};
  for (Outcome& outcome : effects->outcomes) {
    if (!outcome.posted) ++progress.failed;
    if (outcome.done) outcome.done(outcome.posted);
  }
  effects->outcomes.clear();
  if (progress.answered + progress.retried + progress.batches > 0) {
    destinations_[run->index.value]->mailbox.Note(progress, Clock::now());
  }
  for (Bundle& bundle : effects->emptied) {
    if (bench->spares.size() < kSparesKept) bench->spares.push_back(std::move(bundle));
  }
}

}  // namespace rookery::ingest
