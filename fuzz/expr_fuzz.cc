// Expressions over events: the input is an expression, a NUL byte, and the event's JSON. Whatever they are, nothing
// crashes or hangs; evaluating twice gives the same; and a value is of the type that the checker promised.
#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <string_view>

#include "event/collection.h"
#include "event/json_parser.h"
#include "event/json_writer.h"
#include "expr/functions/standard_library.h"
#include "expr/program.h"

namespace penstock::expr {
namespace {

constexpr uint64_t kBudget = 20'000;

[[noreturn]] void Fail(std::string_view what, std::string_view detail) {
  std::fprintf(stderr, "%.*s: %.*s\n", static_cast<int>(what.size()), what.data(), static_cast<int>(detail.size()),
               detail.data());
  std::abort();
}

bool HasDyn(const Type& type) {
  return type.Is(TypeKind::kDyn) || type.Is(TypeKind::kParameter) ||
         std::any_of(type.parameters.begin(), type.parameters.end(), HasDyn);
}

// Null may stand for what can be absent.
bool MayBeNull(const Type& type) {
  return type.Is(TypeKind::kTimestamp) || type.Is(TypeKind::kDuration) || type.Is(TypeKind::kAbstract);
}

bool Fits(const Value& value, const Type& type);

bool ListFits(const Value& list, const Type& element_type) {
  ListCursor cursor(list);
  Value element;
  while (cursor.Next(element))
    if (!Fits(element, element_type)) return false;
  return true;
}

bool MapFits(const Value& map, const Type& key_type, const Type& value_type) {
  MapCursor cursor(map);
  Value key;
  Value value;
  while (cursor.Next(key, value))
    if (!Fits(key, key_type) || !Fits(value, value_type)) return false;
  return true;
}

bool Fits(const Value& value, const Type& type) {
  if (HasDyn(type)) return true;
  if (value.Is(ValueKind::kNull) && MayBeNull(type)) return true;
  if (((KindMask(type) >> static_cast<unsigned>(value.kind())) & 1) == 0) return false;
  if (type.Is(TypeKind::kList)) return ListFits(value, type.parameters[0]);
  if (type.Is(TypeKind::kMap)) return MapFits(value, type.parameters[0], type.parameters[1]);
  if (type.is_optional()) return value.as_optional() == nullptr || Fits(*value.as_optional(), type.parameters[0]);
  return true;
}

std::string TextOf(const Value& value) {
  return value.is_error() ? "error: " + std::string(value.text()) : ToJson(value);
}

void Run(std::string_view source, const Value& event, bool check) {
  Environment environment(StandardLibrary(), {.cost = kBudget});
  const uint32_t variable = environment.AddVariable("event");
  const Result<Program> program = Program::Compile(source, environment, {.check = check});
  if (!program) {
    if (program.error().message.empty()) Fail("an error without a message", source);
    return;
  }
  Arena arena;
  Activation activation(environment, arena);
  activation.Set(variable, event);
  const Value value = program->Evaluate(activation);
  if (!value.is_error() && !Fits(value, program->type()))
    Fail("not of type " + TypeText(program->type()), TextOf(value));
  const std::string first = TextOf(value);
  if (TextOf(program->Evaluate(activation)) != first) Fail("differs the second time", first);
  activation.NextEvent();
  if (TextOf(program->Evaluate(activation)) != first) Fail("differs for the same event anew", first);
}

}  // namespace
}  // namespace penstock::expr

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string_view input(reinterpret_cast<const char*>(data), size);
  const size_t separator = std::min(input.find('\0'), size);
  penstock::Arena arena;
  penstock::JsonParser parser;
  const std::string_view json = input.substr(std::min(separator + 1, size));
  const penstock::Result<const penstock::JsonDocument*> document = parser.Parse(json, arena);
  const penstock::Value event = document ? (*document)->root() : penstock::Value::Null();
  for (const bool check : {true, false}) penstock::expr::Run(input.substr(0, separator), event, check);
  return 0;
}
