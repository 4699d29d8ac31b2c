#include "expr/operators.h"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <string>

#include "base/utf8.h"
#include "event/collection.h"
#include "event/compare.h"
#include "event/time_text.h"
#include "expr/value_cost.h"

namespace penstock::expr {
namespace {

Value Overflow(std::string_view type) { return Value::Error(type == "uint" ? "uint overflow" : "int overflow"); }
Value OutOfRange() { return Value::Error("timestamp or duration out of range"); }

Value Binary(CallContext& context, Operator op, const Value& a, const Value& b) {
  const Value operands[] = {a, b};
  return NoOverload(context, OperatorText(op), operands, 2);
}

bool Both(const Value& a, const Value& b, ValueKind kind) { return a.Is(kind) && b.Is(kind); }

Value Concatenate(CallContext& context, const Value& a, const Value& b) {
  const std::string_view left = a.text();
  const std::string_view right = b.text();
  if (!context.Charge((left.size() + right.size()) / sizeof(Value) + 1)) return context.OverBudget();
  const std::span<char> joined = context.arena().AllocateArray<char>(left.size() + right.size());
  std::copy(right.begin(), right.end(), std::copy(left.begin(), left.end(), joined.begin()));
  const std::string_view text(joined.data(), joined.size());
  return a.Is(ValueKind::kString) ? Value::String(text) : Value::Bytes(text);
}

Value ConcatenateLists(CallContext& context, const Value& a, const Value& b) {
  const size_t count = size_t{ListSize(a)} + ListSize(b);
  if (!context.Charge(count + 1)) return context.OverBudget();
  const std::span<Value> items = context.arena().AllocateArray<Value>(count);
  size_t next = 0;
  for (const Value& list : {a, b}) {
    ListCursor cursor(list);
    while (next < count && cursor.Next(items[next])) ++next;
  }
  return Value::List(items.data(), static_cast<uint32_t>(count));
}

// `nanos` away from `time`; an error outside the years 1 to 9999.
Value Shift(Timestamp time, __int128 nanos) {
  const __int128 total = __int128{time.seconds} * kNanosPerSecond + time.nanos + nanos;
  __int128 seconds = total / kNanosPerSecond;
  __int128 rest = total % kNanosPerSecond;
  if (rest < 0) {
    rest += kNanosPerSecond;
    --seconds;
  }
  if (seconds < kTimestampSecondsMin || seconds > kTimestampSecondsMax) return OutOfRange();
  return Value::Time({static_cast<int64_t>(seconds), static_cast<uint32_t>(rest)});
}

Value Between(Timestamp later, Timestamp earlier) {
  const __int128 nanos = __int128{later.seconds - earlier.seconds} * kNanosPerSecond + later.nanos - earlier.nanos;
  if (nanos > INT64_MAX || nanos < INT64_MIN) return OutOfRange();
  return Value::Duration(static_cast<int64_t>(nanos));
}

// The number as an index into a list of `size` elements; null where it is none.
std::optional<uint32_t> ListIndex(const Value& index, uint32_t size) {
  const std::optional<int64_t> exact = ExactInt(index);
  if (!exact || *exact < 0 || *exact >= size) return std::nullopt;
  return static_cast<uint32_t>(*exact);
}

// An element or member; nothing where there is none. Errors of kind are left to the caller.
std::optional<Value> Find(const Value& operand, const Value& index) {
  if (operand.Is(ValueKind::kMap)) return MapFind(operand, index);
  const std::optional<uint32_t> at = ListIndex(index, ListSize(operand));
  if (!at) return std::nullopt;
  return ListAt(operand, *at);
}

bool IsCollection(const Value& value) { return value.Is(ValueKind::kList) || value.Is(ValueKind::kMap); }

// The start of a text from the event, for a message.
std::string Shown(std::string_view text) {
  constexpr size_t kShownMax = 64;
  const std::string_view shown = text.substr(0, kShownMax);
  return std::string(shown.substr(0, ValidUtf8Prefix(shown))) + (shown.size() < text.size() ? ".." : "");
}

Value IndexError(CallContext& context, const Value& operand, const Value& index) {
  if (index.is_error()) return index;
  if (operand.Is(ValueKind::kMap)) {
    if (index.Is(ValueKind::kString)) return context.Fail("no such key: '" + Shown(index.text()) + "'");
    return Value::Error("no such key");
  }
  if (!index.is_number()) return Value::Error("a list is indexed by an int");
  return Value::Error("index out of range");
}

Value Some(CallContext& context, const Value& value) { return Value::Optional(context.arena().New(value)); }

Value SomeOrNone(CallContext& context, const std::optional<Value>& found) {
  return found ? Some(context, *found) : Value::OptionalNone();
}

Value NoField(CallContext& context, std::string_view field, const Value& operand) {
  if (operand.is_error()) return operand;
  return context.Fail("cannot take the field '" + std::string(field) + "' of " + std::string(TypeName(operand.kind())));
}

bool Fulfils(Operator op, std::partial_ordering order) {
  switch (op) {
    case Operator::kLess: return order < 0;
    case Operator::kLessEqual: return order <= 0;
    case Operator::kGreater: return order > 0;
    default: return order >= 0;
  }
}

}  // namespace

Value NoOverload(CallContext& context, std::string_view name, const Value* arguments, size_t count) {
  std::string kinds;
  for (size_t i = 0; i < count; ++i) {
    if (arguments[i].is_error()) return arguments[i];
    kinds += (i == 0 ? "" : ", ") + std::string(TypeName(arguments[i].kind()));
  }
  return context.Fail("no such overload: '" + std::string(name) + "' of (" + kinds + ")");
}

Value Add(CallContext& context, const Value& a, const Value& b) {
  if (Both(a, b, ValueKind::kDouble)) return Value::Double(a.as_double() + b.as_double());
  if (Both(a, b, ValueKind::kInt)) {
    int64_t sum = 0;
    return __builtin_add_overflow(a.as_int(), b.as_int(), &sum) ? Overflow("int") : Value::Int(sum);
  }
  if (Both(a, b, ValueKind::kUint)) {
    uint64_t sum = 0;
    return __builtin_add_overflow(a.as_uint(), b.as_uint(), &sum) ? Overflow("uint") : Value::Uint(sum);
  }
  if (Both(a, b, ValueKind::kString) || Both(a, b, ValueKind::kBytes)) return Concatenate(context, a, b);
  if (Both(a, b, ValueKind::kList)) return ConcatenateLists(context, a, b);
  if (a.Is(ValueKind::kTimestamp) && b.Is(ValueKind::kDuration)) return Shift(a.as_time(), b.as_duration());
  if (a.Is(ValueKind::kDuration) && b.Is(ValueKind::kTimestamp)) return Shift(b.as_time(), a.as_duration());
  if (Both(a, b, ValueKind::kDuration)) {
    int64_t sum = 0;
    return __builtin_add_overflow(a.as_duration(), b.as_duration(), &sum) ? OutOfRange() : Value::Duration(sum);
  }
  return Binary(context, Operator::kAdd, a, b);
}

Value Subtract(CallContext& context, const Value& a, const Value& b) {
  if (Both(a, b, ValueKind::kDouble)) return Value::Double(a.as_double() - b.as_double());
  if (Both(a, b, ValueKind::kInt)) {
    int64_t difference = 0;
    return __builtin_sub_overflow(a.as_int(), b.as_int(), &difference) ? Overflow("int") : Value::Int(difference);
  }
  if (Both(a, b, ValueKind::kUint)) {
    uint64_t difference = 0;
    return __builtin_sub_overflow(a.as_uint(), b.as_uint(), &difference) ? Overflow("uint") : Value::Uint(difference);
  }
  if (Both(a, b, ValueKind::kTimestamp)) return Between(a.as_time(), b.as_time());
  if (a.Is(ValueKind::kTimestamp) && b.Is(ValueKind::kDuration)) return Shift(a.as_time(), -__int128{b.as_duration()});
  if (Both(a, b, ValueKind::kDuration)) {
    int64_t difference = 0;
    return __builtin_sub_overflow(a.as_duration(), b.as_duration(), &difference) ? OutOfRange()
                                                                                 : Value::Duration(difference);
  }
  return Binary(context, Operator::kSubtract, a, b);
}

Value Multiply(CallContext& context, const Value& a, const Value& b) {
  if (Both(a, b, ValueKind::kDouble)) return Value::Double(a.as_double() * b.as_double());
  if (Both(a, b, ValueKind::kInt)) {
    int64_t product = 0;
    return __builtin_mul_overflow(a.as_int(), b.as_int(), &product) ? Overflow("int") : Value::Int(product);
  }
  if (Both(a, b, ValueKind::kUint)) {
    uint64_t product = 0;
    return __builtin_mul_overflow(a.as_uint(), b.as_uint(), &product) ? Overflow("uint") : Value::Uint(product);
  }
  return Binary(context, Operator::kMultiply, a, b);
}

Value Divide(CallContext& context, const Value& a, const Value& b) {
  if (Both(a, b, ValueKind::kDouble)) return Value::Double(a.as_double() / b.as_double());
  if (Both(a, b, ValueKind::kInt)) {
    if (b.as_int() == 0) return Value::Error("divide by zero");
    if (b.as_int() == -1) return Negate(context, a);
    return Value::Int(a.as_int() / b.as_int());
  }
  if (Both(a, b, ValueKind::kUint)) {
    if (b.as_uint() == 0) return Value::Error("divide by zero");
    return Value::Uint(a.as_uint() / b.as_uint());
  }
  return Binary(context, Operator::kDivide, a, b);
}

Value Modulo(CallContext& context, const Value& a, const Value& b) {
  if (Both(a, b, ValueKind::kInt)) {
    if (b.as_int() == 0) return Value::Error("modulus by zero");
    if (b.as_int() == -1) return a.as_int() == INT64_MIN ? Overflow("int") : Value::Int(0);
    return Value::Int(a.as_int() % b.as_int());
  }
  if (Both(a, b, ValueKind::kUint)) {
    if (b.as_uint() == 0) return Value::Error("modulus by zero");
    return Value::Uint(a.as_uint() % b.as_uint());
  }
  return Binary(context, Operator::kModulo, a, b);
}

Value Negate(CallContext& context, const Value& a) {
  if (a.Is(ValueKind::kDouble)) return Value::Double(-a.as_double());
  if (a.Is(ValueKind::kInt)) return a.as_int() == INT64_MIN ? Overflow("int") : Value::Int(-a.as_int());
  return NoOverload(context, OperatorText(Operator::kNegate), &a, 1);
}

Value Not(CallContext& context, const Value& a) {
  if (a.Is(ValueKind::kBool)) return Value::Bool(!a.as_bool());
  return NoOverload(context, OperatorText(Operator::kNot), &a, 1);
}

Value In(CallContext& context, const Value& element, const Value& collection) {
  if (element.is_error() || collection.is_error()) return Binary(context, Operator::kIn, element, collection);
  if (!IsCollection(collection)) return Binary(context, Operator::kIn, element, collection);
  if (!ChargeForLookup(context, collection)) return context.OverBudget();
  if (collection.Is(ValueKind::kMap)) return Value::Bool(MapFind(collection, element).has_value());
  constexpr uint32_t kElementsPerUnit = 8;
  if (!context.Charge(ListSize(collection) / kElementsPerUnit + 1)) return context.OverBudget();
  ListCursor cursor(collection);
  Value candidate;
  while (cursor.Next(candidate)) {
    if (!ChargeForComparison(context, element, candidate)) return context.OverBudget();
    if (Equals(element, candidate)) return Value::Bool(true);
  }
  return Value::Bool(false);
}

Value EqualBy(CallContext& context, Operator op, const Value& a, const Value& b) {
  if (a.is_error() || b.is_error()) return Binary(context, op, a, b);
  if (!ChargeForComparison(context, a, b)) return context.OverBudget();
  return Value::Bool(Equals(a, b) == (op == Operator::kEqual));
}

Value CompareBy(CallContext& context, Operator op, const Value& a, const Value& b) {
  if (!ChargeForComparison(context, a, b)) return context.OverBudget();
  const std::optional<std::partial_ordering> order = Compare(a, b);
  return order ? Value::Bool(Fulfils(op, *order)) : Binary(context, op, a, b);
}

Value Index(CallContext& context, const Value& operand, const Value& index) {
  if (operand.Is(ValueKind::kOptional)) return OptionalIndex(context, operand, index);
  if (!IsCollection(operand)) return Binary(context, Operator::kIndex, operand, index);
  if (!ChargeForLookup(context, operand)) return context.OverBudget();
  const std::optional<Value> found = index.is_error() ? std::nullopt : Find(operand, index);
  return found ? *found : IndexError(context, operand, index);
}

Value OptionalIndex(CallContext& context, const Value& operand, const Value& index) {
  if (index.is_error()) return index;
  if (operand.Is(ValueKind::kOptional)) {
    if (operand.as_optional() == nullptr) return operand;
    return OptionalIndex(context, *operand.as_optional(), index);
  }
  if (!IsCollection(operand)) return Binary(context, Operator::kOptionalIndex, operand, index);
  if (!ChargeForLookup(context, operand)) return context.OverBudget();
  return SomeOrNone(context, Find(operand, index));
}

Value Select(CallContext& context, const Value& operand, std::string_view field) {
  if (operand.Is(ValueKind::kOptional)) return OptionalSelect(context, operand, field);
  if (!operand.Is(ValueKind::kMap)) return NoField(context, field, operand);
  if (!ChargeForLookup(context, operand)) return context.OverBudget();
  const std::optional<Value> found = MapFind(operand, field);
  return found ? *found : context.Fail("no such key: '" + std::string(field) + "'");
}

Value OptionalSelect(CallContext& context, const Value& operand, std::string_view field) {
  if (operand.Is(ValueKind::kOptional)) {
    if (operand.as_optional() == nullptr) return operand;
    return OptionalSelect(context, *operand.as_optional(), field);
  }
  if (!operand.Is(ValueKind::kMap)) return NoField(context, field, operand);
  if (!ChargeForLookup(context, operand)) return context.OverBudget();
  return SomeOrNone(context, MapFind(operand, field));
}

Value Has(CallContext& context, const Value& operand, std::string_view field) {
  if (operand.Is(ValueKind::kOptional)) {
    if (operand.as_optional() == nullptr) return Value::Bool(false);
    return Has(context, *operand.as_optional(), field);
  }
  if (!operand.Is(ValueKind::kMap)) return NoField(context, field, operand);
  if (!ChargeForLookup(context, operand)) return context.OverBudget();
  return Value::Bool(MapFind(operand, field).has_value());
}

Value Apply(CallContext& context, Operator op, const Value& a, const Value& b) {
  switch (op) {
    case Operator::kAdd: return Add(context, a, b);
    case Operator::kSubtract: return Subtract(context, a, b);
    case Operator::kMultiply: return Multiply(context, a, b);
    case Operator::kDivide: return Divide(context, a, b);
    case Operator::kModulo: return Modulo(context, a, b);
    case Operator::kNegate: return Negate(context, a);
    case Operator::kNot: return Not(context, a);
    case Operator::kEqual:
    case Operator::kNotEqual: return EqualBy(context, op, a, b);
    case Operator::kLess:
    case Operator::kLessEqual:
    case Operator::kGreater:
    case Operator::kGreaterEqual: return CompareBy(context, op, a, b);
    case Operator::kIn: return In(context, a, b);
    case Operator::kIndex: return Index(context, a, b);
    case Operator::kOptionalIndex: return OptionalIndex(context, a, b);
  }
  __builtin_unreachable();
}

}  // namespace penstock::expr
