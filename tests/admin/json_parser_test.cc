#include "admin/import/json_parser.h"

#include <gtest/gtest.h>

#include <array>
#include <string>

#include "admin/import/line_reader.h"
#include "tests/support/status_matchers.h"

namespace rookery::admin {
namespace {

class JsonParserTest : public ::testing::Test {
 protected:
  Result<JsonElement> Parse(std::string text) {
    text_ = std::move(text);
    text_.reserve(text_.size() + LineReader::kPadding);
    return parser_.Parse(text_);
  }
  JsonObject Object(std::string text) { return Parse(std::move(text))->get_object().value_unsafe(); }

 private:
  std::string text_;
  JsonParser parser_;
};

std::string Nested(std::size_t depth) { return std::string(depth, '[') + std::string(depth, ']'); }

TEST_F(JsonParserTest, BoundsNesting) {
  EXPECT_OK(Parse(Nested(JsonParser::kMaxDepth - 1)));
  EXPECT_CODE(Parse(Nested(JsonParser::kMaxDepth + 1)), StatusCode::kCorruption);
  EXPECT_CODE(Parse(Nested(1'000'000)), StatusCode::kCorruption);
  EXPECT_OK(Parse("{}"));
}

TEST_F(JsonParserTest, BoundsNestingAfterItGrew) {
  EXPECT_OK(Parse("\"" + std::string(1'000'000, 'x') + "\""));
  EXPECT_CODE(Parse(Nested(JsonParser::kMaxDepth + 1)), StatusCode::kCorruption);
}

TEST_F(JsonParserTest, RefusesTextThatIsNotUtf8) { EXPECT_CODE(Parse("\"caf\xE9\""), StatusCode::kCorruption); }

TEST_F(JsonParserTest, ReadsIntegersHoweverTheyAreWritten) {
  const JsonObject object = Object(R"({"a":12,"b":"12","c":12.0,"d":null,"e":"x"})");
  EXPECT_EQ(IntegerOf(object, "a"), 12);
  EXPECT_EQ(IntegerOf(object, "b"), 12);
  EXPECT_EQ(IntegerOf(object, "c"), 12);
  EXPECT_EQ(IntegerOf(object, "d"), std::nullopt);
  EXPECT_EQ(IntegerOf(object, "e"), std::nullopt);
  EXPECT_EQ(IntegerOf(object, "f"), std::nullopt);
}

TEST_F(JsonParserTest, DigestKeepsOnlyTheNamedFields) {
  constexpr auto kFields = std::to_array<std::string_view>({"name", "count"});
  const JsonObject object =
      Object(R"({"many":[{"name":"x","other":1},{"count":2},3],"one":{"name":"y"},"none":[],"text":"z"})");
  const auto digest = [&](std::string_view key) { return Digest(*MemberOf(object, key), kFields); };
  EXPECT_EQ(digest("many"), R"([{"name":"x"},{"count":2}])");
  EXPECT_EQ(digest("one"), R"([{"name":"y"}])");
  EXPECT_EQ(digest("none"), "");
  EXPECT_EQ(digest("text"), "");
}

TEST_F(JsonParserTest, DigestCutsLongLists) {
  constexpr auto kFields = std::to_array<std::string_view>({"name"});
  std::string list = "[";
  for (int i = 0; i < 20; ++i) list += R"({"name":")" + std::string(1000, 'x') + "\"},";
  list.back() = ']';
  const std::string digest = Digest(*Parse(list), kFields);
  EXPECT_LT(digest.size(), 9000U);
  EXPECT_TRUE(digest.ends_with(",{\"omitted\":12}]")) << digest.substr(digest.size() - 30);
}

}  // namespace
}  // namespace rookery::admin
