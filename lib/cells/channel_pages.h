// The channels of several stores, in the order of their bytes.
#pragma once

#include <functional>
#include <string>
#include <string_view>

#include "rookery/query.h"
#include "rookery/status.h"
#include "store/store_impl.h"

namespace rookery::cells {

/// Reads a page of a store's channels.
using ReadPage = std::function<Result<ChannelPage>(const ChannelQuery&)>;

/// The next channel of a store, page by page. Owned by one thread.
class ChannelStream {
 public:
  /// Gives the channels that `wanted` says yes to.
  ChannelStream(ReadPage read, const ChannelQuery& query, std::function<bool(const std::string&)> wanted);

  /// Moves to the first channel, or to the next. False: there is none.
  Result<bool> Next();
  const std::string& channel() const { return page_.channels[at_]; }

 private:
  const ReadPage read_;
  const std::string prefix_;
  std::string after_;
  const std::size_t limit_;
  const std::function<bool(const std::string&)> wanted_;
  ChannelPage page_{.channels = {}, .has_more = true};
  std::size_t at_ = 0;  // one past the last: a page is to be read
};

/// A page of all their channels together.
Result<ChannelPage> MergeChannels(std::vector<ChannelStream> streams, std::size_t limit);

/// Calls visit(channel) for each channel of the store whose name begins with `prefix`.
Status VisitChannels(const store::StoreImpl& store, std::string_view prefix,
                     const std::function<void(const std::string&)>& visit);

}  // namespace rookery::cells
