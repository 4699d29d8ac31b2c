#include "expr/checker.h"

#include <gtest/gtest.h>

#include "expr/evaluate_text.h"

namespace penstock::expr {
namespace {

std::string TypeOf(std::string_view source) {
  const Evaluated evaluated(source);
  return evaluated.compiled() ? TypeText(evaluated.type()) : evaluated.compile_error();
}

struct Mistake {
  std::string_view source;
  std::string_view message;  // without the line and the caret
};

// The message of the one mistake in `source`.
std::string MessageOf(std::string_view source) {
  const std::string error = CompileError(source);
  return error.substr(0, error.find('\n'));
}

TEST(CheckerTest, FindsTheTypesOfLiteralsAndOperators) {
  EXPECT_EQ(TypeOf("1 + 2"), "int");
  EXPECT_EQ(TypeOf("dyn(optional.of(1)).orValue('a')"), "dyn");
  EXPECT_EQ(TypeOf("1u * 2u"), "uint");
  EXPECT_EQ(TypeOf("1.5 / 2.0"), "double");
  EXPECT_EQ(TypeOf("'a' + 'b'"), "string");
  EXPECT_EQ(TypeOf("b'a' + b'b'"), "bytes");
  EXPECT_EQ(TypeOf("1 < 2.0"), "bool");
  EXPECT_EQ(TypeOf("null"), "null");
  EXPECT_EQ(TypeOf("timestamp(0) - timestamp(1)"), "duration");
  EXPECT_EQ(TypeOf("timestamp(0) + duration('1s')"), "timestamp");
  EXPECT_EQ(TypeOf("true ? 1 : 2"), "int");
  EXPECT_EQ(TypeOf("type(1)"), "type(int)");
}

TEST(CheckerTest, FindsTheTypesOfCollections) {
  EXPECT_EQ(TypeOf("[1, 2]"), "list(int)");
  EXPECT_EQ(TypeOf("[1, 'a']"), "list(dyn)");
  EXPECT_EQ(TypeOf("[]"), "list(dyn)");
  EXPECT_EQ(TypeOf("{'a': 1}"), "map(string, int)");
  EXPECT_EQ(TypeOf("{'a': 1, 1: 'a'}"), "map(dyn, dyn)");
  EXPECT_EQ(TypeOf("[1].map(x, string(x))"), "list(string)");
  EXPECT_EQ(TypeOf("[1].filter(x, x > 0)"), "list(int)");
  EXPECT_EQ(TypeOf("{'a': 1}.map(k, k)"), "list(string)");
  EXPECT_EQ(TypeOf("[1].exists(x, x == 1)"), "bool");
  EXPECT_EQ(TypeOf("[1][0]"), "int");
  EXPECT_EQ(TypeOf("{'a': 1}.a"), "int");
}

TEST(CheckerTest, FindsTheTypesOfOptionals) {
  EXPECT_EQ(TypeOf("optional.of(1)"), "optional(int)");
  EXPECT_EQ(TypeOf("{'a': 1}.?a"), "optional(int)");
  EXPECT_EQ(TypeOf("[1][?0]"), "optional(int)");
  EXPECT_EQ(TypeOf("{'a': 1}.?a.orValue(2)"), "int");
  EXPECT_EQ(TypeOf("[?optional.of(1)]"), "list(int)");
  EXPECT_EQ(TypeOf("event.?a"), "optional(dyn)");
}

TEST(CheckerTest, LeavesEventsToEvaluation) {
  EXPECT_EQ(TypeOf("event.amount"), "dyn");
  EXPECT_EQ(TypeOf("event.amount + 1"), "int");
  EXPECT_EQ(TypeOf("event.amount + event.amount"), "dyn");
  EXPECT_EQ(TypeOf("event.amount == 'text'"), "bool");
  EXPECT_EQ(TypeOf("event.items.map(i, i.price)"), "list(dyn)");
  EXPECT_EQ(TypeOf("size(event)"), "int");
  EXPECT_EQ(TypeOf("dyn(1) == 'a'"), "bool");
}

constexpr Mistake kMistakes[] = {
    {"1 == 'a'", "1:3: '==' does not take (int, string); convert one of them, or wrap it in dyn()"},
    {"1 != 1.0", "1:3: '!=' does not take (int, double); convert one of them, or wrap it in dyn()"},
    {"1 + 1.5", "1:3: '+' does not take (int, double); convert one of them, as in double(x)"},
    {"1 % 1.5", "1:3: '%' does not take (int, double); convert one of them, as in int(x)"},
    {"'a' + 1", "1:5: '+' does not take (string, int); convert the other, as in string(x)"},
    {"'a' in 'abc'", "1:5: 'in' does not take (string, string); write x.contains(y)"},
    {"'a' < 1", "1:5: '<' does not take (string, int)"},
    {"!1", "1:1: '!' does not take int"},
    {"-'a'", "1:1: '-' does not take string"},
    {"-1u", "1:1: '-' does not take uint"},
    {"1 && true", "1:1: an operand of '&&' must be a bool, and is int"},
    {"true || 'a'", "1:9: an operand of '||' must be a bool, and is string"},
    {"1 ? 2 : 3", "1:1: the condition before '?' must be a bool, and is int"},
    {"true ? 1 : 'a'", "1:6: the two values of '?:' are of different types, int and string; wrap one of them in dyn()"},
    {"{[1]: 2}", "1:2: a map's key is a string, int, uint or bool, and not list(int)"},
    {"{1.5: 2}", "1:2: a map's key is a string, int, uint or bool, and not double"},
    {"[1][true]", "1:4: '[]' does not take (list(int), bool)"},
    {"(1).a", "1:5: cannot take the field 'a' of int"},
    {"has([1].a)", "1:9: cannot take the field 'a' of list(int)"},
    {"'a'.map(x, x)", "1:5: this macro goes over a list or a map, and not over string"},
    {"[1].filter(x, x)", "1:15: the condition of a macro must be a bool, and is int"},
    {"[1].all(1, true)", "1:9: expected the name of a variable, as in x.all(y, condition)"},
    {"has(event)", "1:5: has() takes a field, as in has(event.amount)"},
    {"[?1]", "1:2: an element after '?' must be an optional, and is int"},
    {"{?'a': 1}", "1:8: the value of an entry after '?' must be an optional, and is int"},
};

TEST(CheckerTest, SaysWhatCannotBe) {
  for (const Mistake& mistake : kMistakes) EXPECT_EQ(MessageOf(mistake.source), mistake.message) << mistake.source;
}

constexpr Mistake kWrongNames[] = {
    {"evnt.amount", "1:1: unknown name 'evnt'; did you mean 'event'?"},
    {"event.city == Singapore", "1:15: unknown name 'Singapore'; a text is written '\"Singapore\"'"},
    {"[1].all(item, itm > 0)", "1:15: unknown name 'itm'; did you mean 'item'?"},
    {"event.a.startswith('x')", "1:9: unknown function 'startswith'; did you mean 'startsWith'?"},
    {"startsWith(event.a, 'x')", "1:1: 'startsWith' is called as x.startsWith(..)"},
    {"(1).int()", "1:5: 'int' is called as int(x)"},
    {"maths.log(1)", "1:1: unknown function 'maths.log'"},
    {"event.items.exist(x, x > 0)", "1:13: unknown function 'exist'; did you mean 'exists'?"},
    {"event.items.all(x)", "1:13: 'all' is written x.all(y, condition)"},
    {"all(event.items, x, x > 0)", "1:1: 'all' is written x.all(y, condition)"},
    {"has(event.a, event.b)", "1:1: 'has' is written has(x.field)"},
    {"size()", "1:1: 'size' does not take (); it takes (string), (bytes), (list(dyn)) or (map(dyn, dyn))"},
    {"'a'.startsWith(1)", "1:5: 'startsWith' does not take (string, int); it takes (string, string)"},
    {"string([1])",
     "1:1: 'string' does not take (list(int)); it takes (string), (int), (uint), (double), (bool), (bytes) .."},
};

TEST(CheckerTest, SaysWhatANameCouldHaveMeant) {
  for (const Mistake& mistake : kWrongNames) EXPECT_EQ(MessageOf(mistake.source), mistake.message) << mistake.source;
}

TEST(CheckerTest, ReportsOneMistakeOnce) {
  for (const Mistake& mistake : kMistakes)
    EXPECT_EQ(CompileError(mistake.source).find("\n1:"), std::string::npos) << mistake.source;
  for (const Mistake& mistake : kWrongNames)
    EXPECT_EQ(CompileError(mistake.source).find("\n1:"), std::string::npos) << CompileError(mistake.source);
}

TEST(CheckerTest, ReportsAllMistakesInTheOrderOfTheirPlaces) {
  EXPECT_EQ(CompileError("evnt.amount > 10 &&\n  'é' == headrs.x || 1 == 'a'\n  && size(1)"),
            "1:1: unknown name 'evnt'; did you mean 'event'?\n"
            "  evnt.amount > 10 &&\n"
            "  ^\n"
            "2:10: unknown name 'headrs'; a text is written '\"headrs\"'\n"
            "    'é' == headrs.x || 1 == 'a'\n"
            "           ^\n"
            "2:24: '==' does not take (int, string); convert one of them, or wrap it in dyn()\n"
            "    'é' == headrs.x || 1 == 'a'\n"
            "                         ^\n"
            "3:6: 'size' does not take (int); it takes (string), (bytes), (list(dyn)) or (map(dyn, dyn))\n"
            "    && size(1)\n"
            "       ^");
}

TEST(CheckerTest, BoundsTypesThatWouldDouble) {
  EXPECT_NE(CompileError("[1]" + Repeat(".map(a, {a: a})", 60)), "");
  EXPECT_EQ(CompileError("[].map(a, {a: a})"), "");
  EXPECT_EQ(CompileError("[1]" + Repeat(".map(a, [a])", 300)), "");
  std::string nested = "true";
  for (const char name : std::string_view("ponmlkjihgfedcb"))
    nested = "[].all(" + std::string(1, name) + ", [" + std::string(1, static_cast<char>(name - 1)) + ", {" + name +
             ": " + name + "}].size() > 0 || " + nested + ")";
  EXPECT_EQ(CompileError("[].all(a, " + nested + ")"), "");
}

TEST(CheckerTest, StaysQuickWithManyOperators) {
  for (const std::string_view term : {"1==1", "[]+[]", "[]==[]", "{}=={}", "[]in[]"})
    EXPECT_EQ(CompileError("[" + Repeat(std::string(term) + ",", 12'000) + "1]"), "") << term;
  for (const std::string_view term : {"f()", "evnt", "x.f()", "x.exist(y,y)", "1+''", "size()"})
    EXPECT_NE(CompileError("[" + Repeat(std::string(term) + ",", 7'000) + "1]").find("\nand "), std::string::npos);
}

}  // namespace
}  // namespace penstock::expr
