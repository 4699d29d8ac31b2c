#include "expr/parser.h"

#include <gtest/gtest.h>

#include "event/json_writer.h"

namespace penstock::expr {
namespace {

std::string Repeat(std::string_view text, size_t count) {
  std::string repeated;
  for (; count > 0; --count) repeated += text;
  return repeated;
}

std::string Dump(const Ast& ast, NodeId id);

std::string DumpChildren(const Ast& ast, NodeId id) {
  std::string text;
  for (const NodeId child : ast.ChildrenOf(id)) text += " " + Dump(ast, child);
  return text;
}

std::string Head(const Node& node) {
  const std::string name(node.name);
  switch (node.kind) {
    case NodeKind::kSelect: return node.optional ? ".?" + name : "." + name;
    case NodeKind::kHas: return "has." + name;
    case NodeKind::kCall: return (node.receiver ? "." : "") + name + "()";
    case NodeKind::kOperator: return node.op == Operator::kOptionalIndex ? "[?]" : std::string(OperatorText(node.op));
    case NodeKind::kAnd: return "&&";
    case NodeKind::kOr: return "||";
    case NodeKind::kConditional: return "?:";
    case NodeKind::kList: return "list";
    case NodeKind::kMap: return "map";
    case NodeKind::kOptionalEntry: return "?";
    case NodeKind::kBind: return "bind:" + name;
    case NodeKind::kComprehension: return "macro" + std::to_string(static_cast<int>(node.comprehension)) + ":" + name;
    default: return "invalid";
  }
}

// As (operator operand operand).
std::string Dump(const Ast& ast, NodeId id) {
  const Node& node = ast.node(id);
  if (node.kind == NodeKind::kLiteral) return ToJson(node.literal);
  if (node.kind == NodeKind::kIdentifier) return (node.global ? "." : "") + std::string(node.name);
  return "(" + Head(node) + DumpChildren(ast, id) + ")";
}

struct Parsed {
  std::string tree;
  std::string errors;
};

Parsed ParseText(std::string_view source, const Limits& limits = {}) {
  std::vector<Diagnostic> diagnostics;
  const std::unique_ptr<Ast> ast = Parse(source, limits, diagnostics);
  if (!diagnostics.empty()) return {"", DiagnosticsError(source, diagnostics).message};
  return {Dump(*ast, ast->root), ""};
}

std::string Tree(std::string_view source) {
  const Parsed parsed = ParseText(source);
  return parsed.errors.empty() ? parsed.tree : parsed.errors;
}
std::string Errors(std::string_view source) { return ParseText(source).errors; }

TEST(ParserTest, BindsOperatorsByTheirLevels) {
  EXPECT_EQ(Tree("1 + 2 * 3"), "(+ 1 (* 2 3))");
  EXPECT_EQ(Tree("(1 + 2) * 3"), "(* (+ 1 2) 3)");
  EXPECT_EQ(Tree("1 - 2 - 3"), "(- (- 1 2) 3)");
  EXPECT_EQ(Tree("8 / 4 % 3"), "(% (/ 8 4) 3)");
  EXPECT_EQ(Tree("a + 1 < b * 2"), "(< (+ a 1) (* b 2))");
  EXPECT_EQ(Tree("a < b == c"), "(== (< a b) c)");
  EXPECT_EQ(Tree("a in b || c && !d"), "(|| (in a b) (&& c (! d)))");
  EXPECT_EQ(Tree("a || b || c"), "(|| a b c)");
  EXPECT_EQ(Tree("a ? b : c ? d : e"), "(?: a b (?: c d e))");
  EXPECT_EQ(Tree("a ? (b ? c : d) : e"), "(?: a (?: b c d) e)");
}

TEST(ParserTest, BindsSignsTighterThanOperatorsAndLooserThanFields) {
  EXPECT_EQ(Tree("-a.b * 2"), "(* (- (.b a)) 2)");
  EXPECT_EQ(Tree("!a[0]"), "(! ([] a 0))");
  EXPECT_EQ(Tree("- - a"), "(- (- a))");
  EXPECT_EQ(Tree("!!a"), "(! (! a))");
  EXPECT_EQ(Tree("1 -1"), "(- 1 1)");
  EXPECT_EQ(Tree("1 - -1"), "(- 1 -1)");
  EXPECT_EQ(Tree("-9223372036854775808"), "-9223372036854775808");
  EXPECT_EQ(Tree("--1"), "(- -1)");
}

TEST(ParserTest, ReadsChains) {
  EXPECT_EQ(Tree("a.b.c"), "(.c (.b a))");
  EXPECT_EQ(Tree("a.b[0].c"), "(.c ([] (.b a) 0))");
  EXPECT_EQ(Tree("a.f(1).g()"), "(.g() (.f() a 1))");
  EXPECT_EQ(Tree("f(a, b)"), "(f() a b)");
  EXPECT_EQ(Tree(".a.b"), "(.b .a)");
  EXPECT_EQ(Tree("a.`b-c`"), "(.b-c a)");
  EXPECT_EQ(Tree("a.if"), "(.if a)");
  EXPECT_EQ(Tree("'text'.size()"), "(.size() \"text\")");
  EXPECT_EQ(Tree("[1][0]"), "([] (list 1) 0)");
}

TEST(ParserTest, ReadsOptionalSyntax) {
  EXPECT_EQ(Tree("a.?b"), "(.?b a)");
  EXPECT_EQ(Tree("a[?0]"), "([?] a 0)");
  EXPECT_EQ(Tree("[?a, b]"), "(list (? a) b)");
  EXPECT_EQ(Tree("{?'k': a, 'l': b}"), "(map (? \"k\") a \"l\" b)");
  EXPECT_EQ(Tree("a.?b.c[?d]"), "([?] (.c (.?b a)) d)");
}

TEST(ParserTest, ReadsCollections) {
  EXPECT_EQ(Tree("[]"), "(list)");
  EXPECT_EQ(Tree("[1, 2,]"), "(list 1 2)");
  EXPECT_EQ(Tree("{}"), "(map)");
  EXPECT_EQ(Tree("{1: 2, 'a': [b],}"), "(map 1 2 \"a\" (list b))");
}

TEST(ParserTest, ReadsConditionalsOverGlobalNames) {
  EXPECT_EQ(Tree("a ? .b : .c"), "(?: a .b .c)");
  EXPECT_EQ(Tree("a?.b:c"), "(?: a .b c)");
}

TEST(ParserTest, ShowsWhatIsMissing) {
  EXPECT_EQ(Errors("(1 + 2"), "1:7: expected ')' to close '(', but the expression ends\n  (1 + 2\n        ^");
  EXPECT_EQ(Errors("[1, 2"), "1:6: expected ']' or ',' after an element, but the expression ends\n  [1, 2\n       ^");
  EXPECT_EQ(Errors("f(1"), "1:4: expected ')' or ',' after an argument, but the expression ends\n  f(1\n     ^");
  EXPECT_EQ(Errors("{'a' 1}"), "1:6: expected ':' and a value after a key, found '1'\n  {'a' 1}\n       ^");
  EXPECT_EQ(Errors("a[0"), "1:4: expected ']' after an index, but the expression ends\n  a[0\n     ^");
  EXPECT_EQ(Errors("a."), "1:3: expected a field's name, but the expression ends\n  a.\n    ^");
  EXPECT_EQ(Errors(""), "1:1: expected an expression, but the expression ends\n  \n  ^");
  EXPECT_EQ(Errors("1 +"), "1:4: expected an expression, but the expression ends\n  1 +\n     ^");
}

TEST(ParserTest, KnowsWhatOtherLanguagesWrite) {
  EXPECT_EQ(Errors("a and b"), "1:3: expected an operator or the end, found 'and'; write '&&'\n  a and b\n    ^");
  EXPECT_EQ(Errors("(a or b)"), "1:4: expected ')' to close '(', found 'or'; write '||'\n  (a or b)\n     ^");
  EXPECT_EQ(Errors("not a"), "1:1: expected '!' for what is not so, found 'not'\n  not a\n  ^");
  EXPECT_EQ(Errors("a.0"),
            "1:2: expected an operator or the end, found '.0'; an element of a list is written x[0]\n"
            "  a.0\n   ^");
  EXPECT_EQ(Errors("a?.b"),
            "1:2: expected '.?' before the name of a field that may be missing, found '?.'\n  a?.b\n   ^");
  EXPECT_EQ(Errors("a ? b ? 1 : 2 : 3"),
            "1:7: expected ':', found '?'; a conditional before ':' stands in parentheses\n"
            "  a ? b ? 1 : 2 : 3\n        ^");
  EXPECT_EQ(Errors("if (a) 1"),
            "1:1: 'if' is a reserved word; it can only name a field; a choice is written x ? a : b\n"
            "  if (a) 1\n  ^");
  EXPECT_EQ(Errors("Point{x: 1}"),
            "1:6: messages cannot be constructed here; a map is written {'key': value}\n  Point{x: 1}\n       ^");
}

TEST(ParserTest, ReportsSeveralMistakesAtOnce) {
  EXPECT_EQ(Errors("[1 +, 2 *, 3]"),
            "1:5: expected an expression, found ','\n  [1 +, 2 *, 3]\n      ^\n"
            "1:10: expected an expression, found ','\n  [1 +, 2 *, 3]\n           ^");
  EXPECT_EQ(Errors("(1 +) * (2 -)"),
            "1:5: expected an expression, found ')'\n  (1 +) * (2 -)\n      ^\n"
            "1:13: expected an expression, found ')'\n  (1 +) * (2 -)\n              ^");
  EXPECT_EQ(Errors("a[1 +] && {'k': }\n  && f(2 *)"),
            "1:6: expected an expression, found ']'\n  a[1 +] && {'k': }\n       ^\n"
            "1:17: expected an expression, found '}'\n  a[1 +] && {'k': }\n                  ^\n"
            "2:11: expected an expression, found ')'\n    && f(2 *)\n            ^");
}

TEST(ParserTest, ReportsAMistakeOnce) {
  for (const std::string_view source :
       {"f(,)", "(1 + ]", "[1 2]", "(a b, c)", "{1 2}", "a[,]", "((((", "'abc", "f(1, "})
    EXPECT_EQ(Errors(source).find("\n1:"), std::string::npos) << Errors(source);
}

TEST(ParserTest, PutsTheCaretBelowTheRightCharacter) {
  EXPECT_EQ(Errors("'é€😀' 1"), "1:7: expected an operator or the end, found '1'\n  'é€😀' 1\n        ^");
  EXPECT_EQ(Errors("a &&\n\tb c"), "2:4: expected an operator or the end, found 'c'\n   b c\n     ^");
}

TEST(ParserTest, RefusesInvalidUtf8AndNulBytes) {
  EXPECT_EQ(Errors("'a\xFF'"), "1:3: the expression is not valid UTF-8\n  'a '\n    ^");
  EXPECT_EQ(Errors(std::string_view("1 + \0", 5)),
            "1:5: an invisible character stands here; delete it\n  1 +  \n      ^");
  EXPECT_EQ(Tree(std::string_view("'\0'", 3)), R"("\u0000")");
}

TEST(ParserTest, LimitsTheSource) {
  EXPECT_EQ(Errors("'" + std::string(99'998, 'a') + "'"), "");
  EXPECT_TRUE(Errors("'" + std::string(99'999, 'a') + "'")
                  .starts_with("1:1: the expression has 100001 bytes; the limit is 100000\n"));
  EXPECT_EQ(ParseText("1 + 1", {.source_bytes = 5}).tree, "(+ 1 1)");
  EXPECT_NE(ParseText("1 + 1", {.source_bytes = 4}).errors, "");
}

TEST(ParserTest, LimitsTheDepthOfChains) {
  EXPECT_EQ(Errors("1" + Repeat("+1", 999)), "");
  EXPECT_NE(Errors("1" + Repeat("+1", 4999)).find("the expression is more than 1000 operations deep here"),
            std::string::npos);
  EXPECT_NE(Errors("a" + Repeat(".a", 20'000)).find("the expression is more than 1000 operations deep here"),
            std::string::npos);
  EXPECT_NE(Errors("a" + Repeat("[0]", 20'000)).find("operations deep"), std::string::npos);
  EXPECT_NE(Errors("a" + Repeat(".f()", 20'000)).find("operations deep"), std::string::npos);
  EXPECT_EQ(Errors("a" + Repeat(" && a", 15'000)), "");
}

// Each is far deeper than a stack could hold if every level took a part of it.
TEST(ParserTest, LimitsNestingOfEveryKind) {
  for (const std::string_view opening :
       {"(",    "[",    "{1:",  "f(",         "a.f(",        "a[",       "a[?", "[?", "{?1:", "!(",     "-(",
        "a?1:", "a||(", "a&&(", "[1].map(x,", "[[1].all(x,", "has(a.b[", "-[",  "{[", "(a?(", "a in (", "1+("}) {
    const std::string source = Repeat(opening, 90'000 / opening.size());
    EXPECT_NE(Errors(source).find("nested more than 250 deep"), std::string::npos) << opening;
  }
  for (const std::string_view sign : {"!", "-", "- ", "!-"})
    EXPECT_NE(Errors(Repeat(sign, 40'000) + "a").find("operations deep"), std::string::npos) << sign;
}

TEST(ParserTest, TakesWhatIsJustWithinTheLimits) {
  EXPECT_EQ(Errors(Repeat("(", 249) + "1" + Repeat(")", 249)), "");
  EXPECT_NE(Errors(Repeat("(", 250) + "1" + Repeat(")", 250)), "");
  EXPECT_EQ(Errors(Repeat("a ? 1 : ", 249) + "1"), "");
  EXPECT_EQ(Errors(Repeat("-", 999) + "a"), "");
}

}  // namespace
}  // namespace penstock::expr
