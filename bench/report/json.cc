#include <cerrno>
#include <cstring>
#include <fstream>
#include <nlohmann/json.hpp>
#include <system_error>

#include "bench/failure.h"
#include "bench/report/report.h"

namespace rookery::bench {
namespace {

using Json = nlohmann::ordered_json;

Json RowToJson(const ResultRow& row) {
  Json json = {{"scenario", row.scenario}, {"contender", row.contender}, {"metric", row.metric}, {"unit", row.unit},
               {"value", row.value},       {"ratio_to", nullptr},        {"ratio", nullptr}};
  if (row.ratio_to) json["ratio_to"] = *row.ratio_to;
  if (row.ratio) json["ratio"] = *row.ratio;
  return json;
}

}  // namespace

std::string ToJson(const Environment& environment, const Sizes& sizes, const std::vector<ResultRow>& rows) {
  Json json;
  json["machine"] = {{"cpu", environment.cpu},
                     {"cores", environment.cores},
                     {"memory_bytes", environment.memory_bytes},
                     {"kernel", environment.kernel},
                     {"file_system", environment.file_system},
                     {"load", environment.load}};
  json["versions"] = {{"rookery", environment.rookery},
                      {"rocksdb", environment.rocksdb},
                      {"lmdb", environment.lmdb},
                      {"sqlite", environment.sqlite}};
  json["commit"] = environment.commit;
  json["build"] = environment.build;
  json["sizes"] = {
      {"messages", sizes.chat.messages},     {"channels", sizes.chat.channels}, {"seed", sizes.chat.seed},
      {"zipf_exponent", kChannelExponent},   {"rounds", sizes.rounds},          {"content_bytes", sizes.content_bytes},
      {"encoded_bytes", sizes.encoded_bytes}};
  json["rows"] = Json::array();
  for (const ResultRow& row : rows) json["rows"].push_back(RowToJson(row));
  return json.dump(2, ' ', /*ensure_ascii=*/false, Json::error_handler_t::replace) + "\n";
}

void WriteFile(const std::filesystem::path& path, const std::string& text) {
  std::filesystem::path unfinished = path;
  unfinished += ".tmp";
  std::ofstream file(unfinished, std::ios::binary | std::ios::trunc);
  file << text;
  file.close();
  Require(!file.fail(), "cannot write " + unfinished.string() + ": " + std::strerror(errno));
  std::error_code error;
  std::filesystem::rename(unfinished, path, error);
  Require(!error, "cannot write " + path.string() + ": " + error.message());
}

}  // namespace rookery::bench
