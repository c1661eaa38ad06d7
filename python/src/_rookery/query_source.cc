#include "query_source.h"

namespace rookery::python {
namespace {

class CoreSource final : public columns::OpenStore {
 public:
  explicit CoreSource(std::shared_ptr<StoreCore> core) : core_(std::move(core)) {}

  Status With(const std::function<Status(const rookery::Store&)>& work) const override {
    const StoreCore::Use use = core_->Enter();
    return use ? work(*use) : core_->WhyUnusable();
  }

 private:
  const std::shared_ptr<StoreCore> core_;
};

}  // namespace

std::shared_ptr<const columns::OpenStore> SourceOf(std::shared_ptr<StoreCore> core) {
  return std::make_shared<CoreSource>(std::move(core));
}

Result<std::unique_ptr<QueryStream>> QueryStream::New(std::shared_ptr<StoreCore> core, columns::MessageQuery query) {
  auto stream = columns::BatchStream::New(SourceOf(core), std::move(query));
  if (!stream) return std::move(stream).error();
  return std::unique_ptr<QueryStream>(new QueryStream(std::move(core), *std::move(stream)));
}

QueryStream::~QueryStream() {
  if (core_->forked()) static_cast<void>(stream_.release());
}

Result<std::optional<columns::Batch>> QueryStream::Next(const columns::GoOn& go_on) {
  if (core_->forked()) return core_->WhyUnusable();
  const std::lock_guard lock(mutex_);
  return stream_->Next(go_on);
}

void QueryStream::Stop() {
  if (!core_->forked()) stream_->Stop();
}

}  // namespace rookery::python
