#include "expr/functions/collections.h"

#include <gtest/gtest.h>

#include "expr/evaluate_text.h"

namespace penstock::expr {
namespace {

TEST(CollectionsTest, CountCharactersBytesElementsAndMembers) {
  EXPECT_EQ(Evaluate("size('é€😀')"), "3");
  EXPECT_EQ(Evaluate("size(b'é')"), "2");
  EXPECT_EQ(Evaluate("size([1, 2, 3])"), "3");
  EXPECT_EQ(Evaluate("size({'a': 1})"), "1");
  EXPECT_EQ(Evaluate("''.size() + [].size() + {}.size()"), "0");
}

TEST(CollectionsTest, CountWhatTheEventHolds) {
  constexpr std::string_view kEvent = R"({"s": "a\u00e9", "l": [[1], [2, 3]], "m": {"a": 1, "b": 2, "a": 3}})";
  EXPECT_EQ(Evaluate("size(event.s)", kEvent), "2");
  EXPECT_EQ(Evaluate("event.l.size()", kEvent), "2");
  EXPECT_EQ(Evaluate("event.l.map(x, size(x))", kEvent), "[1,2]");
  EXPECT_EQ(Evaluate("size(event.m)", kEvent), "2");
  EXPECT_EQ(Evaluate("size(event)", kEvent), "3");
}

TEST(CollectionsTest, RefuseWhatHasNoSize) {
  EXPECT_EQ(Evaluate("size(event.n)", R"({"n": 1})"), "error: no such overload: 'size' of (int)");
  EXPECT_EQ(Evaluate("size(event.n)", R"({"n": null})"), "error: no such overload: 'size' of (null_type)");
}

TEST(CollectionsTest, PayForCountingCharacters) {
  const std::string event = R"({"s": ")" + std::string(100'000, 'a') + R"("})";
  EXPECT_EQ(Evaluate("[1, 2].map(x, size(event.s))", event, {.limits = {.cost = 1000}}),
            "error: the expression costs more than it may");
}

}  // namespace
}  // namespace penstock::expr
