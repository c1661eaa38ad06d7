// Input that means harm or is broken: each gives a problem or an error that names it, and memory stays bounded.
#include <fstream>

#include "admin/import/file_tree.h"
#include "tests/admin/import_fixture.h"
#include "tests/support/seeded_random.h"

namespace rookery::admin {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

using HostileInputTest = ImportTest;

constexpr std::string_view kGoodLine = "{\"channel\":\"c\",\"id\":1,\"content\":\"good\"}\n";

TEST_F(HostileInputTest, ALineOf100MegabytesIsOneProblem) {
  const auto path = Write("x.jsonl", std::string(kGoodLine));
  {
    std::ofstream out(path, std::ios::binary | std::ios::app);
    const std::string megabyte(std::size_t{1} << 20, 'x');
    for (int i = 0; i < 100; ++i) out << megabyte;
    out << "\n{\"channel\":\"c\",\"id\":2,\"content\":\"after\"}\n";
  }
  ASSERT_OK(Import(path));
  EXPECT_THAT(Contents("c"), ElementsAre("good", "after"));
  ASSERT_EQ(problems.size(), 1U);
  EXPECT_EQ(problems[0].position, 2U);
}

TEST_F(HostileInputTest, DeepJsonIsAProblem) {
  const std::string deep = std::string(1'000'000, '[') + std::string(1'000'000, ']');
  ASSERT_OK(Import(Write(
      "x.jsonl", std::string(kGoodLine) + deep + "\n{\"channel\":\"c\",\"id\":3,\"attributes\":" + deep + "}\n")));
  EXPECT_EQ(problems.size(), 2U);
  ASSERT_OK(
      Import(Write("1-s/t.json", R"([{"id":1,"sender_full_name":"a","timestamp":1,"content":"x"},)" + deep + "]"), {}));
  EXPECT_EQ(problems.size(), 1U);
  EXPECT_EQ(report.messages_read, 1U);
}

TEST_F(HostileInputTest, NulBytesAreBytes) {
  ASSERT_OK(Import(Write("#chan/2016-01-25.log", std::string("12:34 < a\0b> c\0d\n\0\0\0\n", 21))));
  EXPECT_EQ(Only("#chan").author(), std::string_view("a\0b", 3));
  EXPECT_EQ(Only("#chan").content(), std::string_view("c\0d", 3));
}

TEST_F(HostileInputTest, TextThatIsNotUtf8InJsonIsAProblem) {
  ASSERT_OK(
      Import(Write("x.jsonl", std::string(kGoodLine) + "{\"channel\":\"c\",\"id\":2,\"content\":\"caf\xE9\"}\n")));
  EXPECT_EQ(problems.size(), 1U);
}

TEST_F(HostileInputTest, ATruncatedGzipKeepsWhatCameBefore) {
  std::string text;
  for (int i = 1; i <= 20'000; ++i) {
    text += "{\"channel\":\"c\",\"id\":" + std::to_string(i) + ",\"content\":\"" + std::to_string(i * 7919) + "\"}\n";
  }
  const std::string packed = Gzip(text);
  ASSERT_OK(Import(Write("x.jsonl.gz", packed.substr(0, packed.size() / 2))));
  EXPECT_GT(report.messages_added, 1000U);
  ASSERT_EQ(problems.size(), 1U);
  EXPECT_THAT(problems[0].reason, HasSubstr("ends early"));
}

TEST_F(HostileInputTest, ADamagedGzipIsAProblem) {
  std::string packed = Gzip(std::string(kGoodLine));
  packed[packed.size() / 2] ^= 0x55;
  ASSERT_OK(Import(Write("x.jsonl.gz", packed), {.format = "jsonl"}));
  EXPECT_GE(problems.size(), 1U);
}

TEST_F(HostileInputTest, MembersOfAGzipInARowAreOneFile) {
  ImportCleanly(Write("x.jsonl.gz", Gzip(kGoodLine) + Gzip("{\"channel\":\"c\",\"id\":2,\"content\":\"two\"}\n") +
                                        std::string(512, '\0')));
  EXPECT_THAT(Contents("c"), ElementsAre("good", "two"));
}

TEST_F(HostileInputTest, NamesThatLeadOutOfAZipAreRefused) {
  WriteZip(dir / "x.zip", {{"../evil.jsonl", std::string(kGoodLine)},
                           {"/abs.jsonl", std::string(kGoodLine)},
                           {"a/../../evil.jsonl", std::string(kGoodLine)},
                           {"C:\\x.jsonl", std::string(kGoodLine)},
                           {"good.jsonl", std::string(kGoodLine)}});
  ASSERT_OK(Import(dir / "x.zip"));
  EXPECT_EQ(problems.size(), 4U);
  EXPECT_EQ(report.messages_added, 1U);
}

TEST_F(HostileInputTest, ATruncatedZipIsAnError) {
  WriteZip(dir / "x.zip", {{"good.jsonl", std::string(kGoodLine)}});
  std::filesystem::resize_file(dir / "x.zip", std::filesystem::file_size(dir / "x.zip") / 2);
  EXPECT_CODE(Import(dir / "x.zip"), StatusCode::kCorruption);
}

TEST_F(HostileInputTest, ADamagedZipEntryIsAProblem) {
  testing::SeededRandom random(5);
  std::string lines;
  for (int i = 1; i < 100; ++i) lines += "{\"channel\":\"c\",\"id\":" + std::to_string(random.Next() >> 2) + "}\n";
  WriteZip(dir / "x.zip", {{"a.jsonl", lines}, {"b.jsonl", "{\"channel\":\"d\",\"id\":2,\"content\":\"two\"}\n"}});
  {
    std::fstream file(dir / "x.zip", std::ios::binary | std::ios::in | std::ios::out);
    file.seekp(500);  // in the packed data of the first entry
    file.write("damage", 6);
  }
  ASSERT_OK(Import(dir / "x.zip"));
  EXPECT_GE(problems.size(), 1U);
  EXPECT_THAT(Contents("d"), ElementsAre("two"));
}

Status ReadAll(const std::filesystem::path& archive, const UnpackLimits& limits) {
  const auto tree = OpenZip(archive, limits);
  EXPECT_OK(tree);
  for (const FileEntry& entry : (*tree)->files()) {
    const auto stream = (*tree)->Open(entry);
    if (!stream.has_value()) return stream.status();
    std::vector<char> buffer(1 << 16);
    while (true) {
      const auto count = (*stream)->Read(buffer.data(), buffer.size());
      if (!count.has_value()) return count.status();
      if (*count == 0) break;
    }
  }
  return {};
}

TEST_F(HostileInputTest, AZipBombIsStopped) {
  WriteZip(dir / "x.zip",
           {{"a", std::string(std::size_t{8} << 20, '\0')}, {"b", std::string(std::size_t{8} << 20, '\0')}});
  EXPECT_OK(ReadAll(dir / "x.zip", {}));
  EXPECT_CODE(ReadAll(dir / "x.zip", {.max_entry_bytes = std::uint64_t{1} << 20}), StatusCode::kCorruption);
  EXPECT_CODE(ReadAll(dir / "x.zip", {.free_bytes = std::uint64_t{10} << 20, .max_ratio = 100}),
              StatusCode::kCorruption);
}

TEST_F(HostileInputTest, AGzipBombIsStopped) {
  const auto path = Write("x.gz", Gzip(std::string(std::size_t{8} << 20, '\0')));
  auto stream = MaybeGunzip(*OpenFile(path), std::filesystem::file_size(path),
                            {.free_bytes = std::uint64_t{1} << 20, .max_ratio = 100});
  ASSERT_OK(stream);
  std::vector<char> buffer(1 << 16);
  Result<std::size_t> count = std::size_t{1};
  while (count.has_value() && *count > 0) count = (*stream)->Read(buffer.data(), buffer.size());
  EXPECT_CODE(count, StatusCode::kCorruption);
}

TEST_F(HostileInputTest, AZipInAZipIsLeftAlone) {
  WriteZip(dir / "inner.zip", {{"good.jsonl", std::string(kGoodLine)}});
  std::ifstream in(dir / "inner.zip", std::ios::binary);
  const std::string inner((std::istreambuf_iterator<char>(in)), std::istreambuf_iterator<char>());
  WriteZip(dir / "outer.zip", {{"inner.zip", inner}, {"x.jsonl", std::string(kGoodLine)}});
  ASSERT_OK(Import(dir / "outer.zip"));
  EXPECT_EQ(report.files_skipped, 1U);
  EXPECT_EQ(report.messages_added, 1U);
}

TEST_F(HostileInputTest, AFileThatIsNoFileIsRefused) { EXPECT_CODE(Import("/dev/null"), StatusCode::kInvalidArgument); }

TEST_F(HostileInputTest, ALinkIntoItsOwnFolderEndsTheWalk) {
  Write("folder/x.jsonl", std::string(kGoodLine));
  std::filesystem::create_directory_symlink(dir / "folder", dir / "folder/again");
  ImportCleanly(dir / "folder");
  EXPECT_EQ(report.files, 1U);
}

TEST_F(HostileInputTest, OverlongNamesAreProblems) {
  const std::string name(2000, 'n');
  ASSERT_OK(Import(Write("x.jsonl", std::string(kGoodLine) + "{\"channel\":\"" + name +
                                        "\",\"id\":2}\n{\"channel\":\"c\",\"id\":3,\"author\":\"" + name + "\"}\n")));
  EXPECT_EQ(problems.size(), 2U);
  EXPECT_EQ(report.messages_added, 1U);
}

}  // namespace
}  // namespace rookery::admin
