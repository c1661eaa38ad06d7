#include "columns/message_stream.h"

#include <algorithm>
#include <string_view>
#include <utility>

namespace rookery::columns {

class MessageStream::Collector final : public ScanSink {
 public:
  explicit Collector(std::size_t most) : most_(std::max<std::size_t>(most, 1)) {}

  void BeginChannel(std::string_view channel) override {
    channel_ = channel;
    begun_ = false;
  }
  ScanStep Take(const MessageView& message) override {
    if (!std::exchange(begun_, true)) runs_.push_back({channel_, {}});
    runs_.back().messages.push_back(Message::CopyOf(message));
    return ++count_ == most_ ? ScanStep::kPause : ScanStep::kNext;
  }

  std::vector<MessageRun> TakeRuns() {
    count_ = 0;
    begun_ = false;
    return std::exchange(runs_, {});
  }

 private:
  const std::size_t most_;
  std::string channel_;
  bool begun_ = false;  // runs_ has one of this channel at its end
  std::size_t count_ = 0;
  std::vector<MessageRun> runs_;
};

Result<std::unique_ptr<MessageStream>> MessageStream::New(std::shared_ptr<const OpenStore> store, MessageQuery query) {
  auto shared = SharedScan::New(std::move(store), std::move(query));
  if (!shared) return std::move(shared).error();
  return std::unique_ptr<MessageStream>(new MessageStream(*std::move(shared)));
}

MessageStream::MessageStream(std::shared_ptr<SharedScan> shared)
    : collector_(std::make_unique<Collector>(shared->query().batch_rows)) {
  reader_ = NewRowReader(std::move(shared), collector_.get(), [this] { return !pace_.Beat() || (*go_on_)(); });
}

MessageStream::~MessageStream() = default;

Result<std::vector<MessageRun>> MessageStream::Next(const GoOn& go_on) {
  if (reader_ == nullptr) return std::vector<MessageRun>();
  go_on_ = &go_on;
  const Result<bool> more = reader_->Read();
  if (!more || !*more) reader_.reset();
  if (!more) return more.status();
  return collector_->TakeRuns();
}

}  // namespace rookery::columns
