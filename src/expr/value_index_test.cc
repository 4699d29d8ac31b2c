#include "expr/value_index.h"

#include <gtest/gtest.h>

#include <cmath>
#include <string>

namespace penstock::expr {
namespace {

TEST(ValueIndexTest, AnEmptyOneFindsNothing) { EXPECT_EQ(ValueIndex().Find(Value::Int(1)), ValueIndex::kNone); }

TEST(ValueIndexTest, KeysAreNumberedInTheOrderOfTheirFirstTime) {
  ValueIndex index;
  EXPECT_EQ(index.Add(Value::String("a")), 0u);
  EXPECT_EQ(index.Add(Value::Int(7)), 1u);
  EXPECT_EQ(index.Add(Value::String("a")), 0u);
  EXPECT_EQ(index.size(), 2u);
  EXPECT_EQ(index.Find(Value::String("a")), 0u);
  EXPECT_EQ(index.Find(Value::String("b")), ValueIndex::kNone);
}

TEST(ValueIndexTest, NumbersOfAllKindsAreOneKey) {
  ValueIndex index;
  index.Add(Value::Int(7));
  EXPECT_EQ(index.Find(Value::Double(7)), 0u);
  EXPECT_EQ(index.Find(Value::Uint(7)), 0u);
  EXPECT_EQ(index.Find(Value::Double(7.5)), ValueIndex::kNone);
  EXPECT_EQ(index.Find(Value::String("7")), ValueIndex::kNone);
  index.Add(Value::Int((int64_t{1} << 53) + 1));
  EXPECT_EQ(index.Find(Value::Double(std::ldexp(1, 53))), ValueIndex::kNone);
}

TEST(ValueIndexTest, NullAndBoolsAndZeroAreDifferent) {
  ValueIndex index;
  EXPECT_EQ(index.Add(Value::Null()), 0u);
  EXPECT_EQ(index.Add(Value::Bool(false)), 1u);
  EXPECT_EQ(index.Add(Value::Int(0)), 2u);
  EXPECT_EQ(index.Find(Value::Bool(false)), 1u);
  EXPECT_EQ(index.Find(Value::Double(-0.0)), 2u);
}

TEST(ValueIndexTest, NaNAndCollectionsAreNoKeys) {
  ValueIndex index;
  index.Add(Value::Int(1));
  EXPECT_EQ(index.Find(Value::Double(std::nan(""))), ValueIndex::kNone);
  EXPECT_EQ(index.Find(Value::List(nullptr, 0)), ValueIndex::kNone);
}

TEST(ValueIndexTest, ManyKeysAreAllFound) {
  std::vector<std::string> texts;
  for (int i = 0; i < 5000; ++i) texts.push_back("key-" + std::to_string(i));
  ValueIndex index;
  for (uint32_t i = 0; i < texts.size(); ++i) EXPECT_EQ(index.Add(Value::String(texts[i])), i);
  for (uint32_t i = 0; i < texts.size(); ++i) EXPECT_EQ(index.Find(Value::String(texts[i])), i);
}

TEST(PostingsTest, ListsStandOneBehindTheOther) {
  const Postings postings({{1, 2}, {}, {3}});
  EXPECT_EQ(postings[0].size(), 2u);
  EXPECT_TRUE(postings[1].empty());
  EXPECT_EQ(postings[2].front(), 3u);
}

}  // namespace
}  // namespace penstock::expr
