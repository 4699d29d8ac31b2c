// The path of an event's bytes: JSON text -> nodes -> numbers, and back to text. bytes_per_second is of JSON text.
#include <benchmark/benchmark.h>
#include <simdjson.h>

#include <array>
#include <cstdio>
#include <random>
#include <string>
#include <vector>

#include "event/collection.h"
#include "event/json_parser.h"
#include "event/json_writer.h"

namespace penstock {
namespace {

constexpr size_t kEvents = 1000;
constexpr size_t kFeatures = 30;

// Card payments of about 420 bytes with 30 features each, from a fixed seed.
std::vector<std::string> MakeEvents() {
  std::mt19937_64 random(42);
  std::normal_distribution<double> feature(0.0, 1.0);
  std::vector<std::string> events;
  for (size_t i = 0; i < kEvents; ++i) {
    char text[256];
    std::snprintf(
        text, sizeof text,
        R"({"tx":"t%08zu","user_id":"u%zu","device":"iOS","location":"Singapore","amount":%.2f,"currency":"SGD",)"
        R"("merchant":"merchant-%zu","channel":"pos","card_type":"credit","event_time":%zu,"features":[)",
        i, i * 7919 % 99991, 5.01 + static_cast<double>(i * 37 % 1000) * 1.37, i * 31 % 5000, 1767225600000 + i);
    std::string event(text);
    for (size_t f = 0; f < kFeatures; ++f) {
      std::snprintf(text, sizeof text, "%s%.4f", f == 0 ? "" : ",", feature(random));
      event += text;
    }
    events.push_back(event + "]}");
  }
  return events;
}

size_t TotalBytes(const std::vector<std::string>& events) {
  size_t bytes = 0;
  for (const std::string& event : events) bytes += event.size();
  return bytes;
}

// Works through the events again and again, one an iteration.
class EventSource {
 public:
  const std::string& Next() { return events_[next_++ % events_.size()]; }
  int64_t BytesOf(benchmark::IterationCount iterations) const {
    return static_cast<int64_t>(static_cast<double>(TotalBytes(events_)) / static_cast<double>(events_.size()) *
                                static_cast<double>(iterations));
  }

 private:
  std::vector<std::string> events_ = MakeEvents();
  size_t next_ = 0;
};

// As a plan reads features: it remembers where the field stood in the last event.
double SumFeatures(const JsonDocument& event, uint32_t& distance) {
  std::array<double, kFeatures> features{};
  CopyNumbers(event.ValueAt(event.FindMember(0, "features", distance)), features);
  double sum = 0;
  for (const double feature : features) sum += feature;
  return sum;
}

void BM_ParseAndRead30Numbers(benchmark::State& state) {
  EventSource source;
  uint32_t distance = 0;
  JsonParser parser;
  Arena arena;
  for (auto _ : state) {
    arena.Reset();
    const JsonDocument* document = *parser.Parse(source.Next(), arena);
    benchmark::DoNotOptimize(SumFeatures(*document, distance));
  }
  state.SetBytesProcessed(source.BytesOf(state.iterations()));
}
BENCHMARK(BM_ParseAndRead30Numbers);

// What the library alone does with the same events, as the yardstick.
void BM_SimdjsonParseAndRead30Numbers(benchmark::State& state) {
  std::vector<simdjson::padded_string> events;
  for (const std::string& event : MakeEvents()) events.emplace_back(event);
  EventSource source;
  simdjson::dom::parser parser;
  size_t next = 0;
  for (auto _ : state) {
    double sum = 0;
    for (const double feature : parser.parse(events[next++ % events.size()])["features"].get_array()) sum += feature;
    benchmark::DoNotOptimize(sum);
  }
  state.SetBytesProcessed(source.BytesOf(state.iterations()));
}
BENCHMARK(BM_SimdjsonParseAndRead30Numbers);

void BM_Parse(benchmark::State& state) {
  EventSource source;
  JsonParser parser;
  Arena arena;
  for (auto _ : state) {
    arena.Reset();
    benchmark::DoNotOptimize(parser.Parse(source.Next(), arena));
  }
  state.SetBytesProcessed(source.BytesOf(state.iterations()));
}
BENCHMARK(BM_Parse);

void BM_CopyUntouchedEvent(benchmark::State& state) {
  EventSource source;
  JsonParser parser;
  Arena arena;
  const JsonDocument* document = *parser.Parse(source.Next(), arena);
  std::string out;
  for (auto _ : state) {
    out.clear();
    AppendJson(document->root(), out);
    benchmark::DoNotOptimize(out.data());
  }
  state.SetBytesProcessed(source.BytesOf(state.iterations()));
}
BENCHMARK(BM_CopyUntouchedEvent);

void BM_WriteEvent(benchmark::State& state) {
  EventSource source;
  JsonParser parser;
  Arena arena;
  const Value event = DeepCopy((*parser.Parse(source.Next(), arena))->root(), arena);
  std::string out;
  for (auto _ : state) {
    out.clear();
    AppendJson(event, out);
    benchmark::DoNotOptimize(out.data());
  }
  state.SetBytesProcessed(source.BytesOf(state.iterations()));
}
BENCHMARK(BM_WriteEvent);

}  // namespace
}  // namespace penstock
