// Expressions over an event that is parsed already: each iteration is a new event to the activation, so that every path
// is looked up anew, as in a pipeline. Names say which target of docs/benchmarks.md each is.
#include <benchmark/benchmark.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <random>
#include <string>
#include <utility>
#include <vector>

#include "event/json_parser.h"
#include "expr/functions/standard_library.h"
#include "expr/program.h"
#include "expr/route_table.h"

namespace penstock::expr {
namespace {

std::string ItemsJson() {
  std::string items;
  for (int i = 0; i < 10; ++i) {
    char item[96];
    std::snprintf(item, sizeof item, R"(%s{"sku":"sku-%d","price":%.2f,"qty":%d})", i == 0 ? "" : ",", i,
                  5.5 + i * 7.25, 1 + i % 4);
    items += item;
  }
  return items;
}

// An order such as the expressions below are written for; `variant` makes each a little different.
std::string EventJson(int variant) {
  return R"({"tx_id":"t)" + std::to_string(100000 + variant) + R"(","user_id":"u)" +
         std::to_string(variant * 37 % 1000) +
         R"(","time":"2026-01-01T00:00:00Z","device":"iOS","location":"Singapore","currency":"SGD","amount":)" +
         std::to_string(1001 + variant) + R"(.50,"merchant":"merchant-17","channel":"pos",)" +
         R"("risk":{"score":0.25,"level":"low"},"user":{"name":"Ada","segment":"gold-plus","age":36},"items":[)" +
         ItemsJson() + "]}";
}

// Evaluates one expression over eight events in turn.
void RunExpression(benchmark::State& state, const char* source) {
  Environment environment(StandardLibrary());
  const uint32_t event = environment.AddVariable("event");
  const Result<Program> program = Program::Compile(source, environment);
  if (!program) {
    state.SkipWithError(program.error().message.c_str());
    return;
  }
  constexpr int kEvents = 8;
  Arena documents;
  JsonParser parser;
  std::array<std::string, kEvents> texts;
  std::array<Value, kEvents> events;
  for (int i = 0; i < kEvents; ++i) {
    texts[static_cast<size_t>(i)] = EventJson(i);
    events[static_cast<size_t>(i)] = (*parser.Parse(texts[static_cast<size_t>(i)], documents))->root();
  }
  Arena arena;
  Activation activation(environment, arena);
  size_t next = 0;
  for (auto _ : state) {
    activation.NextEvent();
    activation.Set(event, events[next++ % kEvents]);
    benchmark::DoNotOptimize(program->Evaluate(activation));
    if (next % kEvents == 0) arena.Reset();
  }
  activation.Set(event, events[0]);
  if (program->Evaluate(activation).is_error()) state.SkipWithError("the expression fails");
}

void BM_LocationAndAmount(benchmark::State& state) {
  RunExpression(state, R"(event.location == "Singapore" && event.amount > 1000.0)");
}
BENCHMARK(BM_LocationAndAmount);

void BM_DeviceRiskSegment(benchmark::State& state) {
  RunExpression(
      state,
      R"(event.device == "iOS" && !(event.risk.level in ["high","critical"]) && event.user.segment.startsWith("gold"))");
}
BENCHMARK(BM_DeviceRiskSegment);

void BM_FilterMapExists(benchmark::State& state) {
  RunExpression(
      state,
      R"(event.items.filter(i, i.price > 10.0 && i.qty > 1).map(i, i.price * double(i.qty)).exists(t, t > 500.0) ? "big" : "small")");
}
BENCHMARK(BM_FilterMapExists);

void BM_MissingField(benchmark::State& state) { RunExpression(state, "has(event.dispute)"); }
BENCHMARK(BM_MissingField);

void BM_Regex(benchmark::State& state) { RunExpression(state, R"(event.merchant.matches("^merchant-[0-9]+$"))"); }
BENCHMARK(BM_Regex);

void BM_Compile(benchmark::State& state) {
  for (auto _ : state) {
    Environment environment(StandardLibrary());
    environment.AddVariable("event");
    benchmark::DoNotOptimize(
        Program::Compile(R"(event.location == "Singapore" && event.amount > 1000.0)", environment));
  }
}
BENCHMARK(BM_Compile);

// Tables of rules over events that are drawn at random over the whole table.
struct Routes {
  Environment environment{StandardLibrary()};
  std::vector<std::string> sources;
  std::vector<std::string> texts;
  Arena documents;
  std::vector<Value> events;
  double build_ms = 0;

  RouteTable Build() {
    environment.AddVariable("event");
    const auto start = std::chrono::steady_clock::now();
    std::vector<Rule> rules;
    for (const std::string& source : sources) rules.push_back({*Program::Compile(source, environment), source});
    const auto compiled = std::chrono::steady_clock::now();
    RouteTable table(std::move(rules), environment);
    build_ms = std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - compiled).count();
    compile_ms = std::chrono::duration<double, std::milli>(compiled - start).count();
    return table;
  }
  void Parse() {
    JsonParser parser;
    for (const std::string& text : texts) events.push_back((*parser.Parse(text, documents))->root());
  }

  double compile_ms = 0;
};

constexpr int kRouteEvents = 4096;

void FillPlaces(Routes& routes, int count) {
  for (int i = 0; i < count; ++i)
    routes.sources.push_back("event.location == \"L" + std::to_string(i) + "\" && event.amount > " + std::to_string(i) +
                             ".0");
  std::mt19937_64 random(1);
  for (int i = 0; i < kRouteEvents; ++i) {
    const int place = static_cast<int>(random() % static_cast<uint64_t>(count));
    routes.texts.push_back(R"({"tx_id":"t)" + std::to_string(i) + R"(","location":"L)" + std::to_string(place) +
                           R"(","currency":"SGD","amount":)" + std::to_string(random() % static_cast<uint64_t>(count)) +
                           R"(.5})");
  }
  routes.Parse();
}

std::string MixedRule(int i) {
  const std::string n = std::to_string(i);
  switch (i % 8) {
    case 0: return "event.amount >= " + n + ".0 && event.amount < " + n + ".5";
    case 1: return "event.location in [\"L" + n + "\", \"M" + n + "\"] && event.amount > 10";
    case 2: return "event.merchant == \"m" + n + "\" || event.device.id == \"d" + n + "\"";
    case 3: return "has(event.dispute) && event.user.age == " + n;
    case 4: return "event.merchant.startsWith(\"shop-" + n + "-\") && event.amount < 500.0";
    case 5: return "event.tx_id.endsWith(\"" + n + "\") && event.channel == \"c" + n + "\"";
    case 6:
      return "event.user.age > " + n + " && event.user.age <= " + std::to_string(i + 1) + " && event.amount > 100";
    default: return "event.items.exists(item, item == " + n + ") && event.location == \"L" + n + "\"";
  }
}

void FillMixed(Routes& routes, int count) {
  for (int i = 0; i < count; ++i) routes.sources.push_back(MixedRule(i));
  std::mt19937_64 random(2);
  const auto draw = [&] { return std::to_string(random() % static_cast<uint64_t>(count)); };
  for (int i = 0; i < kRouteEvents; ++i)
    routes.texts.push_back(R"({"tx_id":"t)" + draw() + R"(","location":"L)" + draw() + R"(","merchant":")" +
                           (i % 2 == 0 ? "m" : "shop-") + draw() + R"(-x","channel":"c)" + draw() + R"(","amount":)" +
                           draw() + R"(.25,"device":{"id":"d)" + draw() + R"("},"user":{"age":)" + draw() +
                           R"(},"items":[)" + draw() + "," + draw() + "]}");
  routes.Parse();
}

// `naive`: one rule after another.
void RunRoutes(benchmark::State& state, void (*fill)(Routes&, int), bool naive) {
  Routes routes;
  fill(routes, static_cast<int>(state.range(0)));
  const RouteTable table = routes.Build();
  std::vector<Program> programs;
  if (naive)
    for (const std::string& source : routes.sources) programs.push_back(*Program::Compile(source, routes.environment));
  Arena arena;
  Activation activation(routes.environment, arena);
  RouteTable::Scratch scratch(table);
  size_t next = 0;
  size_t matches = 0;
  for (auto _ : state) {
    activation.NextEvent();
    activation.Set(0, routes.events[next++ % kRouteEvents]);
    if (naive)
      matches += std::any_of(programs.begin(), programs.end(),
                             [&](const Program& program) { return program.Evaluate(activation).is_true(); })
                     ? 1
                     : 0;
    else
      matches += table.FirstMatch(activation, scratch) != RouteTable::kNoRule ? 1 : 0;
    if (next % 64 == 0) arena.Reset();
  }
  state.counters["matched"] = static_cast<double>(matches) / static_cast<double>(state.iterations());
  state.counters["compile_ms"] = routes.compile_ms;
  state.counters["build_ms"] = routes.build_ms;
  state.counters["index_KiB"] = static_cast<double>(table.held_bytes()) / 1024;
}

void BM_RoutePlaces(benchmark::State& state) { RunRoutes(state, FillPlaces, false); }
BENCHMARK(BM_RoutePlaces)->Arg(1'000)->Arg(10'000);
void BM_RoutePlacesNaive(benchmark::State& state) { RunRoutes(state, FillPlaces, true); }
BENCHMARK(BM_RoutePlacesNaive)->Arg(1'000)->Arg(10'000);
void BM_RouteMixed(benchmark::State& state) { RunRoutes(state, FillMixed, false); }
BENCHMARK(BM_RouteMixed)->Arg(1'000)->Arg(10'000);
void BM_RouteMixedNaive(benchmark::State& state) { RunRoutes(state, FillMixed, true); }
BENCHMARK(BM_RouteMixedNaive)->Arg(1'000)->Arg(10'000);

}  // namespace
}  // namespace penstock::expr
