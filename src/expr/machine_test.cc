#include "expr/machine.h"

#include <gtest/gtest.h>

#include <optional>

#include "expr/evaluate_text.h"

namespace penstock::expr {
namespace {

enum class Truth { kTrue, kFalse, kError, kOther };
constexpr Truth kTruths[] = {Truth::kTrue, Truth::kFalse, Truth::kError, Truth::kOther};

// An operand that is known when the expression is compiled, or only from the event.
std::string Operand(Truth truth, bool known) {
  switch (truth) {
    case Truth::kTrue: return known ? "true" : "event.t";
    case Truth::kFalse: return known ? "false" : "event.f";
    case Truth::kError: return known ? "(1 / 0 == 1)" : "event.missing";
    default: return known ? "dyn(7)" : "event.n";
  }
}

// What decides, decides wherever it stands; otherwise anything that is no bool is an error.
std::string Expected(std::span<const Truth> operands, bool is_and) {
  bool wrong = false;
  for (const Truth operand : operands) {
    if (operand == (is_and ? Truth::kFalse : Truth::kTrue)) return is_and ? "false" : "true";
    wrong = wrong || operand == Truth::kError || operand == Truth::kOther;
  }
  return wrong ? "error" : is_and ? "true" : "false";
}

void ExpectTruth(std::span<const Truth> operands, bool is_and, unsigned known) {
  std::string source;
  for (size_t i = 0; i < operands.size(); ++i)
    source += (i == 0 ? "" : is_and ? " && " : " || ") + Operand(operands[i], ((known >> i) & 1) != 0);
  const std::string text = Evaluate(source, R"({"t": true, "f": false, "n": 7})", {.check = false});
  EXPECT_EQ(text.starts_with("error: ") ? "error" : text, Expected(operands, is_and)) << source;
}

TEST(MachineTest, DecidesTwoOperandsInEitherOrder) {
  for (const Truth a : kTruths)
    for (const Truth b : kTruths)
      for (unsigned known = 0; known < 4; ++known)
        for (const bool is_and : {true, false}) ExpectTruth(std::array{a, b}, is_and, known);
}

TEST(MachineTest, DecidesThreeOperandsInAnyOrder) {
  for (const Truth a : kTruths)
    for (const Truth b : kTruths)
      for (const Truth c : kTruths)
        for (unsigned known = 0; known < 8; ++known)
          for (const bool is_and : {true, false}) ExpectTruth(std::array{a, b, c}, is_and, known);
}

TEST(MachineTest, DecidesMixedOperators) {
  for (const Truth a : kTruths) {
    for (const Truth b : kTruths) {
      const std::string source = "!(" + Operand(a, false) + " && " + Operand(b, false) + ") || event.f";
      const std::string text = Evaluate(source, R"({"t": true, "f": false, "n": 7})");
      const std::string inner = Expected(std::array{a, b}, true);
      const std::string wanted = inner == "error" ? "error" : inner == "true" ? "false" : "true";
      EXPECT_EQ(text.starts_with("error: ") ? "error" : text, wanted) << source;
    }
  }
}

TEST(MachineTest, NeedsABoolToBranch) {
  constexpr std::string_view kEvent = R"({"t": true, "f": false, "n": 7})";
  EXPECT_EQ(Evaluate("event.t ? 1 : 2", kEvent), "1");
  EXPECT_EQ(Evaluate("event.f ? 1 : 2", kEvent), "2");
  EXPECT_EQ(Evaluate("event.n ? 1 : 2", kEvent), "error: no such overload: 'bool' of (int)");
  EXPECT_EQ(Evaluate("event.missing ? 1 : 2", kEvent), "error: no such key: 'missing'");
  EXPECT_EQ(Evaluate("event.t ? event.missing : 2", kEvent), "error: no such key: 'missing'");
  EXPECT_EQ(Evaluate("(event.f ? 1 : event.t ? 2 : 3) + 10", kEvent), "12");
}

std::string ListEvent(size_t size) { return R"({"l": [)" + Repeat("1,", size - 1) + R"(1], "s": "text"})"; }

TEST(MachineTest, EndsNestedMacrosByTheirBudget) {
  std::string nested = "true";
  for (const std::string variable : {"a", "b", "c", "d", "e", "f"})
    nested = "event.l.all(" + variable + ", " + nested + ")";
  EXPECT_EQ(Evaluate(nested, ListEvent(100)), kOverBudget);
  for (const std::string macro : {"map", "filter", "exists", "exists_one", "all"}) {
    const std::string inner = macro == "map" ? "x" : macro == "all" ? "true" : "false";
    const std::string source = "event.l." + macro + "(a, event.l.map(b, event.l." + macro + "(x, " + inner +
                               ")).size() == " + (macro == "all" ? "2000)" : "0)");
    EXPECT_EQ(Evaluate(source, ListEvent(2000)), kOverBudget) << macro;
  }
}

TEST(MachineTest, EndsGrowingTextsAndLists) {
  EXPECT_EQ(Evaluate("['xxxxxxxxxxxxxxxx']" + Repeat(".map(a, a + a)", 60)), kOverBudget);
  EXPECT_EQ(Evaluate("[[1, 2]]" + Repeat(".map(a, a + a)", 60)), kOverBudget);
  EXPECT_EQ(Evaluate("[b'xxxxxxxxxxxxxxxx']" + Repeat(".map(a, a + a)", 60)), kOverBudget);
  EXPECT_EQ(Evaluate("event.l.map(a, event.l.map(b, event.s + event.s)).size()", ListEvent(2000)), kOverBudget);
}

TEST(MachineTest, CountsTheBudgetAnewForEachEvaluation) {
  Evaluated evaluated("event.l.all(x, event.l.all(y, y == 1))", ListEvent(30), {.limits = {.cost = 1000}});
  EXPECT_EQ(ToJson(evaluated.value()), "true");
  for (int i = 0; i < 10; ++i) EXPECT_EQ(ToJson(evaluated.Again()), "true");
}

TEST(MachineTest, WorksOnAfterTheBudgetWasSpent) {
  const ParsedJson event(ListEvent(2000));
  Arena arena;
  Environment environment(StandardLibrary());
  const uint32_t variable = environment.AddVariable("event");
  const Result<Program> dear = Program::Compile("event.l.map(a, event.l.map(b, a + b)).size()", environment);
  const Result<Program> cheap = Program::Compile("event.l.map(a, a + 1)[1999] + size(event.s)", environment);
  ASSERT_TRUE(dear && cheap);
  Activation activation(environment, arena);
  activation.Set(variable, event.root());
  for (int i = 0; i < 3; ++i) {
    EXPECT_TRUE(dear->Evaluate(activation).is_error());
    EXPECT_EQ(ToJson(cheap->Evaluate(activation)), "6");
    activation.NextEvent();
    arena.Reset();
  }
}

TEST(MachineTest, AbsorbsABudgetThatIsSpentLikeOtherErrors) {
  EXPECT_EQ(Evaluate("event.l.map(a, event.l.map(b, a + b)).size() > 0 || true", ListEvent(2000)), "true");
}

}  // namespace
}  // namespace penstock::expr
