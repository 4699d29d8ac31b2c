#include "expr/activation.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <deque>
#include <random>

#include "expr/evaluate_text.h"

namespace penstock::expr {
namespace {

// The expressions of one plan over one event after another.
class Plan {
 public:
  explicit Plan(const std::vector<std::string>& sources) : environment_(StandardLibrary()) {
    environment_.AddVariable("event");
    for (const std::string& source : sources) programs_.push_back(Program::Compile(source, environment_).value());
    activation_ = std::make_unique<Activation>(environment_, arena_);
  }

  void Next(const std::string& event) {
    events_.emplace_back(event);
    activation_->NextEvent();
    activation_->Set(0, events_.back().root());
  }
  std::string Text(size_t program) {
    const Value value = programs_[program].Evaluate(*activation_);
    return value.is_error() ? "error: " + std::string(value.text()) : ToJson(value);
  }
  std::string Over(const std::string& event) {
    Next(event);
    return Text(0);
  }
  Activation& activation() { return *activation_; }
  Environment& environment() { return environment_; }

 private:
  Environment environment_;
  Arena arena_;
  std::vector<Program> programs_;
  std::unique_ptr<Activation> activation_;
  std::deque<ParsedJson> events_;
};

TEST(ActivationTest, SharesSlotsAmongExpressions) {
  Plan plan({"event.user.id", "event.user.id + 1", "has(event.user.id)", "event['user']['id']"});
  EXPECT_EQ(plan.environment().slots().size(), 2U);
  plan.Next(R"({"user": {"id": 7}})");
  EXPECT_EQ(plan.Text(0), "7");
  EXPECT_EQ(plan.Text(1), "8");
  EXPECT_EQ(plan.Text(2), "true");
  EXPECT_EQ(plan.Text(3), "7");
}

TEST(ActivationTest, ForgetsTheLastEvent) {
  Plan plan({"event.a", "has(event.a)", "event.a.b"});
  plan.Next(R"({"a": {"b": 1}})");
  EXPECT_EQ(plan.Text(2), "1");
  plan.Next(R"({"b": 1})");
  EXPECT_EQ(plan.Text(0), "error: no such key: 'a'");
  EXPECT_EQ(plan.Text(1), "false");
  EXPECT_EQ(plan.Text(2), "error: no such key: 'a'");
  plan.Next(R"({"a": 2})");
  EXPECT_EQ(plan.Text(0), "2");
  EXPECT_EQ(plan.Text(2), "error: cannot take the field 'b' of what is no map");
}

TEST(ActivationTest, LooksOncePerEvent) {
  Plan plan({"event.a"});
  const ParsedJson other(R"({"a": 2})");
  plan.Next(R"({"a": 1})");
  EXPECT_EQ(plan.Text(0), "1");
  plan.activation().Set(0, other.root());
  EXPECT_EQ(plan.Text(0), "1") << "a variable is set before the first look at it";
  plan.activation().NextEvent();
  EXPECT_EQ(plan.Text(0), "2");
}

// The events are counted in 32 bits. Where every addition is watched, four thousand million of them take minutes.
#if !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)
TEST(ActivationTest, ForgetsAlsoWhenTheCountOfEventsComesRound) {
  Plan plan({"event.a"});
  ASSERT_EQ(plan.Over(R"({"a": 1})"), "1");
  for (uint64_t i = 1; i < uint64_t{1} << 32; ++i) plan.activation().NextEvent();
  EXPECT_EQ(plan.Over(R"({"a": 2})"), "2");
  for (int event = 3; event < 6; ++event)
    EXPECT_EQ(plan.Over("{\"a\": " + std::to_string(event) + "}"), std::to_string(event));
}
#endif

TEST(ActivationTest, SaysThatAVariableWasNeverSet) {
  Environment environment(StandardLibrary());
  environment.AddVariable("event");
  Arena arena;
  const Program program = Program::Compile("event.a", environment).value();
  Activation activation(environment, arena);
  EXPECT_EQ(program.Evaluate(activation).text(), "the variable has no value");
}

constexpr std::string_view kEvent =
    R"({"int": 1020, "double": 1020.0, "big": 18446744073709551615, "huge": 1e300, "null": null, "bool": false,)"
    R"( "text": "a\u00e9", "a.b": {"c-d": 1}, "a": {"b": 2}, "twice": 1, "tw\u0069ce": 2, "list": [{"x": 1}, {"x": 2}],)"
    R"( "user": {"name": "Ada", "name": "Bea", "empty": {}}, "if": 3, "in": 4})";

constexpr Case kFields[] = {
    {"type(event.int) == int", "true"},
    {"type(event.double) == double", "true"},
    {"type(event.big) == uint", "true"},
    {"event.int == event.double", "true"},
    {"event.int + 1", "1021"},
    {"event.double + 1", "error: no such overload: '+' of (double, int)"},
    {"event.double * 2.0", "2040.0"},
    {"event['null'] == null", "true"},
    {"event.text", "\"aé\""},
    {"event.text == 'aé'", "true"},
    {"event.`a.b`.`c-d`", "1"},
    {"event['a.b']['c-d']", "1"},
    {"event.a.b", "2"},
    {"event.twice", "2"},
    {"event.user.name", R"("Bea")"},
    {"size(event.user)", "2"},
    {"event.if", "3"},
    {"event['in']", "4"},
    {"event.list[1].x", "2"},
    {"event.list.map(m, m.x)", "[1,2]"},
    {"event.list.exists(m, m.x == 2)", "true"},
    {"event.list.filter(m, m.x > 1)", R"([{"x": 2}])"},
    {"event.user.map(k, k)", R"(["name","empty"])"},
    {"event.user.exists(k, k == 'name')", "true"},
    {"'name' in event.user && !('x' in event.user)", "true"},
    {"1 in event.user", "false"},
    {"event[1]", "error: no such key"},
};

TEST(ActivationTest, ReadsFieldsOfEvents) {
  for (const Case& item : kFields) EXPECT_EQ(Evaluate(item.source, kEvent), item.value) << item.source;
}

constexpr Case kPresence[] = {
    {"has(event.int)", "true"},
    {"has(event.missing)", "false"},
    {"has(event.user.name)", "true"},
    {"has(event.user.missing)", "false"},
    {"has(event.user.empty.missing)", "false"},
    {"has(event.missing.name)", "error: no such key: 'missing'"},
    {"has(event.user.missing.name)", "error: no such key: 'missing'"},
    {"has(event.int.name)", "error: cannot take the field 'name' of int"},
    {"has(event.bool) && has(event.twice)", "true"},
    {"has(event.missing) && event.missing.x == 1", "false"},
    {"has(event.missing.name) || true", "true"},
    {"has(event.`a.b`.`c-d`)", "true"},
    {"event.list.map(m, has(m.x) && !has(m.y))", "[true,true]"},
    {"has(event['user'].name)", "true"},
    {"event.missing", "error: no such key: 'missing'"},
    {"event.user.missing.deeper", "error: no such key: 'missing'"},
    {"event.int.deeper", "error: cannot take the field 'deeper' of what is no map"},
    {"event['null'].deeper", "error: cannot take the field 'deeper' of what is no map"},
};

TEST(ActivationTest, TellsWhetherAFieldIsThere) {
  for (const Case& item : kPresence) EXPECT_EQ(Evaluate(item.source, kEvent), item.value) << item.source;
}

TEST(ActivationTest, TellsANullFromAMissingField) {
  constexpr std::string_view kNulls = R"({"n": null, "m": {"n": null}})";
  EXPECT_EQ(Evaluate("has(event.n)", kNulls), "true");
  EXPECT_EQ(Evaluate("has(event.m.n)", kNulls), "true");
  EXPECT_EQ(Evaluate("event.n == null && event.m.n == null", kNulls), "true");
  EXPECT_EQ(Evaluate("has(event.n.x)", kNulls), "error: cannot take the field 'x' of null_type");
}

TEST(ActivationTest, FindsFieldsWhereverTheyStand) {
  const std::vector<std::string> names = {"a", "b", "ab", "ba", "abc", "id"};
  Plan plan({"[event.a, event.b, event.ab, event.ba, event.abc, event.id]"});
  std::mt19937_64 random(20'261);
  for (int round = 0; round < 500; ++round) {
    std::vector<size_t> order = {0, 1, 2, 3, 4, 5};
    std::shuffle(order.begin(), order.end(), random);
    std::string event = "{";
    for (const size_t i : order) {
      // What is nested has the same names, and takes a place that another field had before.
      if (random() % 2 == 0) event += "\"other" + std::to_string(i) + R"(": {"a": -1, "id": -2, "l": [{"b": -3}]},)";
      event += "\"" + names[i] + "\":" + std::to_string(i) + (i == order.back() ? "}" : ",");
    }
    ASSERT_EQ(plan.Over(event), "[0,1,2,3,4,5]") << "seed 20261, round " << round << ": " << event;
  }
}

TEST(ActivationTest, TellsFieldsOfOneNameAtDifferentDepths) {
  Plan plan({"[event.id, event.a.id, event.a.a.id]"});
  EXPECT_EQ(plan.Over(R"({"id": 1, "a": {"id": 2, "a": {"id": 3}}})"), "[1,2,3]");
  EXPECT_EQ(plan.Over(R"({"a": {"a": {"id": 3}, "id": 2}, "id": 1})"), "[1,2,3]");
  EXPECT_EQ(plan.Over(R"({"a": {"a": {"id": 3}}, "id": 1})"), "error: no such key: 'id'");
  EXPECT_EQ(plan.Over(R"({"a": {"id": 2, "a": {"id": 3}}})"), "error: no such key: 'id'");
  EXPECT_EQ(plan.Over(R"({"a": {"id": 2, "a": {"x": 0, "id": 3}}, "x": {"id": 9}, "id": 1})"), "[1,2,3]");
}

TEST(ActivationTest, TellsFieldsOfElementsOfDifferentShapes) {
  Plan plan({"event.l.map(m, has(m.x) ? m.x : -1)"});
  EXPECT_EQ(plan.Over(R"({"l": [{"x": 1}, {"a": 0, "x": 2}, {"a": 0}, {"a": {"x": 9}, "x": 3}, {}, {"x": 4}]})"),
            "[1,2,-1,3,-1,4]");
  EXPECT_EQ(plan.Over(R"({"l": [{"a": {"x": 9}}, {"x": 8, "x": 5}, {"\u0078": 6}]})"), "[-1,5,6]");
}

TEST(ActivationTest, ReadsMapsOfManyMembers) {
  std::string members;
  for (int i = 0; i < 1000; ++i)
    members += (i == 0 ? "" : ",") + ("\"k" + std::to_string(i)) + "\":" + std::to_string(i);
  const std::string event = R"({"m": {)" + members + "}}";
  EXPECT_EQ(Evaluate("event.m.k999 + event.m['k1']", event), "1000");
  EXPECT_EQ(Evaluate("size(event.m)", event), "1000");
  EXPECT_EQ(Evaluate("event.m.filter(k, event.m[k] >= 998)", event), R"(["k998","k999"])");
  EXPECT_EQ(Evaluate("event.m.all(k, k.startsWith('k'))", event), "true");
  EXPECT_EQ(Evaluate("event.m == event.m", event), "true");
}

TEST(ActivationTest, ReadsVariablesThatAreNoJson) {
  Environment environment(StandardLibrary());
  const uint32_t some = environment.AddVariable("some");
  const uint32_t map = environment.AddVariable("map");
  Arena arena;
  const Program program = Program::Compile("[map.a.b, some.a.b.orValue(0), some.x.orValue(5)]", environment).value();
  Activation activation(environment, arena);
  MapBuilder inner(arena, 1);
  inner.Add(Value::String("b"), Value::Int(1));
  MapBuilder outer(arena, 1);
  outer.Add(Value::String("a"), inner.Finish());
  const Value value = outer.Finish();
  activation.Set(map, value);
  activation.Set(some, Value::Optional(arena.New(value)));
  EXPECT_EQ(ToJson(program.Evaluate(activation)), "[1,1,5]");
}

}  // namespace
}  // namespace penstock::expr
