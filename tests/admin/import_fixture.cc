#include "tests/admin/import_fixture.h"

#include <zip.h>
#include <zlib.h>

#include <fstream>
#include <sstream>

namespace rookery::admin {

std::string Gzip(std::string_view bytes) {
  constexpr int kGzip = 15 + 16;
  z_stream deflater{};
  EXPECT_EQ(deflateInit2(&deflater, Z_DEFAULT_COMPRESSION, Z_DEFLATED, kGzip, 8, Z_DEFAULT_STRATEGY), Z_OK);
  std::string packed(deflateBound(&deflater, bytes.size()) + 64, '\0');
  std::string input(bytes);
  deflater.next_in = reinterpret_cast<Bytef*>(input.data());
  deflater.avail_in = static_cast<uInt>(input.size());
  deflater.next_out = reinterpret_cast<Bytef*>(packed.data());
  deflater.avail_out = static_cast<uInt>(packed.size());
  EXPECT_EQ(deflate(&deflater, Z_FINISH), Z_STREAM_END);
  packed.resize(deflater.total_out);
  deflateEnd(&deflater);
  return packed;
}

void WriteZip(const std::filesystem::path& path, const std::vector<std::pair<std::string, std::string>>& entries) {
  int error = 0;
  zip_t* const archive = zip_open(path.c_str(), ZIP_CREATE | ZIP_TRUNCATE, &error);
  ASSERT_NE(archive, nullptr) << "zip error " << error;
  for (const auto& [name, bytes] : entries) {
    zip_source_t* const source = zip_source_buffer(archive, bytes.data(), bytes.size(), 0);
    ASSERT_GE(zip_file_add(archive, name.c_str(), source, ZIP_FL_ENC_UTF_8), 0) << name;
  }
  ASSERT_EQ(zip_close(archive), 0);
}

Store OpenMemoryStore(const Routing& routing) {
  auto store = Store::Open("memory", {.engine = EngineKind::kMemory, .routing = routing});
  EXPECT_OK(store);
  return *std::move(store);
}

std::string ExportText(const Store& store, const ExportOptions& options) {
  std::ostringstream out;
  EXPECT_OK(Export(store, out, options, nullptr));
  return std::move(out).str();
}

void ImportTest::TearDown() {
  const auto verified = store.Verify();
  ASSERT_OK(verified);
  for (const VerifyProblem& problem : verified->problems) ADD_FAILURE() << problem.where << ": " << problem.what;
}

std::filesystem::path ImportTest::Write(std::string_view name, std::string_view bytes) {
  std::filesystem::path path = dir / name;
  std::filesystem::create_directories(path.parent_path());
  std::ofstream out(path, std::ios::binary);
  out.write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
  return path;
}

Status ImportTest::Import(const std::filesystem::path& path, ImportOptions options) {
  problems.clear();
  options.on_problem = [this](const ImportProblem& problem) {
    problems.push_back({std::filesystem::path(problem.path).filename().string(), problem.position,
                        std::string(problem.unit), problem.reason});
  };
  const std::vector<std::filesystem::path> paths = {path};
  return admin::Import(&store, paths, options, &report);
}

void ImportTest::ImportCleanly(const std::filesystem::path& path, ImportOptions options) {
  ASSERT_OK(Import(path, std::move(options)));
  for (const SeenProblem& problem : problems) ADD_FAILURE() << problem.file << ": " << problem.reason;
}

std::vector<Message> ImportTest::Messages(std::string_view channel) {
  std::vector<Message> messages;
  HistoryQuery query{.limit = 1000, .order = Order::kOldestFirst};
  auto page = store.History(channel, query);
  EXPECT_OK(page);
  for (const MessageView& view : *page) messages.emplace_back(view, std::make_shared<Page>(*page));
  return messages;
}

Message ImportTest::Only(std::string_view channel) {
  std::vector<Message> messages = Messages(channel);
  EXPECT_EQ(messages.size(), 1U) << "in channel " << channel;
  return messages.empty() ? Message({}, nullptr) : messages.front();
}

std::vector<std::string> ImportTest::Contents(std::string_view channel) {
  std::vector<std::string> contents;
  for (const Message& message : Messages(channel)) contents.emplace_back(message.content());
  return contents;
}

}  // namespace rookery::admin
