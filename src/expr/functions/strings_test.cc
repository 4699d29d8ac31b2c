#include "expr/functions/strings.h"

#include <gtest/gtest.h>

#include "expr/evaluate_text.h"

namespace penstock::expr {
namespace {

constexpr Case kCases[] = {
    {"'gold-plus'.startsWith('gold')", "true"},
    {"'gold'.startsWith('gold-plus')", "false"},
    {"'gold'.startsWith('')", "true"},
    {"'gold-plus'.endsWith('plus')", "true"},
    {"'plus'.endsWith('gold-plus')", "false"},
    {"'é€😀'.endsWith('😀')", "true"},
    {"'gold-plus'.contains('d-p')", "true"},
    {"'gold'.contains('')", "true"},
    {"''.contains('')", "true"},
    {"''.contains('a')", "false"},
    {"'gold'.contains('goldd')", "false"},
    {"'Gold'.contains('gold')", "false"},
};

TEST(StringsTest, FindTheirParts) {
  for (const Case& item : kCases) EXPECT_EQ(Evaluate(item.source), item.value) << item.source;
}

TEST(StringsTest, TakeNothingButStrings) {
  EXPECT_EQ(Evaluate("event.x.contains('a')", R"({"x": 1})"), "error: no such overload: 'contains' of (int, string)");
  EXPECT_EQ(Evaluate("event.x.contains('a')", R"({"x": null})"),
            "error: no such overload: 'contains' of (null_type, string)");
}

// Searching for `aaa..b` in `aaaa..` by trying each place would take hours.
TEST(StringsTest, FindPartsInTimeThatGrowsWithTheText) {
  const std::string text(1'000'000, 'a');
  const std::string event = R"({"text": ")" + text + R"(", "part": ")" + text.substr(0, 400'000) + R"(b"})";
  EXPECT_EQ(Evaluate("event.text.contains(event.part)", event), "false");
}

TEST(StringsTest, PayForWhatTheyRead) {
  const std::string event = R"({"s": ")" + std::string(100'000, 'a') + R"("})";
  for (const std::string name : {"contains", "startsWith", "endsWith"})
    EXPECT_EQ(Evaluate("[1, 2].map(x, event.s." + name + "(event.s))", event, {.limits = {.cost = 1000}}),
              "error: the expression costs more than it may");
}

}  // namespace
}  // namespace penstock::expr
