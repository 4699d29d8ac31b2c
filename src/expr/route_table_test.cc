#include "expr/route_table.h"

#include <gtest/gtest.h>

#include <array>
#include <random>
#include <string>
#include <string_view>
#include <vector>

#include "event/json_parser.h"
#include "expr/functions/standard_library.h"

namespace penstock::expr {
namespace {

struct Decision {
  uint32_t match = RouteTable::kNoRule;
  std::vector<uint32_t> failed;

  bool operator==(const Decision&) const = default;
};

// A table beside the evaluation of one rule after another. An empty source is a rule without `when`.
class BothWays {
 public:
  explicit BothWays(const std::vector<std::string>& sources, bool check = true, Limits limits = {})
      : environment_(StandardLibrary(), limits) {
    environment_.AddVariable("event");
    environment_.AddVariable("risk");
    std::vector<Rule> rules;
    for (const std::string& source : sources) {
      rules.push_back({Compile(source, check), source});
      programs_.push_back(Compile(source, check));
    }
    table_.emplace(std::move(rules), environment_);
  }

  // Into both, and compares them.
  Decision Decide(std::string_view event_json, std::string_view risk_json = "\"low\"") {
    Arena arena;
    JsonParser parser;
    const std::array<Value, 2> values{(*parser.Parse(event_json, arena))->root(),
                                      (*parser.Parse(risk_json, arena))->root()};
    Activation activation(environment_, arena);
    const auto enter = [&] {
      activation.NextEvent();
      for (uint32_t i = 0; i < values.size(); ++i) activation.Set(i, values[i]);
    };
    enter();
    const Decision naive = OneAfterAnother(activation);
    enter();
    RouteTable::Scratch scratch(*table_);
    Decision decision{table_->FirstMatch(activation, scratch), scratch.failed()};
    EXPECT_EQ(decision, naive) << event_json;
    looked_at_ = table_->LookedAt(activation, scratch).size();
    return decision;
  }

  const RouteTable& table() const { return *table_; }
  // By the last event.
  size_t looked_at() const { return looked_at_; }

 private:
  std::optional<Program> Compile(const std::string& source, bool check) {
    if (source.empty()) return std::nullopt;
    Result<Program> program = Program::Compile(source, environment_, {.check = check});
    EXPECT_TRUE(program) << source << "\n" << (program ? "" : program.error().message);
    return program ? std::optional<Program>(*std::move(program)) : std::nullopt;
  }

  Decision OneAfterAnother(Activation& activation) const {
    Decision decision;
    for (uint32_t i = 0; i < programs_.size() && decision.match == RouteTable::kNoRule; ++i) {
      const Value value = programs_[i] ? programs_[i]->Evaluate(activation) : Value::Bool(true);
      if (value.is_true()) decision.match = i;
      if (!value.Is(ValueKind::kBool)) decision.failed.push_back(i);
    }
    return decision;
  }

  Environment environment_{StandardLibrary()};
  std::vector<std::optional<Program>> programs_;
  std::optional<RouteTable> table_;
  size_t looked_at_ = 0;
};

constexpr uint32_t kNone = RouteTable::kNoRule;

std::vector<std::string> Repeat(int count, std::string (*rule)(int)) {
  std::vector<std::string> rules;
  for (int i = 0; i < count; ++i) rules.push_back(rule(i));
  return rules;
}

TEST(RouteTableTest, WithoutRulesNothingMatches) { EXPECT_EQ(BothWays({}).Decide("{}").match, kNone); }

TEST(RouteTableTest, TheFirstRuleThatIsTrueDecides) {
  BothWays both({"event.a == 2", "event.a == 1 && event.b > 5", "event.a == 1", "", "event.a == 3"});
  EXPECT_EQ(both.Decide(R"({"a":1,"b":6})").match, 1u);
  EXPECT_EQ(both.Decide(R"({"a":1,"b":5})").match, 2u);
  EXPECT_EQ(both.Decide(R"({"a":2.0})").match, 0u);
  EXPECT_EQ(both.Decide(R"({"a":3})").match, 3u);
}

TEST(RouteTableTest, RulesThatFailAreNamedInOrder) {
  BothWays both(
      {"event.x == 1", "event.a < 5", "event.a", "event.a == 'q'", "event.y.startsWith('a')", "risk == 'low'"});
  EXPECT_EQ(both.Decide(R"({"a":"q"})"), (Decision{3, {0, 1, 2}}));
  EXPECT_EQ(both.Decide(R"({"a":null})"), (Decision{5, {0, 1, 2, 4}}));
}

TEST(RouteTableTest, AMissIsNotEvaluated) {
  BothWays both(Repeat(1000, [](int i) { return "event.place == 'L" + std::to_string(i) + "' && event.n > 3"; }));
  EXPECT_EQ(both.Decide(R"({"place":"L700","n":4})").match, 700u);
  EXPECT_EQ(both.looked_at(), 1u);
  EXPECT_EQ(both.Decide(R"({"place":"L1000","n":4})").match, kNone);
  EXPECT_EQ(both.looked_at(), 0u);
}

TEST(RouteTableTest, RangesAreSifted) {
  BothWays both(Repeat(500, [](int i) {
    return "event.n >= " + std::to_string(i * 10) + " && " + std::to_string(i * 10 + 10) + " > event.n";
  }));
  EXPECT_EQ(both.Decide(R"({"n":4321.5})").match, 432u);
  EXPECT_EQ(both.looked_at(), 1u);
  EXPECT_EQ(both.Decide(R"({"n":-1})").match, kNone);
  EXPECT_EQ(both.looked_at(), 0u);
  EXPECT_EQ(both.Decide(R"({"n":"1"})").failed.size(), 500u);
}

TEST(RouteTableTest, WhatIsMissingLeavesTheOtherTermsToSift) {
  BothWays both(
      Repeat(500, [](int i) { return "event.a == " + std::to_string(i) + " && event.n > " + std::to_string(i); }));
  EXPECT_EQ(both.Decide(R"({"n":3})"), (Decision{kNone, {0, 1, 2}}));
  EXPECT_EQ(both.looked_at(), 3u);
}

// Were each path looked up, an event without them would leave as many lists to merge as there are rules.
TEST(RouteTableTest, RulesOfManyPathsAreNoManyLookups) {
  BothWays both(Repeat(2000, [](int i) { return "event.a" + std::to_string(i) + " == 1 && event.n == 2"; }));
  EXPECT_EQ(both.Decide(R"({"n":2})").failed.size(), 2000u);
  EXPECT_EQ(both.Decide(R"({"n":2,"a1700":1})").match, 1700u);
  EXPECT_EQ(both.Decide(R"({"n":3})").failed.size(), 0u);
  EXPECT_LE(both.table().lookups(), 16u);
}

// 2,000 paths, each with a set of 2,000 rules, would be half a megabyte and 2,000 sets for every event to meet.
TEST(RouteTableTest, APathOfFewRulesHasNoSetOfAll) {
  BothWays both(Repeat(2000, [](int i) { return "event.a" + std::to_string(i) + " > 1"; }));
  EXPECT_EQ(both.Decide(R"({"a1700":2})").match, 1700u);
  EXPECT_LT(both.table().held_bytes(), size_t{128} << 10);
}

TEST(RouteTableTest, RangesTakeMemoryInProportion) {
  const auto held = [](int count) {
    return BothWays(Repeat(count, [](int i) { return "event.n > " + std::to_string(i); })).table().held_bytes();
  };
  const size_t once = held(20'000);
  EXPECT_LT(held(40'000), once * 5 / 2);
}

TEST(RouteTableTest, AlternativesAreLookedUpToo) {
  BothWays both(Repeat(300, [](int i) {
    const std::string n = std::to_string(i);
    return "(event.a == 'x" + n + "' || event.b in ['y" + n + "', 'z" + n + "']) && event.n < 5";
  }));
  EXPECT_EQ(both.Decide(R"({"a":"x7","b":"z5","n":1})").match, 5u);
  EXPECT_EQ(both.looked_at(), 1u);
  EXPECT_EQ(both.Decide(R"({"a":"x7","b":"y7","n":9})").match, kNone);
  EXPECT_LE(both.looked_at(), 1u);
}

TEST(RouteTableTest, AlternativesOfRangesAndPresenceAreSifted) {
  BothWays both(Repeat(300, [](int i) {
    const std::string n = std::to_string(i);
    return "has(event.c) && (event.a > " + n + ".5 || event.b.startsWith('p" + n + "-') || event.a < -" + n + ")";
  }));
  EXPECT_EQ(both.Decide(R"({"a":0,"b":"p120-","c":1})").match, 120u);
  EXPECT_EQ(both.looked_at(), 1u);
  EXPECT_EQ(both.Decide(R"({"a":1000,"b":"p120-"})").match, kNone);
  EXPECT_EQ(both.looked_at(), 0u);
}

// What runs over its budget fails, even if something behind it is false.
TEST(RouteTableTest, ABudgetThatIsUsedUpCountsAsItDoesOneByOne) {
  const std::string costly = "event.l.all(x, event.l.all(y, event.l.all(z, true)))";
  const std::string prefix(64, 'p');
  std::vector<std::string> rules;
  for (int i = 0; i < 8; ++i) {
    rules.push_back(costly + " && event.a == " + std::to_string(i));
    rules.push_back(costly + " && event.a in [1, " + std::to_string(i) + "]");
    rules.push_back(costly + " && event.s == '" + prefix + std::to_string(i) + "'");
    rules.push_back(costly + " && event.s.startsWith('" + prefix + std::to_string(i) + "')");
  }
  BothWays both(rules, true, {.cost = 100});
  const Decision decision = both.Decide(R"({"l":[1,2,3,4,5,6,7,8],"a":100,"s":")" + prefix + R"(x"})");
  EXPECT_EQ(decision.match, kNone);
  EXPECT_EQ(decision.failed.size(), 16u);  // those with `in` and startsWith: equality with what is short is free
}

TEST(RouteTableTest, ATableCanBeMoved) {
  Environment environment(StandardLibrary());
  environment.AddVariable("event");
  std::vector<Rule> rules;
  rules.push_back({*Program::Compile("event == 'abc'", environment), "event == 'abc'"});
  RouteTable first(std::move(rules), environment);
  const RouteTable table = std::move(first);
  Arena arena;
  Activation activation(environment, arena);
  activation.Set(0, Value::String("abc"));
  RouteTable::Scratch scratch(table);
  EXPECT_EQ(table.FirstMatch(activation, scratch), 0u);
  EXPECT_EQ(table.size(), 1u);
  EXPECT_GT(table.held_bytes(), 0u);
}

// Rules of all shapes over few paths and literals, so that they meet.
class RandomRules {
 public:
  explicit RandomRules(uint64_t seed) : random_(seed) {}

  uint64_t Below(uint64_t bound) { return random_() % bound; }

  std::string Rule() {
    if (Below(60) == 0) return "";
    std::string rule = Condition(2);
    for (uint64_t left = Below(3); left > 0; --left) rule += " && " + Condition(1);
    return rule;
  }

  std::string Event() {
    std::string json = "{";
    for (const char* const field : {"a", "b", "c", "s", "t"})
      if (Below(4) != 0) json += std::string(json.size() > 1 ? "," : "") + "\"" + field + "\":" + JsonValue();
    if (Below(3) != 0) json += std::string(json.size() > 1 ? "," : "") + R"("m":)" + Nested();
    return json + "}";
  }

  std::string JsonValue() {
    return std::string(Pick<26>({"0",
                                 "1",
                                 "2",
                                 "3",
                                 "-1",
                                 "1.0",
                                 "2.5",
                                 "0.5",
                                 "-0.0",
                                 "9223372036854775807",
                                 "9223372036854775808",
                                 "9007199254740993",
                                 "9007199254740992.0",
                                 "1e300",
                                 "true",
                                 "false",
                                 "null",
                                 "\"\"",
                                 "\"x\"",
                                 "\"xy\"",
                                 "\"xyz\"",
                                 "\"y\"",
                                 "[]",
                                 "[1, 2]",
                                 "{\"x\": 1}",
                                 "\"€x\""}));
  }

 private:
  template <size_t Count>
  std::string_view Pick(const std::array<std::string_view, Count>& choices) {
    return choices[Below(Count)];
  }

  std::string Nested() {
    return Below(4) == 0 ? JsonValue() : R"({"a":)" + JsonValue() + R"(,"s":)" + JsonValue() + "}";
  }

  std::string Path() {
    return std::string(Pick<10>({"event.a", "event.a", "event.b", "event['c']", "event.s", "event.t", "event.m.a",
                                 "event.m.s", "event.m", "risk"}));
  }
  std::string Number() {
    return std::string(
        Pick<18>({"0", "1", "2", "3", "-1", "1u", "2u", "2.5", "0.5", "-0.0", "0.0", "1.0", "9223372036854775807",
                  "-9223372036854775808", "9223372036854775808u", "9007199254740993", "9007199254740992.0", "1e300"}));
  }
  std::string Text() { return std::string(Pick<6>({"''", "'x'", "'xy'", "'xyz'", "'y'", "'€'"})); }
  std::string Literal() {
    if (Below(10) == 0) return std::string(Pick<5>({"true", "false", "null", "[1, 2]", "b'x'"}));
    return Below(2) == 0 ? Number() : Text();
  }
  std::string List() {
    std::string list = "[";
    for (uint64_t left = Below(6); left > 0; --left) list += Literal() + (left > 1 ? ", " : "");
    return list + "]";
  }
  std::string Order() { return std::string(Pick<4>({" < ", " <= ", " > ", " >= "})); }

  std::string Condition(int depth) {
    switch (Below(depth > 0 ? 18 : 12)) {
      case 0:
      case 1:
      case 2: return Path() + " == " + Literal();
      case 3: return Literal() + " == " + Path();
      case 4: return Path() + Order() + Number();
      case 5: return Number() + Order() + Path();
      case 6: return Path() + " in " + List();
      case 7: return Path() + ".startsWith(" + Text() + ")";
      case 8: return std::string(Pick<4>({"has(event.a)", "!has(event.a)", "has(event.m.s)", "!has(event.m)"}));
      case 9: return Other();
      case 10: return Path() + Order() + Literal();
      case 11: return Path() + Order() + Number() + " && " + Path() + Order() + Number();
      case 12:
      case 13:
      case 14: return "(" + Condition(depth - 1) + " || " + Condition(depth - 1) + Or(depth) + ")";
      case 15: return "(" + Condition(depth - 1) + " && " + Condition(depth - 1) + ")";
      case 16: return "!(" + Condition(depth - 1) + ")";
      default: return "(" + Condition(depth - 1) + " ? " + Condition(depth - 1) + " : " + Condition(depth - 1) + ")";
    }
  }
  std::string Or(int depth) { return Below(3) == 0 ? " || " + Condition(depth - 1) : ""; }

  // What no index knows, some of it failing, and some giving no bool.
  std::string Other() {
    switch (Below(10)) {
      case 0: return Path();
      case 1: return "size(" + Path() + ") > 1";
      case 2: return Path() + ".exists(x, x == " + Literal() + ")";
      case 3: return "[1, 2, 3].all(x, x < " + Path() + ")";
      case 4: return Path() + " == " + Path();
      case 5: return "1 / " + Path() + " == 1";
      case 6: return Path() + " != " + Literal();
      case 7: return Path() + ".matches('^x')";
      case 8: return "double(" + Path() + ") / 0.0 > 1.0";
      default: return Path() + " in " + Path();
    }
  }

  std::mt19937_64 random_;
};

void TryTable(uint64_t seed) {
  SCOPED_TRACE("seed " + std::to_string(seed));
  RandomRules random(seed);
  std::vector<std::string> rules;
  const uint64_t count = random.Below(4) == 0 ? 100 + random.Below(60) : random.Below(25);
  for (uint64_t i = 0; i < count; ++i) rules.push_back(random.Rule());
  BothWays both(rules, false);
  for (int event = 0; event < 20; ++event) {
    both.Decide(random.Event(), random.JsonValue());
    if (testing::Test::HasFailure()) {
      for (size_t i = 0; i < rules.size(); ++i) std::cerr << i << ": " << rules[i] << "\n";
      return;
    }
  }
}

TEST(RouteTableTest, DecidesAsOneRuleAfterAnotherDoes) {
  const uint64_t first = std::random_device()();
  for (uint64_t seed = first; seed < first + 2000 && !HasFailure(); ++seed) TryTable(seed);
}

}  // namespace
}  // namespace penstock::expr
