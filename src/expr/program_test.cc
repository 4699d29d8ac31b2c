#include "expr/program.h"

#include <gtest/gtest.h>

#include <atomic>
#include <thread>

#include "expr/evaluate_text.h"
#include "expr/random_expression.h"

namespace penstock::expr {
namespace {

TEST(ProgramTest, IsSharedByThreads) {
  Environment environment(StandardLibrary());
  const uint32_t variable = environment.AddVariable("event");
  const Program program =
      Program::Compile(
          "event.items.filter(i, i.price > 10.0 && i.sku.matches('^s')).map(i, i.sku + event.suffix) + "
          "[string(timestamp(event.t).getHours('Europe/Berlin'))]",
          environment)
          .value();
  std::atomic<int> right = 0;
  const auto work = [&](int number) {
    const std::string suffix = std::to_string(number);
    const ParsedJson event(
        R"({"t": 0, "items": [{"sku": "s1", "price": 20.5}, {"price": 5.0, "sku": "s2"}], "suffix": ")" + suffix +
        R"("})");
    Arena arena;
    Activation activation(environment, arena);
    for (int i = 0; i < 300; ++i) {
      activation.NextEvent();
      activation.Set(variable, event.root());
      if (ToJson(program.Evaluate(activation)) == "[\"s1" + suffix + "\",\"1\"]") ++right;
      arena.Reset();
    }
  };
  std::vector<std::thread> threads;
  for (int number = 0; number < 4; ++number) threads.emplace_back(work, number);
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(right, 4 * 300);
}

TEST(ProgramTest, TakesTurnsWithOthersInOneActivation) {
  Environment environment(StandardLibrary());
  const uint32_t variable = environment.AddVariable("event");
  std::vector<Program> programs;
  std::vector<std::string> alone;
  for (uint64_t seed = 1; seed <= 60; ++seed) {
    RandomExpression random(seed);
    const std::string source = seed % 2 == 0 ? random.List(4).over_variables : random.Bool(4).over_variables;
    programs.push_back(Program::Compile(source, environment).value());
    alone.push_back(Evaluate(source, RandomExpression::kEvent));
  }
  const ParsedJson event(RandomExpression::kEvent);
  Arena arena;
  Activation activation(environment, arena);
  for (int round = 0; round < 3; ++round) {
    activation.NextEvent();
    activation.Set(variable, event.root());
    for (size_t i = 0; i < programs.size(); ++i) {
      const Value value = programs[i].Evaluate(activation);
      EXPECT_EQ(value.is_error() ? "error: " + std::string(value.text()) : ToJson(value), alone[i]) << "seed " << i + 1;
    }
  }
}

TEST(ProgramTest, BorrowsFromTheEventOnlyAndForAsLongAsThatLives) {
  const auto event = std::make_unique<ParsedJson>(R"({"text": "from the event", "list": [1, {"a": "b"}]})");
  Value text;
  Value list;
  Value error;
  Environment environment(StandardLibrary());
  const uint32_t variable = environment.AddVariable("event");
  {
    Arena arena;
    const Program whole = Program::Compile("event.text", environment).value();
    const Program part = Program::Compile("event.list[1]", environment).value();
    const Program missing = Program::Compile("event.missing", environment).value();
    Activation activation(environment, arena);
    activation.Set(variable, event->root());
    text = whole.Evaluate(activation);
    list = part.Evaluate(activation);
    error = missing.Evaluate(activation);
  }
  EXPECT_EQ(text.text(), "from the event");
  EXPECT_EQ(text.text().data(), event->At("text").text().data());
  EXPECT_EQ(ToJson(list), R"({"a": "b"})");
  EXPECT_EQ(error.text(), "no such key: 'missing'");
}

TEST(ProgramTest, OutlivesTheTextItWasCompiledFrom) {
  Environment environment(StandardLibrary());
  const uint32_t variable = environment.AddVariable("event");
  auto source = std::make_unique<std::string>("event.a + 'literal' + {'key': 'v'}.key + ['x'].map(y, y + '!')[0]");
  const Program program = Program::Compile(*source, environment).value();
  source->assign(source->size(), '#');
  source.reset();
  const ParsedJson event(R"({"a": "event "})");
  Arena arena;
  Activation activation(environment, arena);
  activation.Set(variable, event.root());
  EXPECT_EQ(program.Evaluate(activation).text(), "event literalvx!");
}

TEST(ProgramTest, KnowsItsType) {
  EXPECT_EQ(TypeText(Evaluated("1 + 1").type()), "int");
  EXPECT_EQ(TypeText(Evaluated("1 + 1", "{}", {.check = false}).type()), "dyn");
}

TEST(ProgramTest, RefusesWhatDoesNotParseWithoutTheCheckerToo) {
  EXPECT_EQ(Evaluated("1 +", "{}", {.check = false}).compile_error(),
            "1:4: expected an expression, but the expression ends\n  1 +\n     ^");
}

// Deep, long and broken texts get an answer or an error, whatever stack a sanitizer leaves.
// ThreadSanitizer keeps the stack of each allocation, and so the memory of all depths of all these trees.
#if !defined(__SANITIZE_THREAD__)
TEST(ProgramTest, SurvivesHostileTexts) {
  for (const std::string_view opening : {"(", "[", "{1:", "size(", "event.a[", "!(", "true?1:", "[1].map(x,", "-", "!",
                                         "[?", "event.?a[?", "1+(", "has(event.a["}) {
    for (const size_t count : {size_t{240}, 95'000 / opening.size()}) {
      const std::string open = Repeat(opening, count) + "1";
      EXPECT_FALSE(Evaluate(open).empty()) << opening;
      for (const std::string_view closing : {")", "]", "}"})
        EXPECT_FALSE(Evaluate(open + Repeat(closing, std::min<size_t>(count, 4000))).empty()) << opening << closing;
    }
  }
  for (const std::string_view link : {".a", "[0]", ".a()", ".map(x, x)", ".map(x, [x])", " + 1", " ? 1 : 1",
                                      " in event", ".?a", "[?0]", ".all(x, x)", " == 1"}) {
    for (const size_t count : {size_t{900}, 95'000 / link.size()})
      EXPECT_FALSE(Evaluate("event" + Repeat(link, count)).empty()) << link;
  }
}
#endif

}  // namespace
}  // namespace penstock::expr
