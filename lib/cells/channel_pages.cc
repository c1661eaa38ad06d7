#include "cells/channel_pages.h"

#include <queue>
#include <utility>
#include <vector>

#include "base/macros.h"
#include "store/channel_lister.h"

namespace rookery::cells {

ChannelStream::ChannelStream(ReadPage read, const ChannelQuery& query, std::function<bool(const std::string&)> wanted)
    : read_(std::move(read)),
      prefix_(query.prefix),
      after_(query.after),
      limit_(query.limit),
      wanted_(std::move(wanted)) {}

Result<bool> ChannelStream::Next() {
  if (at_ < page_.channels.size()) ++at_;
  for (;;) {
    for (; at_ < page_.channels.size(); ++at_) {
      if (wanted_(page_.channels[at_])) return true;
    }
    if (!page_.has_more) return false;
    RK_ASSIGN_OR_RETURN(page_, read_({.prefix = prefix_, .after = after_, .limit = limit_}));
    if (!page_.channels.empty()) after_ = page_.channels.back();
    at_ = 0;
  }
}

Result<ChannelPage> MergeChannels(std::vector<ChannelStream> streams, std::size_t limit) {
  const auto later = [](const ChannelStream* a, const ChannelStream* b) { return a->channel() > b->channel(); };
  std::priority_queue<ChannelStream*, std::vector<ChannelStream*>, decltype(later)> heap(later);
  for (ChannelStream& stream : streams) {
    RK_ASSIGN_OR_RETURN(const bool found, stream.Next());
    if (found) heap.push(&stream);
  }
  ChannelPage page;
  for (; !heap.empty() && page.channels.size() < limit;) {
    ChannelStream* const first = heap.top();
    heap.pop();
    page.channels.push_back(first->channel());
    RK_ASSIGN_OR_RETURN(const bool found, first->Next());
    if (found) heap.push(first);
  }
  page.has_more = !heap.empty();
  return page;
}

Status VisitChannels(const store::StoreImpl& store, std::string_view prefix,
                     const std::function<void(const std::string&)>& visit) {
  ChannelStream stream([&](const ChannelQuery& query) { return store::ListChannels(store.context(), query, nullptr); },
                       {.prefix = prefix}, [](const std::string&) { return true; });
  for (;;) {
    RK_ASSIGN_OR_RETURN(const bool found, stream.Next());
    if (!found) return {};
    visit(stream.channel());
  }
}

}  // namespace rookery::cells
