// What is exported comes back as it was: one message of everything, and many of anything.
#include <deque>
#include <fstream>
#include <limits>
#include <sstream>

#include "admin/message_json.h"
#include "tests/admin/import_fixture.h"
#include "tests/support/seeded_random.h"

namespace rookery::admin {
namespace {

using ::testing::HasSubstr;
using ::testing::SizeIs;

class ExportTest : public ImportTest {
 protected:
  void Post(const NewMessage& message) { ASSERT_OK(store.Post(message)); }

  /// Imports what `text` holds into another store and returns that store's export.
  std::string Again(const std::string& text, const Routing& routing) {
    Store other = OpenMemoryStore(routing);
    const std::vector<std::filesystem::path> paths = {Write("export.jsonl", text)};
    EXPECT_OK(admin::Import(&other, paths, {}, &report));
    return ExportText(other);
  }
};

TEST_F(ExportTest, WritesTheDocumentedLine) {
  Post({.channel = "general",
        .author = "ada",
        .content = "hello \"you\"",
        .id = MessageId{4'194'304'000},
        .created_at = Timestamp{std::chrono::milliseconds{1'769'903'999'123}}});
  EXPECT_EQ(
      ExportText(store),
      R"({"channel":"general","id":"4194304000","author":"ada","content":"hello \"you\"","created_at":"2026-01-31T23:59:59.123Z","version":1})"
      "\n");
}

TEST_F(ExportTest, WritesBytesThatAreNotUtf8InBase64) {
  Post({.channel = "\xFF",
        .author = "\xFE",
        .content = "caf\xE9",
        .attributes = {{"k", "\xFD"}, {"l", "m"}},
        .id = MessageId{1}});
  const std::string text = ExportText(store);
  EXPECT_THAT(text, HasSubstr(R"("channel_b64":"/w==")"));
  EXPECT_THAT(text, HasSubstr(R"("content_b64":"Y2Fm6Q==")"));
  EXPECT_THAT(text, HasSubstr(R"("attributes":{"l":"m"},"attributes_b64":[["aw==","/Q=="]])"));
}

TEST_F(ExportTest, OrdersByChannelThenByIdThenRecords) {
  Post({.channel = "b", .content = "3", .id = MessageId{3}});
  Post({.channel = "b", .content = "2", .id = MessageId{2}});
  Post({.channel = "a", .content = "1", .id = MessageId{9}});
  ASSERT_OK(store.Put("b", "k", "4"));
  std::istringstream lines(ExportText(store));
  std::string order;
  for (std::string line; std::getline(lines, line);) {
    const auto object = nlohmann::json::parse(line);
    order += object.value("content", object.value("value", ""));
  }
  EXPECT_EQ(order, "1234");
}

TEST_F(ExportTest, SelectsChannelsTimesAndKinds) {
  const auto day = [](int number) { return Timestamp{std::chrono::sys_days{std::chrono::year{2026} / 1 / number}}; };
  Post({.channel = "a1", .id = MessageId{1}, .created_at = day(1)});
  Post({.channel = "a2", .id = MessageId{1}, .created_at = day(2)});
  Post({.channel = "b", .id = MessageId{1}, .created_at = day(3)});
  ASSERT_OK(store.Put("b", "k", "v"));
  const auto lines = [&](const ExportOptions& options) {
    ExportReport counts;
    std::ostringstream out;
    EXPECT_OK(Export(store, out, options, &counts));
    return counts.messages + counts.records;
  };
  EXPECT_EQ(lines({}), 4U);
  EXPECT_EQ(lines({.channel_prefix = "a"}), 2U);
  EXPECT_EQ(lines({.channel = "a1"}), 1U);
  EXPECT_EQ(lines({.since = day(2), .until = day(3)}), 1U);
  EXPECT_EQ(lines({.messages = false}), 1U);
  EXPECT_EQ(lines({.records = false}), 3U);
}

TEST_F(ExportTest, CrossesPages) {
  std::vector<NewMessage> messages(1000, NewMessage{.channel = "c", .content = "x"});
  ASSERT_OK(store.PostBatch(messages));
  for (int i = 0; i < 600; ++i) ASSERT_OK(store.Put("c", "k" + std::to_string(i), "v"));
  for (int i = 0; i < 1100; ++i) ASSERT_OK(store.Put("channel" + std::to_string(i), "k", "v"));
  ExportReport counts;
  std::ostringstream out;
  ASSERT_OK(Export(store, out, {}, &counts));
  EXPECT_EQ(counts.messages, 1000U);
  EXPECT_EQ(counts.records, 1700U);
  EXPECT_EQ(counts.channels, 1101U);
  EXPECT_EQ(counts.bytes, out.str().size());
}

TEST_F(ExportTest, SaysThatTheOutputFailed) {
  Post({.channel = "c", .content = "x"});
  std::ofstream full("/dev/full");
  if (!full.is_open()) GTEST_SKIP() << "there is no /dev/full here";
  EXPECT_CODE(Export(store, full, {}, nullptr), StatusCode::kNoSpace);
}

TEST_F(ExportTest, ProgressCanStopIt) {
  std::vector<NewMessage> messages(1000, NewMessage{.channel = "c", .content = "x"});
  ASSERT_OK(store.PostBatch(messages));
  std::ostringstream out;
  EXPECT_CODE(Export(store, out, {.progress = [](auto, auto) { return false; }}, nullptr), StatusCode::kInterrupted);
  // Also where nothing is wanted.
  const ExportOptions of_nothing{.until = Timestamp{}, .progress = [](auto, auto) { return false; }};
  EXPECT_CODE(Export(store, out, of_nothing, nullptr), StatusCode::kInterrupted);
}

/// Any message that a store takes.
class AnyMessage {
 public:
  explicit AnyMessage(testing::SeededRandom* random) : random_(*random) {}

  NewMessage Next() {
    texts_.clear();
    NewMessage message{.channel = Name(20),
                       .author = Text(30),
                       .content = Text(200),
                       .flags = static_cast<std::uint32_t>(Maybe(random_.Next())),
                       .id = MessageId{1 + (random_.Next() >> (1 + random_.Below(62)))},
                       .version = 1 + random_.Below(5),
                       .remember_nonce = random_.OneIn(2)};
    if (random_.OneIn(2)) message.reply_to = MessageId{1 + (random_.Next() >> 1) / 2};
    if (random_.OneIn(2)) message.nonce = Name(255);
    if (random_.OneIn(2)) message.created_at = Time();
    if (random_.OneIn(4)) message.edited_at = Time();
    for (std::uint64_t i = random_.Below(4); i > 0; --i) {
      message.attributes.push_back(
          {Keep(std::string(1, static_cast<char>('a' + i)) + std::string(Text(10))), Text(20)});
    }
    return message;
  }

 private:
  std::string_view Keep(std::string text) { return texts_.emplace_back(std::move(text)); }
  std::uint64_t Maybe(std::uint64_t value) { return random_.OneIn(2) ? value : 0; }
  std::string_view Name(std::size_t max) { return Keep(random_.HostileName(max)); }
  std::string_view Text(std::size_t max) {
    constexpr std::string_view kHard = "abc\"\\\n\t\r\x01\x7F{}[]_b64";
    const std::size_t size = random_.Below(max);
    return Keep(random_.OneIn(3) ? random_.Bytes(size) : random_.Bytes(size, kHard));
  }
  Timestamp Time() {
    return Timestamp{std::chrono::milliseconds{static_cast<std::int64_t>(random_.Next()) >> (2 + random_.Below(40))}};
  }

  testing::SeededRandom& random_;
  std::deque<std::string> texts_;
};

TEST_F(ExportTest, AnythingComesBackAsItWas) {
  testing::SeededRandom random(42);
  SCOPED_TRACE(random.trace());
  AnyMessage any(&random);
  for (int i = 0; i < 3000; ++i) {
    const auto posted = store.Post(any.Next());
    ASSERT_TRUE(posted.has_value() || posted.error().code() == StatusCode::kAlreadyExists) << posted.status();
  }
  const std::string text = ExportText(store);
  EXPECT_EQ(Again(text, RangeRouting{.splits = {"a", "\xFF"}}), text);
  EXPECT_EQ(Again(text, DirectoryRouting{.shards = 3}), text);
  EXPECT_EQ(report.problems, 0U);
}

TEST_F(ExportTest, RecordsComeBackWithVersionAndTime) {
  testing::SeededRandom random(43);
  SCOPED_TRACE(random.trace());
  for (int i = 0; i < 1000; ++i) {
    ASSERT_OK(store.Put(random.HostileName(3), random.HostileName(3), random.Bytes(random.Below(50))));
  }
  const std::string text = ExportText(store);
  EXPECT_EQ(Again(text, HashRouting{.shards = 2}), text);
}

}  // namespace
}  // namespace rookery::admin
