#include "expr/term_filter.h"

#include <gtest/gtest.h>

#include <cmath>
#include <string>
#include <vector>

namespace penstock::expr {
namespace {

using Kind = Atom::Kind;

// Which of the entries stay, as text: "013".
std::string Staying(const std::vector<Term>& terms, uint32_t entries, const Value& value) {
  std::vector<PlacedTerm> placed;
  for (uint32_t i = 0; i < terms.size(); ++i) placed.push_back({i, &terms[i]});
  const TermFilter filter({}, entries, placed);
  std::vector<uint64_t> bits((entries + 63) / 64, ~uint64_t{0});
  std::vector<uint64_t> spare(bits.size());
  filter.Apply(value, bits.data(), spare.data());
  std::string text;
  for (uint32_t i = 0; i < entries; ++i)
    if ((bits[i / 64] >> (i % 64) & 1) != 0) text += std::to_string(i);
  return text;
}

Term Of(std::vector<Atom> atoms) { return {{}, std::move(atoms)}; }

TEST(TermFilterTest, EqualitiesAndEntriesWithoutTerms) {
  const std::vector<Term> terms{Of({{Kind::kEqual, Value::Int(1)}}),
                                Of({{Kind::kEqual, Value::String("x")}, {Kind::kEqual, Value::Int(1)}})};
  EXPECT_EQ(Staying(terms, 3, Value::Double(1)), "012");
  EXPECT_EQ(Staying(terms, 3, Value::String("x")), "12");
  EXPECT_EQ(Staying(terms, 3, Value::Null()), "2");
  EXPECT_EQ(Staying(terms, 3, Value::Error("missing")), "012");
}

TEST(TermFilterTest, BoundsOfRanges) {
  const std::vector<Term> terms{
      Of({{Kind::kLess, Value::Int(5)}}),
      Of({{Kind::kLessEqual, Value::Double(5)}}),
      Of({{Kind::kGreater, Value::Uint(5)}}),
      Of({{Kind::kGreaterEqual, Value::Int(5)}}),
      Of({{Kind::kLess, Value::Int(3)}, {Kind::kGreater, Value::Int(7)}}),   // a gap between
      Of({{Kind::kLess, Value::Int(7)}, {Kind::kGreater, Value::Int(3)}}),   // all numbers
      Of({{Kind::kLess, Value::Int(2)}, {Kind::kLess, Value::Double(4.5)}})  // the wider one
  };
  EXPECT_EQ(Staying(terms, 7, Value::Int(5)), "135");
  EXPECT_EQ(Staying(terms, 7, Value::Double(4.75)), "015");
  EXPECT_EQ(Staying(terms, 7, Value::Double(4.25)), "0156");
  EXPECT_EQ(Staying(terms, 7, Value::Int(8)), "2345");
  EXPECT_EQ(Staying(terms, 7, Value::Double(-1e300)), "01456");
  EXPECT_EQ(Staying(terms, 7, Value::Double(std::nan(""))), "");
  EXPECT_EQ(Staying(terms, 7, Value::String("5")), "0123456");  // fails: nothing is known
}

TEST(TermFilterTest, NumbersThatDoublesCannotTell) {
  constexpr int64_t kOdd = (int64_t{1} << 53) + 1;
  const std::vector<Term> terms{Of({{Kind::kGreater, Value::Int(kOdd - 1)}}), Of({{Kind::kLess, Value::Int(kOdd)}})};
  EXPECT_EQ(Staying(terms, 2, Value::Int(kOdd)), "0");
  EXPECT_EQ(Staying(terms, 2, Value::Int(kOdd - 1)), "1");
  EXPECT_EQ(Staying(terms, 2, Value::Double(static_cast<double>(kOdd - 1))), "1");
  const std::vector<Term> small{Of({{Kind::kGreater, Value::Double(9007199254740992.0)}})};
  EXPECT_EQ(Staying(small, 1, Value::Int(kOdd)), "0");
}

TEST(TermFilterTest, Prefixes) {
  const std::vector<Term> terms{Of({{Kind::kPrefix, Value::String("ab")}}), Of({{Kind::kPrefix, Value::String("")}}),
                                Of({{Kind::kPrefix, Value::String("abc")}, {Kind::kEqual, Value::Int(3)}})};
  EXPECT_EQ(Staying(terms, 3, Value::String("abcd")), "012");
  EXPECT_EQ(Staying(terms, 3, Value::String("ab")), "01");
  EXPECT_EQ(Staying(terms, 3, Value::String("b")), "1");
  EXPECT_EQ(Staying(terms, 3, Value::Int(4)), "012");  // fails
}

TEST(TermFilterTest, ManyRangesAreFoundAtEveryPlaceOfTheLine) {
  std::vector<Term> terms;
  for (int i = 0; i < 1000; ++i) terms.push_back(Of({{i % 2 == 0 ? Kind::kGreater : Kind::kLessEqual, Value::Int(i)}}));
  std::vector<PlacedTerm> placed;
  for (uint32_t i = 0; i < terms.size(); ++i) placed.push_back({i, &terms[i]});
  const TermFilter filter({}, 1000, placed);
  std::vector<uint64_t> bits(16);
  std::vector<uint64_t> spare(16);
  for (int twice = -3; twice < 2005; ++twice) {
    const double number = twice / 2.0;
    bits.assign(16, ~uint64_t{0});
    filter.Apply(Value::Double(number), bits.data(), spare.data());
    for (uint32_t i = 0; i < 1000; ++i)
      ASSERT_EQ((bits[i / 64] >> (i % 64) & 1) != 0, i % 2 == 0 ? number > i : number <= i) << number << " " << i;
  }
}

}  // namespace
}  // namespace penstock::expr
