#include "expr/functions/math.h"

#include <cmath>

#include "event/collection.h"
#include "event/compare.h"
#include "expr/operators.h"

namespace penstock::expr {
namespace {

constexpr uint64_t kBits = 64;

// The first of the numbers that no other one is greater than (`sign` 1) or less than (-1).
template <int sign>
Value Extreme(CallContext& context, const Value* arguments) {
  const std::string_view name = sign > 0 ? "math.greatest" : "math.least";
  if (!context.Charge(ListSize(arguments[0]))) return context.OverBudget();
  ListCursor cursor(arguments[0]);
  Value extreme;
  if (!cursor.Next(extreme)) return Value::Error("an empty list has neither a greatest nor a least number");
  if (!extreme.is_number()) return NoOverload(context, name, &extreme, 1);
  for (Value number; cursor.Next(number);) {
    if (!number.is_number()) return NoOverload(context, name, &number, 1);
    const std::partial_ordering order = *Compare(number, extreme);
    if (sign > 0 ? order > 0 : order < 0) extreme = number;
  }
  return extreme;
}
Value Itself(CallContext&, const Value* arguments) { return arguments[0]; }

template <double (*function)(double)>
Value OfDouble(CallContext&, const Value* arguments) {
  return Value::Double(function(arguments[0].as_double()));
}
// Of a half, away from zero.
double Round(double number) { return std::round(number); }
double Ceil(double number) { return std::ceil(number); }
double Floor(double number) { return std::floor(number); }
double Trunc(double number) { return std::trunc(number); }
double Abs(double number) { return std::fabs(number); }
double Root(double number) { return std::sqrt(number); }
double Sign(double number) { return std::isnan(number) || number == 0 ? number : std::copysign(1.0, number); }

template <bool (*test)(double)>
Value Test(CallContext&, const Value* arguments) {
  return Value::Bool(test(arguments[0].as_double()));
}
bool IsNaN(double number) { return std::isnan(number); }
bool IsInf(double number) { return std::isinf(number); }
bool IsFinite(double number) { return std::isfinite(number); }

Value AbsOfInt(CallContext&, const Value* arguments) {
  const int64_t number = arguments[0].as_int();
  if (number == INT64_MIN) return Value::Error("int overflow");
  return Value::Int(number < 0 ? -number : number);
}
Value SignOfInt(CallContext&, const Value* arguments) {
  const int64_t number = arguments[0].as_int();
  return Value::Int(number > 0 ? 1 : number < 0 ? -1 : 0);
}
Value SignOfUint(CallContext&, const Value* arguments) { return Value::Uint(arguments[0].as_uint() > 0 ? 1 : 0); }
Value RootOfInt(CallContext&, const Value* arguments) {
  return Value::Double(std::sqrt(static_cast<double>(arguments[0].as_int())));
}
Value RootOfUint(CallContext&, const Value* arguments) {
  return Value::Double(std::sqrt(static_cast<double>(arguments[0].as_uint())));
}

// On the bits of two ints or uints.
template <uint64_t (*combine)(uint64_t, uint64_t)>
Value Bitwise(CallContext&, const Value* arguments) {
  if (arguments[0].Is(ValueKind::kUint)) return Value::Uint(combine(arguments[0].as_uint(), arguments[1].as_uint()));
  const uint64_t bits =
      combine(static_cast<uint64_t>(arguments[0].as_int()), static_cast<uint64_t>(arguments[1].as_int()));
  return Value::Int(static_cast<int64_t>(bits));
}
uint64_t And(uint64_t a, uint64_t b) { return a & b; }
uint64_t Or(uint64_t a, uint64_t b) { return a | b; }
uint64_t Xor(uint64_t a, uint64_t b) { return a ^ b; }

Value BitNot(CallContext&, const Value* arguments) {
  if (arguments[0].Is(ValueKind::kUint)) return Value::Uint(~arguments[0].as_uint());
  return Value::Int(~arguments[0].as_int());
}

// The bits move as those of a uint: what leaves is lost, and zeros follow.
template <bool left>
Value BitShift(CallContext&, const Value* arguments) {
  const int64_t distance = arguments[1].as_int();
  if (distance < 0) return Value::Error("bits are not shifted by a negative number of places");
  const bool is_uint = arguments[0].Is(ValueKind::kUint);
  const uint64_t bits = is_uint ? arguments[0].as_uint() : static_cast<uint64_t>(arguments[0].as_int());
  const auto places = static_cast<uint64_t>(distance);
  const uint64_t shifted = places >= kBits ? 0 : left ? bits << places : bits >> places;
  return is_uint ? Value::Uint(shifted) : Value::Int(static_cast<int64_t>(shifted));
}

Type Int() { return Type::Of(TypeKind::kInt); }
Type Uint() { return Type::Of(TypeKind::kUint); }
Type Double() { return Type::Of(TypeKind::kDouble); }
Type Bool() { return Type::Of(TypeKind::kBool); }

Function OnList(std::string name, Implementation implementation, std::string_view summary,
                std::vector<Example> examples) {
  std::vector<Overload> overloads;
  for (const Type& type : {Int(), Uint(), Double()}) overloads.push_back({{type}, type, Itself});
  for (const Type& type : {Int(), Uint(), Double()}) overloads.push_back({{Type::List(type)}, type, implementation});
  return {std::move(name), false, std::move(overloads), summary, std::move(examples)};
}
Function OnDouble(std::string name, Implementation implementation, std::string_view summary,
                  std::vector<Example> examples) {
  return {std::move(name), false, {{{Double()}, Double(), implementation}}, summary, std::move(examples)};
}
Function TestOnDouble(std::string name, Implementation implementation, std::string_view summary,
                      std::vector<Example> examples) {
  return {std::move(name), false, {{{Double()}, Bool(), implementation}}, summary, std::move(examples)};
}
Function OnBits(std::string name, Implementation implementation, std::string_view summary,
                std::vector<Example> examples) {
  return {std::move(name),
          false,
          {{{Int(), Int()}, Int(), implementation}, {{Uint(), Uint()}, Uint(), implementation}},
          summary,
          std::move(examples)};
}
Function Shift(std::string name, Implementation implementation, std::string_view summary,
               std::vector<Example> examples) {
  return {std::move(name),
          false,
          {{{Int(), Int()}, Int(), implementation}, {{Uint(), Int()}, Uint(), implementation}},
          summary,
          std::move(examples)};
}

std::vector<Function> Magnitudes() {
  return {
      OnList("math.greatest", Extreme<1>,
             "The greatest number of a list; math.greatest(x, y, ..) takes them one by one. Numbers of different types "
             "are compared exactly. An empty list is an error, and so is what is no number.",
             {{"math.greatest([1, 3, 2])", "3"}, {"math.greatest([1, 2.5])", "2.5"}}),
      OnList("math.least", Extreme<-1>, "The least number of a list, likewise.",
             {{"math.least([1, 3, 2])", "1"}, {"math.least(1.5, -2)", "-2"}}),
      {"math.abs",
       false,
       {{{Int()}, Int(), AbsOfInt}, {{Uint()}, Uint(), Itself}, {{Double()}, Double(), OfDouble<Abs>}},
       "The number without its sign. Of the least int it is an error.",
       {{"math.abs(-3)", "3"}, {"math.abs(-9223372036854775808)", "error: int overflow"}}},
      {"math.sign",
       false,
       {{{Int()}, Int(), SignOfInt}, {{Uint()}, Uint(), SignOfUint}, {{Double()}, Double(), OfDouble<Sign>}},
       "-1, 0 or 1, as the number is below, at or above zero; NaN of NaN.",
       {{"math.sign(-3)", "-1"}, {"math.sign(2.5)", "1.0"}}},
      {"math.sqrt",
       false,
       {{{Int()}, Double(), RootOfInt}, {{Uint()}, Double(), RootOfUint}, {{Double()}, Double(), OfDouble<Root>}},
       "The square root; NaN of a negative number.",
       {{"math.sqrt(2.25)", "1.5"}, {"math.sqrt(-1)", R"("NaN")"}}},
  };
}

std::vector<Function> Roundings() {
  return {
      OnDouble("math.ceil", OfDouble<Ceil>, "The next whole number at or above a double.", {{"math.ceil(1.2)", "2.0"}}),
      OnDouble("math.floor", OfDouble<Floor>, "The next whole number at or below a double.",
               {{"math.floor(-1.2)", "-2.0"}}),
      OnDouble("math.round", OfDouble<Round>, "The nearest whole number; of a half, the one away from zero.",
               {{"math.round(-1.5)", "-2.0"}, {"math.round(1.4)", "1.0"}}),
      OnDouble("math.trunc", OfDouble<Trunc>, "The double without what follows the point.",
               {{"math.trunc(-1.9)", "-1.0"}}),
      TestOnDouble("math.isNaN", Test<IsNaN>, "Whether a double is NaN, which is no number.",
                   {{"math.isNaN(0.0 / 0.0)", "true"}}),
      TestOnDouble("math.isInf", Test<IsInf>, "Whether a double is infinite.", {{"math.isInf(1.0 / 0.0)", "true"}}),
      TestOnDouble("math.isFinite", Test<IsFinite>, "Whether a double is neither NaN nor infinite.",
                   {{"math.isFinite(1.5)", "true"}}),
  };
}

std::vector<Function> Bits() {
  return {
      OnBits("math.bitAnd", Bitwise<And>, "The bits that are set in both numbers.", {{"math.bitAnd(6, 3)", "2"}}),
      OnBits("math.bitOr", Bitwise<Or>, "The bits that are set in either number.", {{"math.bitOr(6, 3)", "7"}}),
      OnBits("math.bitXor", Bitwise<Xor>, "The bits that are set in one of the numbers and not in the other.",
             {{"math.bitXor(6, 3)", "5"}}),
      {"math.bitNot",
       false,
       {{{Int()}, Int(), BitNot}, {{Uint()}, Uint(), BitNot}},
       "The bits that are not set.",
       {{"math.bitNot(1)", "-2"}, {"math.bitNot(0u)", "18446744073709551615"}}},
      Shift("math.bitShiftLeft", BitShift<true>,
            "The bits, so many places higher; a negative number of places is an error.",
            {{"math.bitShiftLeft(1, 4)", "16"}}),
      Shift("math.bitShiftRight", BitShift<false>,
            "The bits, so many places lower, with zeros after them; a negative number of places is an error.",
            {{"math.bitShiftRight(16, 4)", "1"},
             {"math.bitShiftRight(1, -1)", "error: bits are not shifted by a negative number of places"}}),
  };
}

}  // namespace

std::vector<Function> MathFunctions() {
  std::vector<Function> functions;
  for (const auto family : {Magnitudes, Roundings, Bits})
    for (Function& function : family()) functions.push_back(std::move(function));
  return functions;
}

}  // namespace penstock::expr
