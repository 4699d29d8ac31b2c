// Expressions over an event that is parsed already: each iteration is a new event to the activation, so that every path
// is looked up anew, as in a pipeline. Names say which target of docs/benchmarks.md each is.
#include <benchmark/benchmark.h>

#include <array>
#include <cstdio>
#include <cstdlib>
#include <string>

#include "event/json_parser.h"
#include "expr/functions/standard_library.h"
#include "expr/program.h"

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

}  // namespace
}  // namespace penstock::expr
