#include "expr/calls.h"

#include <gtest/gtest.h>

#include "event/json_writer.h"
#include "expr/functions/standard_library.h"

namespace penstock::expr {
namespace {

class CallsTest : public testing::Test {
 protected:
  Value Some(const Value& value) { return Value::Optional(arena_.New(value)); }
  static std::string Text(const Value& value) { return value.is_error() ? std::string(value.text()) : ToJson(value); }

  Arena arena_;
  CallContext context_{arena_, {.cost = 1000}};
};

TEST_F(CallsTest, BuildsLists) {
  const Value elements[] = {Value::Int(1), Value::Int(2)};
  EXPECT_EQ(Text(MakeList(context_, elements, {false, false})), "[1,2]");
  EXPECT_EQ(Text(MakeList(context_, {}, {})), "[]");
}

TEST_F(CallsTest, LeavesOutWhatHoldsNothing) {
  const Value elements[] = {Some(Value::Int(1)), Value::OptionalNone(), Value::Int(3)};
  EXPECT_EQ(Text(MakeList(context_, elements, {true, true, false})), "[1,3]");
  const Value entries[] = {Value::String("a"), Some(Value::Int(1)), Value::String("b"), Value::OptionalNone()};
  EXPECT_EQ(Text(MakeMap(context_, entries, {true, false, true, false})), R"({"a":1})");
}

TEST_F(CallsTest, GivesTheFirstErrorAmongElements) {
  const Value elements[] = {Value::Int(1), Value::Error("first"), Value::Error("second")};
  EXPECT_EQ(Text(MakeList(context_, elements, {false, false, false})), "first");
  EXPECT_EQ(Text(MakeList(context_, elements, {true, false, false})), "what stands after '?' is no optional");
}

TEST_F(CallsTest, RefusesKeysThatAreNone) {
  for (const Value& key : {Value::Null(), Value::Double(1), Value::Bytes("a"), Value::List(nullptr, 0)}) {
    const Value entries[] = {key, Value::Int(1)};
    EXPECT_EQ(Text(MakeMap(context_, entries, {false, false})), "a map's key is a string, int, uint or bool");
  }
  const Value failed[] = {Value::Error("first"), Value::Error("second")};
  EXPECT_EQ(Text(MakeMap(context_, failed, {false, false})), "first");
}

TEST_F(CallsTest, RefusesTheSameKeyTwice) {
  const Value entries[] = {Value::Int(1), Value::Int(1), Value::Uint(1), Value::Int(2)};
  EXPECT_EQ(Text(MakeMap(context_, entries, {false, false, false, false})), "the map has the same key twice");
}

TEST_F(CallsTest, PaysBeforeItBuilds) {
  const std::vector<Value> elements(1001, Value::Int(1));
  EXPECT_EQ(Text(MakeList(context_, elements, std::vector<bool>(1001))), Text(context_.OverBudget()));
  EXPECT_LT(arena_.held_bytes(), 16'016U);
}

}  // namespace
}  // namespace penstock::expr
