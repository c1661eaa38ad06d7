#include "options.h"

#include <chrono>
#include <string>

#include "autopilot_option.h"
#include "convert.h"
#include "errors.h"
#include "option_reader.h"
#include "routing_option.h"

namespace rookery::python {
namespace {

void ReadCache(nb::handle dict, CacheOptions* cache) {
  OptionReader options(dict, "cache");
  options.Read("capacity", &cache->capacity);
  options.Read("policy",
               {{"adaptive", CachePolicy::kAdaptive},
                {"lru", CachePolicy::kLru},
                {"exact_lru", CachePolicy::kExactLru},
                {"lfu", CachePolicy::kLfu},
                {"fifo", CachePolicy::kFifo},
                {"random", CachePolicy::kRandom}},
               &cache->policy);
  options.Read("write_mode", {{"through", WriteMode::kThrough}, {"around", WriteMode::kAround}}, &cache->write_mode);
  if (const nb::handle given = options.Take("ttl"); given.is_valid()) {
    std::chrono::milliseconds ttl{0};
    options.Read("ttl", &ttl);
    if (ttl % std::chrono::seconds{1} != std::chrono::milliseconds{0}) {
      options.RaiseWrong("ttl", given, "whole seconds");
    }
    cache->ttl = std::chrono::duration_cast<std::chrono::seconds>(ttl);
  }
  options.Read("window", &cache->window);
  options.Finish();
}

void ReadLimits(nb::handle dict, Limits* limits) {
  OptionReader options(dict, "limits");
  options.Read("max_content_bytes", &limits->max_content_bytes);
  options.Read("max_attributes", &limits->max_attributes);
  options.Read("max_attribute_bytes", &limits->max_attribute_bytes);
  options.Read("max_attachment_bytes", &limits->max_attachment_bytes);
  options.Read("max_attachments", &limits->max_attachments);
  options.Finish();
}

void ReadOverrides(nb::handle dict, TuningOptions* tuning) {
  const OptionReader checked(dict, "tuning.overrides");
  for (const auto& [key, value] : nb::borrow<nb::dict>(dict)) {
    const TextArgument name(key, "a name in tuning.overrides");
    tuning->overrides[std::string(name.view())] = nb::str(value).c_str();
  }
}

/// A list, of whose items `parse` makes keys.
template <typename Parse>
void ReadKeys(OptionReader* options, const char* name, std::optional<EncryptionOptions>* encryption, Parse parse) {
  const nb::handle given = options->Take(name);
  if (!given.is_valid()) return;
  // Without what was given, which may be a secret.
  if (!nb::isinstance<nb::list>(given)) RaiseInvalid(options->NameOf(name) + " must be a list");
  if (!*encryption) encryption->emplace();
  for (const nb::handle item : nb::borrow<nb::list>(given)) (*encryption)->keys.push_back(Unwrap(parse(item)));
}

void ReadAllKeys(OptionReader* options, std::optional<EncryptionOptions>* encryption) {
  ReadKeys(options, "keys", encryption,
           [](nb::handle key) { return EncryptionKey::Parse(TextArgument(key, "key").view()); });
  ReadKeys(options, "key_files", encryption,
           [](nb::handle file) { return EncryptionKey::FromFile(PathArgument(file, "key_file")); });
}

void ReadTuning(nb::handle dict, TuningOptions* tuning) {
  OptionReader options(dict, "tuning");
  options.Read("profile", &tuning->profile);
  options.Read("block_cache_bytes", &tuning->block_cache_bytes);
  options.Read("write_buffer_bytes", &tuning->write_buffer_bytes);
  options.Read("max_wal_bytes", &tuning->max_wal_bytes);
  if (const nb::handle given = options.Take("overrides"); given.is_valid()) ReadOverrides(given, tuning);
  options.Finish();
}

void ReadServing(nb::handle dict, ServeReadersOptions* serving) {
  OptionReader options(dict, "serve_readers");
  options.Read("interval", &serving->interval);
  options.Read("max_checkpoints", &serving->max_checkpoints);
  options.Finish();
}

void ReadBeside(nb::handle dict, BesideOptions* beside) {
  OptionReader options(dict, "beside");
  constexpr std::chrono::milliseconds kAbsent{-1};
  std::chrono::milliseconds max_age = kAbsent;
  options.Read("max_age", &max_age);
  if (max_age != kAbsent) beside->max_age = max_age;
  options.Read("timeout", &beside->timeout);
  options.Finish();
}

}  // namespace

StoreOptions StoreOptionsFrom(nb::handle dict) {
  OptionReader options(dict, "");
  StoreOptions parsed;
  options.Read("mode",
               {{"open", OpenMode::kOpen},
                {"open_or_create", OpenMode::kOpenOrCreate},
                {"create", OpenMode::kCreate},
                {"read_only", OpenMode::kReadOnly},
                {"read_beside", OpenMode::kReadBeside}},
               &parsed.mode);
  bool memory = false;
  options.Read("memory", &memory);
  parsed.engine = memory ? EngineKind::kMemory : EngineKind::kRocksDb;
  options.Read("memory_bytes", &parsed.memory);
  if (const nb::handle given = options.Take("routing"); given.is_valid()) parsed.routing = RoutingFrom(given);
  if (const nb::handle given = options.Take("cache"); given.is_valid()) ReadCache(given, &parsed.cache);
  if (const nb::handle given = options.Take("limits"); given.is_valid()) ReadLimits(given, &parsed.limits);
  if (const nb::handle given = options.Take("tuning"); given.is_valid()) ReadTuning(given, &parsed.tuning);
  options.Read("durability", {{"buffered", Durability::kBuffered}, {"sync", Durability::kSync}}, &parsed.durability);
  options.Read("recovery", {{"strict", Recovery::kStrict}, {"tail", Recovery::kTail}, {"salvage", Recovery::kSalvage}},
               &parsed.recovery);
  ReadAllKeys(&options, &parsed.encryption);
  options.Read("worker", &parsed.ids.worker);
  options.Read("stats_interval", &parsed.stats_interval);
  options.Read("retention_interval", &parsed.retention_interval);
  options.Read("resume_reshard", &parsed.resume_reshard);
  if (const nb::handle given = options.Take("autopilot"); given.is_valid()) {
    parsed.autopilot = AutopilotOptionsFrom(given);
  }
  if (const nb::handle given = options.Take("serve_readers"); given.is_valid()) {
    ReadServing(given, &parsed.serve_readers.emplace());
  }
  if (const nb::handle given = options.Take("beside"); given.is_valid()) ReadBeside(given, &parsed.beside);
  options.Finish();
  return parsed;
}

std::optional<EncryptionOptions> KeysFrom(nb::handle dict) {
  OptionReader options(dict, "");
  std::optional<EncryptionOptions> encryption;
  ReadAllKeys(&options, &encryption);
  options.Finish();
  return encryption;
}

}  // namespace rookery::python
