#include "admin/import/json_walker.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "tests/admin/memory_stream.h"
#include "tests/support/status_matchers.h"

namespace rookery::admin {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

struct Walked {
  std::vector<std::string> items;  // "text" of an element, "key=text" of a member
  Status status;
};

Walked Walk(std::string json, std::size_t max_item_bytes = 1000, std::size_t piece = 3) {
  MemoryStream stream(std::move(json), piece);
  JsonWalker walker(&stream, "messages", max_item_bytes);
  Walked walked;
  for (JsonItem item;;) {
    const auto more = walker.Next(&item);
    if (!more.has_value()) walked.status = more.error();
    if (!more.has_value() || !*more) return walked;
    const std::string text = item.too_large ? "<too large>" : std::string(item.text);
    walked.items.push_back(item.is_element ? text : std::string(item.key) + "=" + text);
  }
}

TEST(JsonWalkerTest, HandsOutTheElementsOfARootArray) {
  const Walked walked = Walk(R"( [ {"a":[1,{"b":"]}"}]}, "x\"]", 12 ,null,[] ] )");
  EXPECT_OK(walked.status);
  EXPECT_THAT(walked.items, ElementsAre(R"({"a":[1,{"b":"]}"}]})", R"("x\"]")", "12", "null", "[]"));
}

TEST(JsonWalkerTest, FindsTheArrayInTheMiddleOfAnObject) {
  const Walked walked = Walk(R"({"guild":{"id":"1"},"n":3,"messages":[{"id":1},{"id":2}],"count":2})");
  EXPECT_OK(walked.status);
  EXPECT_THAT(walked.items, ElementsAre(R"(guild={"id":"1"})", "n=3", R"({"id":1})", R"({"id":2})", "count=2"));
}

TEST(JsonWalkerTest, TakesEmptyArraysAndObjects) {
  EXPECT_THAT(Walk("[]").items, IsEmpty());
  EXPECT_OK(Walk("[]").status);
  EXPECT_OK(Walk("{}").status);
  EXPECT_THAT(Walk(R"({"messages":[],"x":1})").items, ElementsAre("x=1"));
}

TEST(JsonWalkerTest, SkipsAByteOrderMark) { EXPECT_THAT(Walk("\xEF\xBB\xBF[1]").items, ElementsAre("1")); }

TEST(JsonWalkerTest, HandsOutAnArrayOfAnotherNameWhole) {
  EXPECT_THAT(Walk(R"({"other":[1,2]})").items, ElementsAre("other=[1,2]"));
}

TEST(JsonWalkerTest, SkipsWhatIsTooLargeAndGoesOn) {
  const Walked walked = Walk("[1,\"" + std::string(100, 'x') + "\",{\"a\":\"" + std::string(100, 'x') + "\"},4]", 50);
  EXPECT_OK(walked.status);
  EXPECT_THAT(walked.items, ElementsAre("1", "<too large>", "<too large>", "4"));
}

TEST(JsonWalkerTest, SaysWhereADocumentIsCutOff) {
  const std::string whole = R"({"guild":{"id":"1"},"messages":[{"id":1},{"id":"a\"b"}],"count":2})";
  for (std::size_t size = 0; size < whole.size(); ++size) {
    const Status status = Walk(whole.substr(0, size)).status;
    EXPECT_EQ(status.code(), StatusCode::kCorruption) << size;
    EXPECT_THAT(std::string(status.message()), HasSubstr("at byte " + std::to_string(size)));
  }
}

TEST(JsonWalkerTest, RefusesWhatIsNotJson) {
  for (const char* const json :
       {"", "x", "\"text\"", "[1 2]", "[1,]", "[,1]", "{1:2}", "{\"a\" 1}", "{\"a\":}", "[1]x", "[}", "{]"}) {
    EXPECT_EQ(Walk(json).status.code(), StatusCode::kCorruption) << json;
  }
}

TEST(JsonWalkerTest, NestingCostsNothing) {
  EndlessStream stream('[', std::uint64_t{1} << 26);
  JsonWalker walker(&stream, "messages", 1000);
  JsonItem item;
  EXPECT_CODE(walker.Next(&item), StatusCode::kCorruption);
}

TEST(JsonWalkerTest, AnswersTheSameForEveryPieceSize) {
  const std::string json = R"({"a":"\\","messages":[{"x":"\\\"]"},[[]],-1.5e3,true],"z":{}})";
  const Walked expected = Walk(json, 1000, 1);
  EXPECT_OK(expected.status);
  for (std::size_t piece = 2; piece < 20; ++piece) EXPECT_EQ(Walk(json, 1000, piece).items, expected.items);
}

}  // namespace
}  // namespace rookery::admin
