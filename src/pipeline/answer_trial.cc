#include "pipeline/answer_trial.h"

#include <algorithm>

#include "event/collection.h"
#include "expr/activation.h"

namespace penstock {
namespace {

constexpr int64_t kElementsMax = 1 << 20;  // of one output; larger ones are not tried

std::optional<Value> ScalarOf(std::string_view type) {
  if (type == "string") return Value::String("1");
  if (type == "bool") return Value::Bool(true);
  if (type.starts_with("float")) return Value::Double(1);
  if (type.starts_with("int")) return Value::Int(1);
  return std::nullopt;
}

Value ListOf(const Value& element, std::span<const int64_t> shape, Arena& arena) {
  if (shape.empty()) return element;
  const Value inner = ListOf(element, shape.subspan(1), arena);
  const std::span<Value> items = arena.AllocateArray<Value>(static_cast<size_t>(shape.front()));
  std::fill(items.begin(), items.end(), inner);
  return Value::List(items.data(), static_cast<uint32_t>(items.size()));
}

std::optional<Value> ValueOf(const Port& port, Arena& arena) {
  const std::optional<Value> element = ScalarOf(port.type);
  int64_t elements = 1;
  for (const int64_t size : port.shape) {
    if (size < 0 || __builtin_mul_overflow(elements, size, &elements) || elements > kElementsMax) return std::nullopt;
  }
  if (!element) return std::nullopt;
  return ListOf(*element, port.shape, arena);
}

// Sets what can be known. False where one of the outputs cannot.
bool SetOutputs(const BoundModel& model, expr::Activation& activation, Arena& arena) {
  MapBuilder all(arena, static_cast<uint32_t>(model.outputs.size()));
  for (size_t i = 0; i < model.outputs.size(); ++i) {
    const Port& port = model.model->info().outputs[model.outputs[i]];
    const std::optional<Value> value = ValueOf(port, arena);
    if (!value) return false;
    if (model.variables[i]) activation.Set(*model.variables[i], *value);
    all.Add(Value::String(port.name), *value);
  }
  if (model.outputs_variable) activation.Set(*model.outputs_variable, all.Finish());
  return true;
}

// Other errors may come from the ones, and not happen with real answers.
bool IsOfShape(std::string_view message) {
  return message.starts_with("index out of range") || message.starts_with("no such key");
}

}  // namespace

std::vector<AnswerFault> TryAnswer(const BoundModel& model) {
  Arena arena;
  expr::Activation activation(*model.environment, arena);
  std::vector<AnswerFault> faults;
  if (!SetOutputs(model, activation, arena)) return faults;
  for (const auto& [name, program] : model.answer) {
    const Value value = program.Evaluate(activation);
    if (value.is_error() && IsOfShape(value.text())) faults.push_back({name, std::string(value.text())});
  }
  return faults;
}

}  // namespace penstock
