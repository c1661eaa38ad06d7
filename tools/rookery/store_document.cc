#include "store_document.h"

#include <string>

#include "rookery/encryption.h"
#include "table.h"

namespace rookery::cli {
namespace {

/// The ids of the keys that its files need, or nothing.
Value KeysOf(const StoreInfo& info) {
  const Result<std::vector<KeyUse>> keys = ReadKeysInUse(info.path);
  std::string ids;
  if (keys) {
    for (const KeyUse& key : *keys) ids += (ids.empty() ? "" : " ") + key.key_id;
  }
  return ids.empty() ? Value::None() : Value::Text(ids);
}

}  // namespace

void PrintStoreInfo(Context& context, std::string_view schema, const StoreInfo& info) {
  Document(context, schema)
      .Add("path", Value::Text(info.path))
      .Add("store_id", Value::Text(info.store_id))
      .Add("engine", Value::Text(info.engine))
      .Add("format_version", Value::Count(info.format_version))
      .Add("created_at", Value::Time(info.created_at))
      .Add("epoch", Value::Time(info.epoch))
      .Add("worker", Value::Count(info.worker))
      .Add("routing", Value::Text(info.strategy))
      .Add("shards", Value::Count(info.shards))
      .Add("shard_map_epoch", Value::Count(info.shard_map_epoch.value))
      .Add("encrypted_with", KeysOf(info))
      .Print();
}

}  // namespace rookery::cli
