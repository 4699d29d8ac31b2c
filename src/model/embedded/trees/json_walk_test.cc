#include "model/embedded/trees/json_walk.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <vector>

#include "model/embedded/trees/visited.h"

namespace penstock::trees {
namespace {

using testing::HasSubstr;

std::string Walked(std::string_view json) {
  Visited visited;
  const Result<void> walked = WalkJson(json, visited);
  return walked ? visited.text() : "refused: " + walked.error().message;
}

TEST(JsonWalk, VisitsEverything) {
  EXPECT_EQ(Walked(R"({"a": [1, -2, 0.5], "b": {"c": "x"}, "d": true, "e": null, "f": []})"),
            "{ a: [ 1 -2 0.5 ] b: { c: 'x' } d: 1 e: f: [ ] }");
}

TEST(JsonWalk, ReadsTheNamesOfNumbers) {
  EXPECT_EQ(Walked(R"([NaN, Infinity, -Infinity, 1e99, "NaN", "a\"Infinity", 3])"),
            R"([ nan inf -inf inf 'NaN' 'a"Infinity' 3 ])");
}

class Last final : public ModelVisitor {
 public:
  void BeginObject() override {}
  void Key(std::string_view) override {}
  void EndObject() override {}
  void BeginArray() override {}
  void EndArray() override {}
  void Text(std::string_view) override {}
  void Numbers(std::span<const double> numbers) override { last = numbers.back(); }

  double last = 0;
};

// A decimal just above the middle of two floats, which as a double is that middle.
TEST(JsonWalk, RoundsDecimalsOnce) {
  Last visitor;
  ASSERT_TRUE(WalkJson("[1.00000005960464477540]", visitor));
  EXPECT_EQ(visitor.last, static_cast<double>(1.00000005960464477540F));
  EXPECT_GT(visitor.last, 1.0);
  ASSERT_TRUE(WalkJson("[9007199254740991]", visitor));
  EXPECT_EQ(visitor.last, 9007199254740991.0);
}

TEST(JsonWalk, RefusesWhatIsNoJson) {
  for (const char* text :
       {"", "{", "[1, 2", R"({"a": })", "[1] 2", "[tru]", "[nul]", "[nx]", "[NaNa]", "[1.5x]", R"(["a)", "[Infinit]"})
    EXPECT_THAT(Walked(text), HasSubstr("refused: it is no JSON")) << text;
  EXPECT_THAT(Walked(std::string(100, '[') + std::string(100, ']')), HasSubstr("too deep"));
}

}  // namespace
}  // namespace penstock::trees
