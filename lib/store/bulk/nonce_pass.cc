#include "store/bulk/nonce_pass.h"

#include "base/big_endian.h"
#include "base/macros.h"
#include "base/text.h"
#include "codec/message_codec.h"
#include "store/bulk/stored_rows.h"
#include "store/row_error.h"

namespace rookery::store::bulk {

template <typename Visit>
Status NoncePass::Walk(Visit&& visit) {
  LoadContext& load = part_.load_;
  StoredRows stored(*load.store.engine, part_.keyspace_, codec::KeyKind::kNonce, snapshot_);
  MergedRows rows(load.runs.file(), part_.runs_.nonces, load.part_bytes);
  std::string key;
  std::string last;
  for (;;) {
    RK_ASSIGN_OR_RETURN(const bool more_channels, rows.NextChannel());
    if (!more_channels) return {};
    if (load.stop) return {StatusCode::kInterrupted, "the bulk load was stopped"};
    const std::string& prefix = rows.prefix();
    RK_TRY(stored.EnterChannel(prefix).status());
    last.clear();  // no key is empty
    for (;;) {
      RK_ASSIGN_OR_RETURN(const bool more, rows.NextRow());
      if (!more) break;
      key.assign(prefix).append(rows.row().rest);
      RK_ASSIGN_OR_RETURN(const auto found, stored.Find(key));
      if (found && !codec::DecodeNonce(*found)) {
        const std::string what = "nonce " + base::Quoted(rows.row().rest) + " of channel " +
                                 base::Quoted(codec::ChannelOfPrefix(prefix).value_or(prefix));
        return UnreadableRow(part_.shard_, what, *found);
      }
      RK_TRY(visit(key, rows.row(), /*is_first=*/!found && key != last));
      last = key;
    }
  }
}

Status NoncePass::FindKnown() {
  return Walk([this](const std::string& /*key*/, const Entry& entry, bool is_first) -> Status {
    if (!is_first) part_.known_nonces_.Insert(entry.index);
    return {};
  });
}

Status NoncePass::WriteOthers() {
  codec::RowEncoder encoder;
  return Walk([&](const std::string& key, const Entry& entry, bool is_first) -> Status {
    if (!is_first || part_.left_out_.Contains(entry.index)) return {};
    const auto moved = part_.moved_.find(entry.index);
    const MessageId id =
        moved != part_.moved_.end() ? moved->second : MessageId{base::ReadBigEndian<std::uint64_t>(entry.value)};
    return part_.tables_.Add(key, encoder.EncodeNonce(id));
  });
}

}  // namespace rookery::store::bulk
