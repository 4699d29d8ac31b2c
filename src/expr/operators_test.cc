#include "expr/operators.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <vector>

#include "expr/evaluate_text.h"

namespace penstock::expr {
namespace {

using Wide = __int128;

const std::vector<int64_t> kInts = {INT64_MIN,
                                    INT64_MIN + 1,
                                    -(int64_t{1} << 53) - 1,
                                    -4294967296,
                                    -2,
                                    -1,
                                    0,
                                    1,
                                    2,
                                    3,
                                    4294967295,
                                    (int64_t{1} << 53) - 1,
                                    int64_t{1} << 53,
                                    (int64_t{1} << 53) + 1,
                                    INT64_MAX - 1,
                                    INT64_MAX};
const std::vector<uint64_t> kUints = {0,
                                      1,
                                      2,
                                      3,
                                      4294967296,
                                      uint64_t{1} << 53,
                                      (uint64_t{1} << 53) + 1,
                                      INT64_MAX,
                                      uint64_t{1} << 63,
                                      (uint64_t{1} << 63) + 1,
                                      UINT64_MAX - 1,
                                      UINT64_MAX};
const std::vector<double> kDoubles = {-INFINITY,
                                      -1e300,
                                      -18446744073709551616.0,
                                      -9223372036854775808.0,
                                      -9223372036854774784.0,
                                      -9007199254740992.0,
                                      -1.5,
                                      -1.0,
                                      -5e-324,
                                      -0.0,
                                      0.0,
                                      5e-324,
                                      0.5,
                                      1.0,
                                      1.5,
                                      2.0,
                                      9007199254740992.0,
                                      9007199254740994.0,
                                      9223372036854774784.0,
                                      9223372036854775808.0,
                                      18446744073709549568.0,
                                      18446744073709551616.0,
                                      1e300,
                                      INFINITY,
                                      NAN};

std::vector<Value> Numbers() {
  std::vector<Value> numbers;
  for (const int64_t number : kInts) numbers.push_back(Value::Int(number));
  for (const uint64_t number : kUints) numbers.push_back(Value::Uint(number));
  for (const double number : kDoubles) numbers.push_back(Value::Double(number));
  return numbers;
}

// A long double holds every int, uint and double exactly.
static_assert(std::numeric_limits<long double>::digits >= 64);
long double Exact(const Value& value) {
  if (value.Is(ValueKind::kInt)) return static_cast<long double>(value.as_int());
  if (value.Is(ValueKind::kUint)) return static_cast<long double>(value.as_uint());
  return static_cast<long double>(value.as_double());
}

class OperatorsTest : public testing::Test {
 protected:
  Value Do(Operator op, const Value& a, const Value& b) { return Apply(context_, op, a, b); }
  std::string Text(Operator op, const Value& a, const Value& b) {
    const Value value = Do(op, a, b);
    return value.is_error() ? std::string(value.text()) : ToJson(value);
  }

  Arena arena_;
  CallContext context_{arena_, {.cost = 1'000'000'000}};
};

TEST_F(OperatorsTest, ComparesAllNumbersOnOneLine) {
  for (const Value& a : Numbers()) {
    for (const Value& b : Numbers()) {
      const long double x = Exact(a);
      const long double y = Exact(b);
      const std::string message = ToJson(a) + " and " + ToJson(b);
      EXPECT_EQ(Do(Operator::kEqual, a, b).as_bool(), x == y) << message;
      EXPECT_EQ(Do(Operator::kNotEqual, a, b).as_bool(), x != y) << message;
      EXPECT_EQ(Do(Operator::kLess, a, b).as_bool(), x < y) << message;
      EXPECT_EQ(Do(Operator::kLessEqual, a, b).as_bool(), x <= y) << message;
      EXPECT_EQ(Do(Operator::kGreater, a, b).as_bool(), x > y) << message;
      EXPECT_EQ(Do(Operator::kGreaterEqual, a, b).as_bool(), x >= y) << message;
    }
  }
}

struct Exactly {
  bool valid = true;
  Wide value = 0;
};

// What arithmetic without bounds makes of two integers.
Exactly Compute(Operator op, Wide a, Wide b) {
  switch (op) {
    case Operator::kAdd: return {true, a + b};
    case Operator::kSubtract: return {true, a - b};
    case Operator::kMultiply: {
      Wide product = 0;
      const bool overflows = __builtin_mul_overflow(a, b, &product);
      return {!overflows, product};
    }
    case Operator::kDivide: return b == 0 ? Exactly{false, 0} : Exactly{true, a / b};
    default: return b == 0 ? Exactly{false, 0} : Exactly{true, a % b};
  }
}

constexpr Operator kArithmetic[] = {Operator::kAdd, Operator::kSubtract, Operator::kMultiply, Operator::kDivide,
                                    Operator::kModulo};

TEST_F(OperatorsTest, ComputesIntsOrSaysThatTheyOverflow) {
  for (const Operator op : kArithmetic) {
    for (const int64_t a : kInts) {
      for (const int64_t b : kInts) {
        Exactly exact = Compute(op, a, b);
        // The quotient does not fit, and the specification has the remainder fail with it.
        if (op == Operator::kModulo && a == INT64_MIN && b == -1) exact.valid = false;
        const Value value = Do(op, Value::Int(a), Value::Int(b));
        const bool fits = exact.valid && exact.value >= INT64_MIN && exact.value <= INT64_MAX;
        ASSERT_EQ(!value.is_error(), fits) << a << " " << OperatorText(op) << " " << b;
        if (!fits) continue;
        EXPECT_EQ(value.as_int(), static_cast<int64_t>(exact.value)) << a << OperatorText(op) << b;
      }
    }
  }
}

TEST_F(OperatorsTest, ComputesUintsOrSaysThatTheyOverflow) {
  for (const Operator op : kArithmetic) {
    for (const uint64_t a : kUints) {
      for (const uint64_t b : kUints) {
        const Exactly exact = Compute(op, a, b);
        const Value value = Do(op, Value::Uint(a), Value::Uint(b));
        const bool fits = exact.valid && exact.value >= 0 && exact.value <= Wide{UINT64_MAX};
        ASSERT_EQ(!value.is_error(), fits) << a << " " << OperatorText(op) << " " << b;
        if (!fits) continue;
        EXPECT_EQ(value.as_uint(), static_cast<uint64_t>(exact.value)) << a << OperatorText(op) << b;
      }
    }
  }
}

TEST_F(OperatorsTest, ComputesDoublesAsTheHardwareDoes) {
  for (const double a : kDoubles) {
    for (const double b : kDoubles) {
      const auto same = [&](Operator op, double wanted) {
        const double found = Do(op, Value::Double(a), Value::Double(b)).as_double();
        return found == wanted || (std::isnan(found) && std::isnan(wanted));
      };
      EXPECT_TRUE(same(Operator::kAdd, a + b) && same(Operator::kSubtract, a - b) && same(Operator::kMultiply, a * b) &&
                  same(Operator::kDivide, a / b))
          << a << " and " << b;
    }
  }
  EXPECT_EQ(Text(Operator::kModulo, Value::Double(1), Value::Double(1)), "no such overload: '%' of (double, double)");
}

TEST_F(OperatorsTest, NamesWhatFailed) {
  EXPECT_EQ(Text(Operator::kAdd, Value::Int(INT64_MAX), Value::Int(1)), "int overflow");
  EXPECT_EQ(Text(Operator::kSubtract, Value::Uint(0), Value::Uint(1)), "uint overflow");
  EXPECT_EQ(Text(Operator::kDivide, Value::Int(1), Value::Int(0)), "divide by zero");
  EXPECT_EQ(Text(Operator::kModulo, Value::Uint(1), Value::Uint(0)), "modulus by zero");
  EXPECT_EQ(Text(Operator::kNegate, Value::Int(INT64_MIN), {}), "int overflow");
  EXPECT_EQ(Text(Operator::kAdd, Value::Int(1), Value::Double(1)), "no such overload: '+' of (int, double)");
  EXPECT_EQ(Text(Operator::kNot, Value::Int(1), {}), "no such overload: '!' of (int)");
  EXPECT_EQ(Text(Operator::kLess, Value::String("a"), Value::Int(1)), "no such overload: '<' of (string, int)");
}

TEST_F(OperatorsTest, GivesTheErrorOfAnOperand) {
  const Value error = Value::Error("first");
  const Value other = Value::Error("second");
  for (int op = 0; op <= static_cast<int>(Operator::kOptionalIndex); ++op) {
    const auto which = static_cast<Operator>(op);
    EXPECT_EQ(Text(which, error, Value::Int(1)), "first") << OperatorText(which);
    EXPECT_EQ(Text(which, error, error), "first") << OperatorText(which);
    if (which == Operator::kNegate || which == Operator::kNot) continue;
    EXPECT_EQ(Text(which, Value::Int(1), other), "second") << OperatorText(which);
  }
}

constexpr Case kEquality[] = {
    {"dyn(1) == 'a'", "false"},
    {"dyn(1) != 'a'", "true"},
    {"dyn(true) == 1", "false"},
    {"null == dyn(0)", "false"},
    {"'a' == dyn(b'a')", "false"},
    {"[1, 2.0] == [1.0, dyn(2u)]", "true"},
    {"[1, 2] == [2, 1]", "false"},
    {"{'a': 1, 'b': 2} == {'b': 2.0, 'a': dyn(1u)}", "true"},
    {"{1: 'a'} == {1u: 'a'}", "true"},
    {"double('NaN') == double('NaN')", "false"},
    {"[double('NaN')] == [double('NaN')]", "false"},
    {"double('NaN') != double('NaN')", "true"},
    {"double('NaN') < 1.0 || double('NaN') >= 1.0", "false"},
    {"0.0 == -0.0", "true"},
    {"timestamp('2026-01-01T00:00:00Z') == timestamp('2026-01-01T01:00:00+01:00')", "true"},
    {"duration('60s') == duration('1m')", "true"},
    {"int == type(1)", "true"},
    {"'é' < '€' && '€' < '😀'", "true"},
    {"b'\\xff' > b'a'", "true"},
    {"false < true", "true"},
    {"dyn([1]) < [2]", "error: no such overload: '<' of (list, list)"},
};

TEST_F(OperatorsTest, ComparesAllKinds) {
  for (const Case& item : kEquality)
    EXPECT_EQ(Evaluate(item.source, "{}", {.check = false}), item.value) << item.source;
}

constexpr Case kCollections[] = {
    {"1 in [3, 2, 1]", "true"},
    {"1.0 in [dyn(1u)]", "true"},
    {"'a' in [dyn(1)]", "false"},
    {"'a' in {'a': 1}", "true"},
    {"dyn(1.0) in {1: 'a'}", "true"},
    {"[1] in [[1], [2]]", "true"},
    {"[1, 2][1]", "2"},
    {"[1, 2][dyn(1.0)]", "2"},
    {"[1, 2][dyn(1u)]", "2"},
    {"[1, 2][2]", "error: index out of range"},
    {"[1, 2][-1]", "error: index out of range"},
    {"[1, 2][dyn(0.5)]", "error: index out of range"},
    {"[1, 2][dyn('0')]", "error: a list is indexed by an int"},
    {"{'a': 1}['a']", "1"},
    {"{1: 'a'}[dyn(1.0)]", "\"a\""},
    {"{'a': 1}['b']", "error: no such key: 'b'"},
    {"{1: 2}[3]", "error: no such key"},
    {"{1: 2}[dyn([])]", "error: no such key"},
    {"dyn('a')[0]", "error: no such overload: '[]' of (string, int)"},
    {"[1] + [2, 3]", "[1,2,3]"},
    {"'a' + 'b'", "\"ab\""},
    {"b'a' + b'b'", "\"YWI=\""},
    {"{'a': 1, 'a': 2}", "error: the map has the same key twice"},
    {"{1: 1, dyn(1u): 2}", "error: the map has the same key twice"},
};

TEST_F(OperatorsTest, LooksIntoCollections) {
  for (const Case& item : kCollections) EXPECT_EQ(Evaluate(item.source), item.value) << item.source;
}

}  // namespace
}  // namespace penstock::expr
