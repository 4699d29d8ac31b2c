#include "config/json.h"

#include <gtest/gtest.h>

namespace penstock {
namespace {

std::string Json(const std::string& yaml) {
  Problems problems("f", yaml);
  const YamlNode tree = ParseYaml(problems.text(), problems);
  EXPECT_FALSE(problems.has_errors()) << problems.Text();
  return JsonOf(tree);
}

TEST(Json, PlainScalarsAreWhatTheyLookLike) {
  EXPECT_EQ(Json("[~, null, true, false, 1, -0.50, 1e3]"), "[null,null,true,false,1,-0.50,1e3]");
  EXPECT_EQ(Json("[True, yes, off, NULL, 0x1, 01, -, 1.]"), R"(["True","yes","off","NULL","0x1","01","-","1."])");
}

TEST(Json, QuotedScalarsAreTexts) {
  EXPECT_EQ(Json(R"(['1', "true", 'null', '', "~"])"), R"(["1","true","null","","~"])");
}

TEST(Json, TextsAreEscaped) {
  EXPECT_EQ(Json("a\"b: \"tab\\t quote\\\" line\\n \\u0001 ü\""), R"({"a\"b":"tab\t quote\" line\n \u0001 ü"})");
}

TEST(Json, KeepsNumbersThatNoDoubleHolds) {
  EXPECT_EQ(Json("[12345678901234567890123, 0.1000000000000000055511151231257827]"),
            "[12345678901234567890123,0.1000000000000000055511151231257827]");
  EXPECT_EQ(Json("[1e999]"), R"(["1e999"])");
}

TEST(Json, ListsAndMapsKeepTheirOrder) {
  EXPECT_EQ(Json("{ b: [], a: { d: {}, c: [1, [2]] } }"), R"({"b":[],"a":{"d":{},"c":[1,[2]]}})");
}

}  // namespace
}  // namespace penstock
