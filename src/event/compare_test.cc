#include "event/compare.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <random>
#include <string>
#include <vector>

#include "base/hash.h"
#include "event/json_writer.h"
#include "event/parsed_json.h"
#include "event/random_json.h"

namespace penstock {
namespace {

constexpr double kInfinity = std::numeric_limits<double>::infinity();
constexpr double kNan = std::numeric_limits<double>::quiet_NaN();
constexpr double kTwoTo53 = 9007199254740992.0;
constexpr double kTwoTo63 = 9223372036854775808.0;
constexpr double kTwoTo64 = 18446744073709551616.0;

Value I(int64_t value) { return Value::Int(value); }
Value U(uint64_t value) { return Value::Uint(value); }
Value D(double value) { return Value::Double(value); }

// The number line: from the least to the greatest; what stands in one row is equal.
std::vector<std::vector<Value>> NumberLine() {
  constexpr int64_t kInt53 = int64_t{1} << 53;
  constexpr uint64_t kUint63 = uint64_t{1} << 63;
  return {
      {D(-kInfinity)},
      {D(std::numeric_limits<double>::lowest())},
      {D(std::nextafter(-kTwoTo63, -kInfinity))},
      {I(INT64_MIN), D(-kTwoTo63)},
      {I(INT64_MIN + 1)},
      {I(INT64_MIN + 1024), D(std::nextafter(-kTwoTo63, 0))},
      {I(-kInt53 - 2), D(-kTwoTo53 - 2)},
      {I(-kInt53 - 1)},
      {I(-kInt53), D(-kTwoTo53)},
      {I(-2), D(-2.0)},
      {D(-1.5)},
      {I(-1), D(-1.0)},
      {D(-0.5)},
      {D(-5e-324)},
      {I(0), U(0), D(0.0), D(-0.0)},
      {D(5e-324)},
      {D(0.5)},
      {I(1), U(1), D(1.0)},
      {D(1.5)},
      {I(kInt53), U(kInt53), D(kTwoTo53)},
      {I(kInt53 + 1), U(kInt53 + 1)},
      {I(kInt53 + 2), U(kInt53 + 2), D(kTwoTo53 + 2)},
      {I(INT64_MAX - 1023), U(INT64_MAX - 1023), D(std::nextafter(kTwoTo63, 0))},
      {I(INT64_MAX - 1), U(INT64_MAX - 1)},
      {I(INT64_MAX), U(INT64_MAX)},
      {U(kUint63), D(kTwoTo63)},
      {U(kUint63 + 1)},
      {U(kUint63 + 2048), D(std::nextafter(kTwoTo63, kInfinity))},
      {U(UINT64_MAX - 2047), D(std::nextafter(kTwoTo64, 0))},
      {U(UINT64_MAX)},
      {D(kTwoTo64)},
      {D(std::numeric_limits<double>::max())},
      {D(kInfinity)},
  };
}

TEST(CompareTest, NumbersStandOnOneLine) {
  const std::vector<std::vector<Value>> line = NumberLine();
  for (size_t i = 0; i < line.size(); ++i) {
    for (size_t j = 0; j < line.size(); ++j) {
      for (const Value& a : line[i]) {
        for (const Value& b : line[j]) {
          ASSERT_EQ(Compare(a, b), std::partial_ordering(i <=> j)) << ToJson(a) << " and " << ToJson(b);
          ASSERT_EQ(Equals(a, b), i == j) << ToJson(a) << " and " << ToJson(b);
          if (i == j) {
            ASSERT_EQ(HashValue(a), HashValue(b)) << ToJson(a) << " and " << ToJson(b);
          }
        }
      }
    }
  }
}

TEST(CompareTest, NanEqualsNothing) {
  EXPECT_FALSE(Equals(D(kNan), D(kNan)));
  for (const std::vector<Value>& row : NumberLine()) {
    for (const Value& number : row) {
      EXPECT_EQ(Compare(D(kNan), number), std::partial_ordering::unordered);
      EXPECT_EQ(Compare(number, D(kNan)), std::partial_ordering::unordered);
      EXPECT_FALSE(Equals(number, D(kNan)));
    }
  }
  const Value items[] = {D(kNan)};
  EXPECT_FALSE(Equals(Value::List(items, 1), Value::List(items, 1)));
  EXPECT_EQ(Compare(D(kNan), Value::String("NaN")), std::nullopt);
}

// A number near one where rounding or an overflow would show.
Value DrawNumber(std::mt19937_64& random) {
  constexpr long double kEdges[] = {0, 1, kTwoTo53, kTwoTo63, kTwoTo64};
  long double number = kEdges[random() % 5] + static_cast<long double>(random() % 9) - 4;
  const bool negative = random() % 2 == 0;
  switch (random() % 3) {
    case 0: return D((negative ? -1 : 1) * static_cast<double>(number + static_cast<long double>(random() % 3) / 2));
    case 1: return U(static_cast<uint64_t>(std::clamp(number, 0.0L, static_cast<long double>(UINT64_MAX))));
    default:
      number = std::min(number, static_cast<long double>(INT64_MAX));
      return I(static_cast<int64_t>(negative ? -number : number));
  }
}

// Every int, uint and double is exact in 64 bits of mantissa.
long double Exact(const Value& number) {
  static_assert(std::numeric_limits<long double>::digits >= 64);
  if (number.Is(ValueKind::kInt)) return static_cast<long double>(number.as_int());
  return number.Is(ValueKind::kUint) ? static_cast<long double>(number.as_uint()) : number.as_double();
}

TEST(CompareTest, ComparesNumbersExactly) {
  constexpr uint64_t kSeed = 20260113;
  SCOPED_TRACE(kSeed);
  std::mt19937_64 random(kSeed);
  for (int i = 0; i < 200'000; ++i) {
    const Value a = DrawNumber(random);
    const Value b = DrawNumber(random);
    ASSERT_EQ(Compare(a, b), Exact(a) <=> Exact(b)) << ToJson(a) << " and " << ToJson(b);
    ASSERT_EQ(Equals(a, b), Exact(a) == Exact(b)) << ToJson(a) << " and " << ToJson(b);
    if (Equals(a, b)) {
      ASSERT_EQ(HashValue(a), HashValue(b)) << ToJson(a) << " and " << ToJson(b);
    }
  }
}

TEST(CompareTest, GivesExactInts) {
  EXPECT_EQ(ExactInt(I(INT64_MIN)), INT64_MIN);
  EXPECT_EQ(ExactInt(U(INT64_MAX)), INT64_MAX);
  EXPECT_EQ(ExactInt(U(uint64_t{INT64_MAX} + 1)), std::nullopt);
  EXPECT_EQ(ExactInt(D(-3.0)), -3);
  EXPECT_EQ(ExactInt(D(-0.0)), 0);
  EXPECT_EQ(ExactInt(D(-kTwoTo63)), INT64_MIN);
  for (const double value : {0.5, -1.5, kTwoTo63, kTwoTo64, kInfinity, -kInfinity, kNan, 5e-324, -1e300})
    EXPECT_EQ(ExactInt(D(value)), std::nullopt) << value;
  EXPECT_EQ(ExactInt(Value::Bool(true)), std::nullopt);
  EXPECT_EQ(ExactInt(Value::String("1")), std::nullopt);
}

// One value of each kind, none of which equals another.
std::vector<Value> OneOfEachKind(Arena& arena) {
  return {Value::Null(),
          Value::Bool(false),
          I(7),
          Value::String(""),
          Value::Bytes(""),
          Value::Type(""),
          Value::List(nullptr, 0),
          MapBuilder(arena, 0).Finish(),
          Value::Time({0, 0}),
          Value::Duration(0),
          Value::OptionalNone()};
}

TEST(CompareTest, ValuesOfDifferentKindsAreNotEqual) {
  Arena arena;
  const std::vector<Value> values = OneOfEachKind(arena);
  for (size_t i = 0; i < values.size(); ++i) {
    for (size_t j = 0; j < values.size(); ++j) {
      EXPECT_EQ(Equals(values[i], values[j]), i == j) << i << " and " << j;
      if (i == j) continue;
      EXPECT_EQ(Compare(values[i], values[j]), std::nullopt) << i << " and " << j;
    }
  }
  EXPECT_FALSE(Equals(Value::Error("x"), Value::Error("x"))) << "an error equals nothing";
}

TEST(CompareTest, OrdersWhatHasAnOrder) {
  const std::vector<std::vector<Value>> ascending = {
      {Value::Bool(false), Value::Bool(true)},
      {Value::String(""), Value::String("A"), Value::String("a"), Value::String("aa"), Value::String("b"),
       Value::String("é"), Value::String("€"), Value::String("😀")},
      {Value::Bytes(""), Value::Bytes(std::string_view("\0", 1)), Value::Bytes("\x7F"), Value::Bytes("\x80"),
       Value::Bytes("\xFF")},
      {Value::Time({-5, 0}), Value::Time({-5, 1}), Value::Time({0, 0}), Value::Time({0, 999'999'999}),
       Value::Time({1, 0})},
      {Value::Duration(INT64_MIN), Value::Duration(-1), Value::Duration(0), Value::Duration(INT64_MAX)},
  };
  for (const std::vector<Value>& values : ascending) {
    for (size_t i = 0; i < values.size(); ++i) {
      for (size_t j = 0; j < values.size(); ++j) {
        EXPECT_EQ(Compare(values[i], values[j]), std::partial_ordering(i <=> j))
            << ToJson(values[i]) << ToJson(values[j]);
        EXPECT_EQ(Equals(values[i], values[j]), i == j);
      }
    }
  }
}

TEST(CompareTest, TheRestHasNoOrder) {
  Arena arena;
  for (const Value& value : OneOfEachKind(arena)) {
    using enum ValueKind;
    const bool unordered =
        value.Is(kNull) || value.Is(kType) || value.Is(kList) || value.Is(kMap) || value.Is(kOptional);
    EXPECT_EQ(Compare(value, value).has_value(), !unordered) << TypeName(value.kind());
  }
}

TEST(CompareTest, OptionalsEqualByWhatTheyHold) {
  const Value one = I(1);
  const Value also_one = D(1.0);
  const Value two = I(2);
  EXPECT_TRUE(Equals(Value::OptionalNone(), Value::OptionalNone()));
  EXPECT_TRUE(Equals(Value::Optional(&one), Value::Optional(&also_one)));
  EXPECT_FALSE(Equals(Value::Optional(&one), Value::Optional(&two)));
  EXPECT_FALSE(Equals(Value::Optional(&one), Value::OptionalNone()));
  EXPECT_FALSE(Equals(Value::OptionalNone(), Value::Optional(&one)));
  EXPECT_FALSE(Equals(Value::Optional(&one), one));
}

struct Pair {
  std::string_view a;
  std::string_view b;
  bool equal;
};

constexpr Pair kPairs[] = {
    {"[]", "[]", true},
    {"[1,2]", "[1.0, 2e0]", true},
    {"[1,2]", "[2,1]", false},
    {"[1,2]", "[1]", false},
    {"[1]", "[1,2]", false},
    {"[[1],{\"a\":2}]", "[[1],{\"a\":2}]", true},
    {"[[1]]", "[[2]]", false},
    {"[9007199254740993]", "[9007199254740992.0]", false},
    {"[\"\\u00e9\"]", "[\"é\"]", true},
    {"[null]", "[false]", false},
    {"{}", "{}", true},
    {"{}", "[]", false},
    {R"({"a":1})", R"({"a":1.0})", true},
    {R"({"a":1})", R"({"a":2})", false},
    {R"({"a":1})", R"({"b":1})", false},
    {R"({"a":1})", R"({})", false},
    {R"({"a":1,"b":2})", R"({"b":2,"a":1})", true},
    {R"({"a":1,"b":2})", R"({"b":1,"a":2})", false},
    {R"({"a":1,"b":2,"c":3})", R"({"a":1,"c":3,"b":2})", true},
    {R"({"a":1,"b":2,"c":3})", R"({"a":1,"c":3,"d":2})", false},
    {R"({"a":1,"b":2})", R"({"a":1,"b":2,"c":3})", false},
    {R"({"a":0,"b":2,"a":1})", R"({"b":2,"a":1})", true},
    {R"({"a":0,"b":2,"a":1})", R"({"a":0,"b":2})", false},
    {R"({"a":{"x":[1,{"y":null}]},"b":[]})", R"({"b":[],"\u0061":{"x":[1,{"y":null}]}})", true},
    {R"({"a":null})", R"({"b":null})", false},
};

// Each side in a document and in an arena, and the sides exchanged.
void ExpectEquality(std::string_view a, std::string_view b, bool equal) {
  Arena arena;
  const ParsedJson left(a);
  const ParsedJson right(b);
  for (const Value& x : {left.root(), DeepCopy(left.root(), arena)}) {
    for (const Value& y : {right.root(), DeepCopy(right.root(), arena)}) {
      ASSERT_EQ(Equals(x, y), equal) << a << " and " << b;
      ASSERT_EQ(Equals(y, x), equal) << b << " and " << a;
    }
  }
}

TEST(CompareTest, ListsAndMapsEqualByTheirContents) {
  for (const Pair& pair : kPairs) ExpectEquality(pair.a, pair.b, pair.equal);
}

TEST(CompareTest, MapsHaveKeysOfOtherKinds) {
  Arena arena;
  MapBuilder ints(arena, 1);
  ints.Add(I(1), I(5));
  MapBuilder uints(arena, 1);
  uints.Add(U(1), D(5.0));
  const Value int_map = ints.Finish();
  EXPECT_TRUE(Equals(int_map, uints.Finish()));
  const ParsedJson json(R"({"1":5})");
  EXPECT_FALSE(Equals(int_map, json.root()));
  EXPECT_FALSE(Equals(json.root(), int_map));
}

// A map of `size` members in an order that `random` draws; `changed` is the number of a member of another value.
std::string Shuffled(size_t size, RandomJson& random, size_t changed = SIZE_MAX) {
  std::vector<size_t> order(size);
  for (size_t i = 0; i < size; ++i) order[i] = i;
  for (size_t i = size; i > 1; --i) std::swap(order[i - 1], order[random.Below(i)]);
  std::string text = "{";
  for (const size_t i : order)
    text += (text.size() > 1 ? ",\"" : "\"") + std::to_string(i) + "\":" + std::to_string(i == changed ? 0 : i + 1);
  return text + "}";
}

TEST(CompareTest, MapsOfAllSizesEqualInAnyOrder) {
  constexpr uint64_t kSeed = 20260114;
  SCOPED_TRACE(kSeed);
  RandomJson random(kSeed);
  for (size_t size = 1; size < 60; ++size) {
    ExpectEquality(Shuffled(size, random), Shuffled(size, random), true);
    ExpectEquality(Shuffled(size, random), Shuffled(size, random, random.Below(size)), false);
    std::string other_key = Shuffled(size, random);
    other_key.replace(other_key.find('"') + 1, 0, "x");
    ExpectEquality(Shuffled(size, random), other_key, false);
  }
}

// Time in the square of the members would be noticed as a test that hangs.
TEST(CompareTest, ComparesMapsOfManyMembers) {
  constexpr uint64_t kSeed = 20260115;
  constexpr size_t kMembers = 100'000;
  SCOPED_TRACE(kSeed);
  RandomJson random(kSeed);
  ExpectEquality(Shuffled(kMembers, random), Shuffled(kMembers, random), true);
  ExpectEquality(Shuffled(kMembers, random), Shuffled(kMembers, random, 17), false);
}

TEST(CompareTest, HashesOfDifferentKeysDiffer) {
  std::vector<uint64_t> hashes = {HashValue(Value::Bool(true)), HashValue(Value::String("")), HashValue(D(0.5))};
  for (int64_t i = 0; i < 1000; ++i) {
    hashes.push_back(HashValue(I(i + 2)));
    hashes.push_back(HashValue(I((i + 2) << 50)));
    hashes.push_back(HashValue(Value::String(std::to_string(i))));
  }
  std::sort(hashes.begin(), hashes.end());
  EXPECT_EQ(std::adjacent_find(hashes.begin(), hashes.end()), hashes.end());
}

// Whoever knows the hash function must not know where a key goes: chosen keys would all fall into one slot of a table.
TEST(CompareTest, HashesAreSeeded) {
  EXPECT_EQ(HashSeed(), HashSeed());
  EXPECT_NE(HashValue(Value::String("key")), Hash64("key"));
}

}  // namespace
}  // namespace penstock
