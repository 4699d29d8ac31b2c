#include "event/value.h"

#include <gtest/gtest.h>

#include <bit>
#include <cmath>
#include <string>
#include <type_traits>

#include "event/parsed_json.h"

namespace penstock {
namespace {

static_assert(sizeof(Value) == 16);
static_assert(std::is_trivially_destructible_v<Value>, "values live in arenas");

TEST(ValueTest, IsNullAtFirst) {
  EXPECT_TRUE(Value().Is(ValueKind::kNull));
  EXPECT_EQ(Value::Null().kind(), ValueKind::kNull);
}

TEST(ValueTest, HoldsScalars) {
  for (const int64_t value : {int64_t{0}, int64_t{-1}, INT64_MIN, INT64_MAX}) {
    EXPECT_EQ(Value::Int(value).as_int(), value);
    EXPECT_EQ(Value::Duration(value).as_duration(), value);
  }
  EXPECT_EQ(Value::Uint(UINT64_MAX).as_uint(), UINT64_MAX);
  EXPECT_TRUE(Value::Bool(true).as_bool());
  EXPECT_FALSE(Value::Bool(false).as_bool());
  EXPECT_EQ(Value::Double(0.1).as_double(), 0.1);
  EXPECT_TRUE(std::signbit(Value::Double(-0.0).as_double()));
  EXPECT_TRUE(std::isnan(Value::Double(std::nan("")).as_double()));
}

TEST(ValueTest, HoldsTimes) {
  for (const Timestamp time :
       {Timestamp{0, 0}, Timestamp{-62'135'596'800, 0}, Timestamp{253'402'300'799, 999'999'999}}) {
    EXPECT_EQ(Value::Time(time).as_time(), time);
    EXPECT_EQ(Value::Time(time).kind(), ValueKind::kTimestamp);
  }
}

TEST(ValueTest, BorrowsTexts) {
  const std::string text = "a text";
  for (const Value& value : {Value::String(text), Value::Bytes(text), Value::Type(text), Value::Error(text)}) {
    EXPECT_EQ(value.text().data(), text.data());
    EXPECT_EQ(value.text(), text);
  }
  EXPECT_EQ(Value::String({}).text(), "");
  EXPECT_EQ(Value::Bytes(std::string_view("\0\xFF", 2)).text().size(), 2U);
}

TEST(ValueTest, KnowsTruth) {
  EXPECT_TRUE(Value::Bool(true).is_true());
  EXPECT_FALSE(Value::Bool(true).is_false());
  EXPECT_TRUE(Value::Bool(false).is_false());
  EXPECT_FALSE(Value::Bool(false).is_true());
  for (const Value& value : {Value::Null(), Value::Int(0), Value::Int(1), Value::String("true"), Value::Double(1)}) {
    EXPECT_FALSE(value.is_true());
    EXPECT_FALSE(value.is_false());
  }
}

TEST(ValueTest, KnowsNumbersAndErrors) {
  EXPECT_TRUE(Value::Int(0).is_number());
  EXPECT_TRUE(Value::Uint(0).is_number());
  EXPECT_TRUE(Value::Double(0).is_number());
  for (const Value& value : {Value::Null(), Value::Bool(true), Value::String("1"), Value::Duration(1), Value::Time({})})
    EXPECT_FALSE(value.is_number());
  EXPECT_TRUE(Value::Error("x").is_error());
  EXPECT_FALSE(Value::Null().is_error());
}

TEST(ValueTest, TellsWhereListsAndMapsAreKept) {
  const Value items[] = {Value::Int(1), Value::Int(2)};
  const Value list = Value::List(items, 2);
  EXPECT_FALSE(list.is_json());
  EXPECT_EQ(list.items(), items);
  EXPECT_EQ(list.item_count(), 2U);
  const ParsedJson json(R"([{"a":[]}])");
  EXPECT_TRUE(json.root().is_json());
  EXPECT_EQ(json.root().document(), &json.document());
  EXPECT_EQ(json.root().node(), 0U);
  EXPECT_EQ(ListAt(json.root(), 0).node(), 1U);
}

TEST(ValueTest, HoldsOptionals) {
  const Value value = Value::Int(1);
  EXPECT_EQ(Value::Optional(&value).as_optional(), &value);
  EXPECT_EQ(Value::OptionalNone().as_optional(), nullptr);
}

TEST(ValueTest, NamesTypesAsExpressionsDo) {
  EXPECT_EQ(TypeName(ValueKind::kNull), "null_type");
  EXPECT_EQ(TypeName(ValueKind::kBool), "bool");
  EXPECT_EQ(TypeName(ValueKind::kInt), "int");
  EXPECT_EQ(TypeName(ValueKind::kUint), "uint");
  EXPECT_EQ(TypeName(ValueKind::kDouble), "double");
  EXPECT_EQ(TypeName(ValueKind::kString), "string");
  EXPECT_EQ(TypeName(ValueKind::kBytes), "bytes");
  EXPECT_EQ(TypeName(ValueKind::kList), "list");
  EXPECT_EQ(TypeName(ValueKind::kMap), "map");
  EXPECT_EQ(TypeName(ValueKind::kTimestamp), "google.protobuf.Timestamp");
  EXPECT_EQ(TypeName(ValueKind::kDuration), "google.protobuf.Duration");
  EXPECT_EQ(TypeName(ValueKind::kOptional), "optional_type");
  EXPECT_EQ(TypeName(ValueKind::kType), "type");
  EXPECT_EQ(TypeName(ValueKind::kError), "error");
}

}  // namespace
}  // namespace penstock
