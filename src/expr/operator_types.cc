#include "expr/operator_types.h"

#include <array>

namespace penstock::expr {
namespace {

Type Of(TypeKind kind) { return Type::Of(kind); }
Type A() { return Type::Parameter("A"); }
Type B() { return Type::Parameter("B"); }

Overload Signature(std::vector<Type> parameters, Type result) { return {std::move(parameters), std::move(result)}; }

// Both operands and the result of one type.
Overload Closed(TypeKind kind) { return Signature({Of(kind), Of(kind)}, Of(kind)); }

std::vector<Overload> Arithmetic(bool with_double) {
  std::vector<Overload> overloads = {Closed(TypeKind::kInt), Closed(TypeKind::kUint)};
  if (with_double) overloads.push_back(Closed(TypeKind::kDouble));
  return overloads;
}

std::vector<Overload> Add() {
  std::vector<Overload> overloads = Arithmetic(true);
  const Type time = Of(TypeKind::kTimestamp);
  const Type duration = Of(TypeKind::kDuration);
  overloads.push_back(Closed(TypeKind::kString));
  overloads.push_back(Closed(TypeKind::kBytes));
  overloads.push_back(Signature({Type::List(A()), Type::List(A())}, Type::List(A())));
  overloads.push_back(Signature({time, duration}, time));
  overloads.push_back(Signature({duration, time}, time));
  overloads.push_back(Closed(TypeKind::kDuration));
  return overloads;
}

std::vector<Overload> Subtract() {
  std::vector<Overload> overloads = Arithmetic(true);
  const Type time = Of(TypeKind::kTimestamp);
  const Type duration = Of(TypeKind::kDuration);
  overloads.push_back(Signature({time, time}, duration));
  overloads.push_back(Signature({time, duration}, time));
  overloads.push_back(Closed(TypeKind::kDuration));
  return overloads;
}

// Numbers of all kinds stand on one line; other kinds are ordered among themselves.
std::vector<Overload> Order() {
  constexpr std::array kNumbers = {TypeKind::kInt, TypeKind::kUint, TypeKind::kDouble};
  constexpr std::array kOthers = {TypeKind::kBool, TypeKind::kString, TypeKind::kBytes, TypeKind::kTimestamp,
                                  TypeKind::kDuration};
  std::vector<Overload> overloads;
  for (const TypeKind left : kNumbers)
    for (const TypeKind right : kNumbers) overloads.push_back(Signature({Of(left), Of(right)}, Of(TypeKind::kBool)));
  for (const TypeKind kind : kOthers) overloads.push_back(Signature({Of(kind), Of(kind)}, Of(TypeKind::kBool)));
  return overloads;
}

std::vector<Overload> Index(bool optional) {
  const auto result = [&](Type type) { return optional ? Type::Optional(std::move(type)) : type; };
  std::vector<Overload> overloads = {
      Signature({Type::List(A()), Of(TypeKind::kInt)}, result(A())), Signature({Type::Map(A(), B()), A()}, result(B())),
      Signature({Type::Optional(Type::List(A())), Of(TypeKind::kInt)}, Type::Optional(A())),
      Signature({Type::Optional(Type::Map(A(), B())), A()}, Type::Optional(B()))};
  return overloads;
}

std::vector<Overload> Make(Operator op) {
  switch (op) {
    case Operator::kAdd: return Add();
    case Operator::kSubtract: return Subtract();
    case Operator::kMultiply:
    case Operator::kDivide: return Arithmetic(true);
    case Operator::kModulo: return Arithmetic(false);
    case Operator::kNegate:
      return {Signature({Of(TypeKind::kInt)}, Of(TypeKind::kInt)),
              Signature({Of(TypeKind::kDouble)}, Of(TypeKind::kDouble))};
    case Operator::kNot: return {Signature({Of(TypeKind::kBool)}, Of(TypeKind::kBool))};
    case Operator::kEqual:
    case Operator::kNotEqual: return {Signature({A(), A()}, Of(TypeKind::kBool))};
    case Operator::kLess:
    case Operator::kLessEqual:
    case Operator::kGreater:
    case Operator::kGreaterEqual: return Order();
    case Operator::kIn:
      return {Signature({A(), Type::List(A())}, Of(TypeKind::kBool)),
              Signature({A(), Type::Map(A(), B())}, Of(TypeKind::kBool))};
    case Operator::kIndex: return Index(false);
    case Operator::kOptionalIndex: return Index(true);
  }
  __builtin_unreachable();
}

constexpr size_t kOperatorCount = static_cast<size_t>(Operator::kOptionalIndex) + 1;

std::array<std::vector<Overload>, kOperatorCount> MakeAll() {
  std::array<std::vector<Overload>, kOperatorCount> all;
  for (size_t op = 0; op < kOperatorCount; ++op) all[op] = Make(static_cast<Operator>(op));
  return all;
}

}  // namespace

std::span<const Overload> OperatorOverloads(Operator op) {
  static const auto kOverloads = MakeAll();
  return kOverloads[static_cast<size_t>(op)];
}

}  // namespace penstock::expr
