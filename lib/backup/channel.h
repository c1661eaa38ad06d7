// One channel of a backup, ready to be read.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "assembly/open.h"
#include "backup/opened_backup.h"
#include "backup/set_directory.h"
#include "backup/work.h"
#include "rookery/status.h"

namespace rookery::backup {

/// The store of the cell that has the channel, and what must outlive it.
struct ChannelSource {
  SetDirectory set;
  StoredManifest stored;
  Scratch scratch;
  assembly::OpenedStore store;
};

/// Checks the files of the channel's cell, and opens it. `backup` may be empty: the newest. kNotFound: the backup has
/// nothing of the channel. `keys`: that were given for it; else those of `own`, if it needs any. Errors of CheckKeys.
Result<ChannelSource> OpenChannel(const std::filesystem::path& set, const std::string& backup, std::string_view channel,
                                  const std::optional<EncryptionOptions>& keys,
                                  const std::optional<EncryptionOptions>& own, Work* work);

}  // namespace rookery::backup
