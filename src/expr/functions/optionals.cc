#include "expr/functions/optionals.h"

#include "event/collection.h"

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

}  // namespace

void AddOptionalFunctions(Library& library) {
  const Type a = Type::Parameter("A");
  const Type optional = Type::Optional(a);
  library.Add({"optional.of", false, {{{a}, optional, Of}}});
  library.Add({"optional.none", false, {{{}, optional, None}}});
  library.Add({"optional.ofNonZeroValue", false, {{{a}, optional, OfNonZeroValue}}});
  library.Add({"hasValue", true, {{{optional}, Type::Of(TypeKind::kBool), HasValue}}});
  library.Add({"value", true, {{{optional}, a, GetValue}}});
  library.Add({"or", true, {{{optional, optional}, optional, Or}}});
  library.Add({"orValue", true, {{{optional, a}, a, OrValue}}});
}

}  // namespace penstock::expr
