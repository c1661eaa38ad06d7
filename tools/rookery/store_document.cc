#include "store_document.h"

#include "table.h"

namespace rookery::cli {

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
      .Print();
}

}  // namespace rookery::cli
