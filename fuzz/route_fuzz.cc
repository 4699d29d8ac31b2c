// Tables of rules: the input is expressions, a line each, a NUL byte, and the event's JSON. Whatever they are, the
// table decides as the evaluation of one rule after another does, failures included.
#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "event/json_parser.h"
#include "expr/functions/standard_library.h"
#include "expr/program.h"
#include "expr/route_table.h"

namespace penstock::expr {
namespace {

constexpr size_t kRulesMax = 200;
// What the source alone may cost is far less, as with the engine's own budget.
constexpr uint64_t kBudget = 20'000;

struct Decision {
  uint32_t match = RouteTable::kNoRule;
  std::vector<uint32_t> failed;

  bool operator==(const Decision&) const = default;
};

// Lines that are no expressions are left out; an empty one is a rule that is always true.
std::vector<std::string_view> Compilable(std::string_view text, Environment& environment) {
  std::vector<std::string_view> sources;
  while (!text.empty() && sources.size() < kRulesMax) {
    const size_t end = std::min(text.find('\n'), text.size());
    const std::string_view line = text.substr(0, end);
    if (line.empty() || Program::Compile(line, environment, {.check = false})) sources.push_back(line);
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return sources;
}

std::vector<Rule> CompileAll(const std::vector<std::string_view>& sources, Environment& environment) {
  std::vector<Rule> rules;
  for (const std::string_view source : sources) {
    Rule& rule = rules.emplace_back();
    rule.source = source;
    if (!source.empty()) rule.when = *Program::Compile(source, environment, {.check = false});
  }
  return rules;
}

Decision OneAfterAnother(const std::vector<Rule>& rules, Activation& activation) {
  Decision decision;
  for (uint32_t i = 0; i < rules.size() && decision.match == RouteTable::kNoRule; ++i) {
    const Value value = rules[i].when ? rules[i].when->Evaluate(activation) : Value::Bool(true);
    if (value.is_true()) decision.match = i;
    if (!value.Is(ValueKind::kBool)) decision.failed.push_back(i);
  }
  return decision;
}

void Run(std::string_view text, const Value& event) {
  Environment environment(StandardLibrary(), {.cost = kBudget});
  const uint32_t variable = environment.AddVariable("event");
  const std::vector<std::string_view> sources = Compilable(text, environment);
  const std::vector<Rule> rules = CompileAll(sources, environment);
  const RouteTable table(CompileAll(sources, environment), environment);
  Arena arena;
  Activation activation(environment, arena);
  activation.Set(variable, event);
  const Decision naive = OneAfterAnother(rules, activation);
  activation.NextEvent();
  RouteTable::Scratch scratch(table);
  const uint32_t match = table.FirstMatch(activation, scratch);
  if (Decision{match, scratch.failed()} == naive) return;
  std::fprintf(stderr, "rule %u matches, with %zu failed before; one by one: %u, %zu\n", match, scratch.failed().size(),
               naive.match, naive.failed.size());
  std::abort();
}

}  // namespace
}  // namespace penstock::expr

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  constexpr size_t kRuleBytesMax = 4096;
  const std::string_view input(reinterpret_cast<const char*>(data), size);
  const size_t separator = std::min(input.find('\0'), size);
  if (separator > kRuleBytesMax) return 0;
  penstock::Arena arena;
  penstock::JsonParser parser;
  const std::string_view json = input.substr(std::min(separator + 1, size));
  const penstock::Result<const penstock::JsonDocument*> document = parser.Parse(json, arena);
  penstock::expr::Run(input.substr(0, separator), document ? (*document)->root() : penstock::Value::Null());
  return 0;
}
