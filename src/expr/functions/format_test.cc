#include "expr/functions/format.h"

#include <gtest/gtest.h>

#include "expr/evaluate_text.h"

namespace penstock::expr {
namespace {

constexpr Case kCases[] = {
    {"'%s %s'.format([b'x', {'b': 1, 'a': [true, null]}])", R"("x {a: [true, null], b: 1}")"},
    {"'%.2f|%.0e|%f'.format([0.125, 1500.0, -1])", R"("0.12|2e+03|-1.000000")"},
    {"'%x %X %o %b'.format([-30, 255u, 8, -5])", R"("-1e FF 10 -101")"},
    {"'%x'.format(['é'])", R"("c3a9")"},
    {"'%d %s'.format([1e21, 1e-7])", R"("1000000000000000000000 0.0000001")"},
    {"'%s'.format([event.deep])", R"("{k: [1, {x: a}]}")"},
    {"'%s'.format([1, 2])", R"("1")"},
    {"'%s %s %s'.format([ip('::0'), cidr('10.0.0.0/8'), duration('1m')])", R"(":: 10.0.0.0/8 60s")"},
    {"event.pattern.format(['ü'])", R"("[ü]")"},
    {"event.broken.format([1])", "error: format() knows no '%q'; there are %s %d %f %e %b %o %x %X, and %%"},
    {"'%s %s'.format([1])", "error: the pattern of format() has more places than the list's 1 values"},
    {"'%s'.format([b'\\xff'])", "error: format() cannot write %s of a value of type bytes"},
    {"'%s'.format([optional.of(1)])", "error: format() cannot write %s of a value of type optional_type"},
    {"'%.1000f'.format([1.7976931348623157e308]).size()", "1310"},
};

TEST(FormatTest, PaysForReadingBytes) {
  const std::string event = R"({"b": ")" + std::string("/w==") + R"(", "long": ")" + Repeat("////", 10'000) + R"("})";
  constexpr std::string_view kMany = "lists.range(5000).exists(i, '%s'.format([bytes]) == '')";
  EXPECT_EQ(Evaluate("cel.bind(bytes, base64.decode(event.b), " + std::string(kMany) + ")", event),
            "error: format() cannot write %s of a value of type bytes");
  EXPECT_EQ(Evaluate("cel.bind(bytes, base64.decode(event.long), " + std::string(kMany) + ")", event), kOverBudget);
}

TEST(FormatTest, WritesValuesInTheirPlaces) {
  for (const Case& item : kCases)
    EXPECT_EQ(Evaluate(item.source, R"({"deep": {"k": [1, {"x": "a"}]}, "pattern": "[%s]", "broken": "%q"})"),
              item.value)
        << item.source;
}

TEST(FormatTest, RefusesBrokenPatternsWhenTheExpressionIsCompiled) {
  for (const std::string_view pattern : {"%", "%.", "%.2", "%.2d", "%.f", "%.1001f", "%E", "%5d", "a%\xC3\xA9"})
    EXPECT_NE(CompileError("'" + std::string(pattern) + "'.format([1])"), "") << pattern;
}

TEST(FormatTest, PaysForMemoryBeforeItIsTaken) {
  const std::string event = R"({"s": ")" + std::string(100'000, 'a') + R"(", "p": ")" + Repeat("%s", 100'000) + R"("})";
  EXPECT_EQ(Evaluate("'" + Repeat("%s", 2000) + "'.format(lists.range(2000).map(i, event.s))", event), kOverBudget);
  EXPECT_EQ(Evaluate("event.p.format([1])", event, {.limits = {.cost = 100'000}}), kOverBudget);
  EXPECT_EQ(Evaluate("lists.range(900).map(i, '%.1000f'.format([double(i)]))", event, {.limits = {.cost = 100'000}}),
            kOverBudget);
}

// Twenty lists that hold one another twice are a million elements.
TEST(FormatTest, IsNotHeldUpByListsThatShareOneAnother) {
  std::string source = "[1, 1]";
  for (int i = 0; i < 24; ++i) source = "cel.bind(x, " + source + ", [x, x])";
  EXPECT_EQ(Evaluate("'%s'.format([" + source + "])"), kOverBudget);
}

}  // namespace
}  // namespace penstock::expr
