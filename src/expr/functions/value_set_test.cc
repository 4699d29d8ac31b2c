#include "expr/functions/value_set.h"

#include <gtest/gtest.h>

#include "event/compare.h"
#include "expr/evaluate_text.h"

namespace penstock::expr {
namespace {

// Pairs of every kind, equal and not.
constexpr std::string_view kValues[] = {
    "null",
    "true",
    "1",
    "1u",
    "1.0",
    "0.0",
    "-0.0",
    "'a'",
    "b'a'",
    "[1, 'a']",
    "[1.0, 'a']",
    "['a', 1]",
    "{'a': 1, 'b': 2}",
    "{'b': 2.0, 'a': 1u}",
    "{'a': 2, 'b': 1}",
    "timestamp(1)",
    "duration('1s')",
    "int",
    "'int'",
    "optional.of([1])",
    "optional.of([1u])",
    "optional.none()",
    "ip('10.0.0.1')",
    "cidr('10.0.0.1/32')",
    "18446744073709551615u",
    "1e300",
};

TEST(ValueSetTest, HashesEqualValuesAlike) {
  for (const std::string_view a : kValues) {
    for (const std::string_view b : kValues) {
      const Evaluated left(a);
      const Evaluated right(b);
      if (Equals(left.value(), right.value())) {
        EXPECT_EQ(HashOfAny(left.value()), HashOfAny(right.value())) << a << " and " << b;
      } else {
        EXPECT_NE(HashOfAny(left.value()), HashOfAny(right.value())) << a << " and " << b;
      }
    }
  }
}

TEST(ValueSetTest, HoldsWhatWasAdded) {
  Arena arena;
  CallContext context(arena, {.cost = 1'000'000});
  ValueSet set(context, 1000);
  for (int64_t i = 0; i < 1000; ++i) EXPECT_TRUE(set.Add(Value::Int(i)));
  for (int64_t i = 0; i < 1000; ++i) EXPECT_FALSE(set.Add(Value::Double(static_cast<double>(i))));
  EXPECT_TRUE(set.Contains(Value::Uint(999)));
  EXPECT_FALSE(set.Contains(Value::Int(1000)));
  EXPECT_TRUE(set.paid());
}

TEST(ValueSetTest, StopsWhereTheBudgetEnds) {
  Arena arena;
  CallContext context(arena, {.cost = 14});
  EXPECT_FALSE(ValueSet(context, 1000).paid());
  context.Refill();
  ValueSet set(context, 4);
  EXPECT_TRUE(set.Add(Value::Int(1)));
  EXPECT_TRUE(set.Add(Value::Int(2)));
  EXPECT_FALSE(set.Add(Value::Int(3)));
  EXPECT_FALSE(set.paid());
  EXPECT_FALSE(set.Contains(Value::Int(1)));
}

}  // namespace
}  // namespace penstock::expr
