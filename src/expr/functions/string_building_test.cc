#include "expr/functions/string_building.h"

#include <gtest/gtest.h>

#include "expr/evaluate_text.h"

namespace penstock::expr {
namespace {

constexpr Case kCases[] = {
    {"'aXbX'.replace('X', '')", R"("ab")"},
    {"'ab'.replace('', '-')", R"("-a-b-")"},
    {"'äb'.replace('', '-', 2)", R"("-ä-b")"},
    {"''.replace('', '-')", R"("-")"},
    {"'aaa'.replace('a', 'aa', 2)", R"("aaaaa")"},
    {"'aaa'.replace('a', 'b', 0)", R"("aaa")"},
    {"'aaa'.replace('a', 'b', -1)", R"("bbb")"},
    {"'aaaa'.replace('aa', 'b')", R"("bb")"},
    {"''.split(',')", R"([""])"},
    {"''.split('')", "[]"},
    {"','.split(',')", R"(["",""])"},
    {"'ä€😀'.split('')", R"(["ä","€","😀"])"},
    {"'ä€😀'.split('', 2)", R"(["ä","€😀"])"},
    {"'a,b'.split(',', 9)", R"(["a","b"])"},
    {"'a,b'.split(',', 1)", R"(["a,b"])"},
    {"'a,b'.split(',', 0)", "[]"},
    {"['', '', 'a'].join('-')", R"("--a")"},
    {"[].join(',')", R"("")"},
    {"event.names.join('+')", R"("ä+b")"},
    {"'Ä-Z@[z'.lowerAscii()", R"("Ä-z@[z")"},
    {"'ä€😀e'.reverse()", R"("e😀€ä")"},
    {"strings.quote('a\\x07\\\"')", R"("\"a\\a\\\"\"")"},
    {"event.mixed.join(',')", "error: no such overload: 'join' of (int)"},
};

TEST(StringBuildingTest, RewritesTexts) {
  for (const Case& item : kCases)
    EXPECT_EQ(Evaluate(item.source, R"({"names": ["ä", "b"], "mixed": ["a", 1]})"), item.value) << item.source;
}

// A megabyte and its copies would be gigabytes: they are refused before memory is taken.
TEST(StringBuildingTest, PaysForMemoryBeforeItIsTaken) {
  const std::string event = R"({"s": ")" + std::string(100'000, 'a') + R"("})";
  for (const std::string_view source :
       {"event.s.replace('a', event.s)", "event.s.replace('', event.s)", "event.s.split('')", "event.s.split('a')",
        "lists.range(2000).map(i, event.s).join()", "[event.s, event.s, event.s].map(s, s.reverse() + s.upperAscii())"})
    EXPECT_EQ(Evaluate(source, event, {.limits = {.cost = 50'000}}), kOverBudget) << source;
}

}  // namespace
}  // namespace penstock::expr
