#include "expr/functions/optionals.h"

#include "event/collection.h"
#include "expr/operators.h"

namespace penstock::expr {
namespace {

Value Some(CallContext& context, const Value& value) { return Value::Optional(context.arena().New(value)); }

bool IsZero(const Value& value) {
  switch (value.kind()) {
    case ValueKind::kNull: return true;
    case ValueKind::kBool: return !value.as_bool();
    case ValueKind::kInt: return value.as_int() == 0;
    case ValueKind::kUint: return value.as_uint() == 0;
    case ValueKind::kDouble: return value.as_double() == 0;
    case ValueKind::kString:
    case ValueKind::kBytes: return value.text().empty();
    case ValueKind::kList: return ListSize(value) == 0;
    case ValueKind::kMap: return MapSize(value) == 0;
    case ValueKind::kTimestamp: return value.as_time() == Timestamp{};
    case ValueKind::kDuration: return value.as_duration() == 0;
    case ValueKind::kOptional: return value.as_optional() == nullptr;
    default: return false;
  }
}

Value Of(CallContext& context, const Value* arguments) { return Some(context, arguments[0]); }
Value None(CallContext&, const Value*) { return Value::OptionalNone(); }
Value OfNonZeroValue(CallContext& context, const Value* arguments) {
  return IsZero(arguments[0]) ? Value::OptionalNone() : Some(context, arguments[0]);
}
Value HasValue(CallContext&, const Value* arguments) { return Value::Bool(arguments[0].as_optional() != nullptr); }
Value GetValue(CallContext&, const Value* arguments) {
  const Value* const value = arguments[0].as_optional();
  return value != nullptr ? *value : Value::Error("optional.none() has no value");
}
Value Or(CallContext&, const Value* arguments) {
  return arguments[0].as_optional() != nullptr ? arguments[0] : arguments[1];
}
Value OrValue(CallContext&, const Value* arguments) {
  const Value* const value = arguments[0].as_optional();
  return value != nullptr ? *value : arguments[1];
}

Value Unwrap(CallContext& context, const Value* arguments) {
  const uint32_t size = ListSize(arguments[0]);
  if (!context.Charge(size)) return context.OverBudget();
  const std::span<Value> items = context.arena().AllocateArray<Value>(size);
  uint32_t count = 0;
  ListCursor cursor(arguments[0]);
  Value element;
  while (cursor.Next(element)) {
    if (!element.Is(ValueKind::kOptional)) return NoOverload(context, "optional.unwrap", arguments, 1);
    if (element.as_optional() != nullptr) items[count++] = *element.as_optional();
  }
  return Value::List(items.data(), count);
}

}  // namespace

std::vector<Function> OptionalFunctions() {
  const Type a = Type::Parameter("A");
  const Type optional = Type::Optional(a);
  return {
      {"optional.of",
       false,
       {{{a}, optional, Of}},
       "An optional that holds the value.",
       {{"optional.of(1)", "1"}, {"optional.of(null).hasValue()", "true"}}},
      {"optional.none",
       false,
       {{{}, optional, None}},
       "An optional that holds nothing.",
       {{"optional.none().hasValue()", "false"}}},
      {"optional.ofNonZeroValue",
       false,
       {{{a}, optional, OfNonZeroValue}},
       "An optional that holds the value, unless it is null, false, zero or empty.",
       {{"optional.ofNonZeroValue('').hasValue()", "false"}, {"optional.ofNonZeroValue('a')", R"("a")"}}},
      {"hasValue",
       true,
       {{{optional}, Type::Of(TypeKind::kBool), HasValue}},
       "Whether the optional holds something.",
       {{"{'a': 1}.?a.hasValue()", "true"}, {"{'a': 1}.?b.hasValue()", "false"}}},
      {"value",
       true,
       {{{optional}, a, GetValue}},
       "What the optional holds; an error, where that is nothing.",
       {{"[1, 2][?0].value()", "1"}, {"[1, 2][?2].value()", "error: optional.none() has no value"}}},
      {"or",
       true,
       {{{optional, optional}, optional, Or}},
       "The optional itself if it holds something, else the other one.",
       {{"{'a': 1}.?b.or({'a': 1}.?a)", "1"}}},
      {"orValue",
       true,
       {{{optional, a}, a, OrValue}},
       "What the optional holds, else the value that is given.",
       {{"{'a': 1}.?a.orValue(0)", "1"}, {"{'a': 1}.?b.orValue(0)", "0"}}},
      {"optional.unwrap",
       false,
       {{{Type::List(optional)}, Type::List(a), Unwrap}},
       "What the optionals of a list hold, without those that hold nothing.",
       {{"optional.unwrap([optional.of(1), optional.none(), optional.of(3)])", "[1,3]"}}},
      {"unwrapOpt",
       true,
       {{{Type::List(optional)}, Type::List(a), Unwrap}},
       "The same of the list before the dot.",
       {{"[{'a': 1}.?a, {'a': 1}.?b].unwrapOpt()", "[1]"}}},
  };
}

}  // namespace penstock::expr
