#include "expr/function.h"

#include <gtest/gtest.h>

namespace penstock::expr {
namespace {

Value One(CallContext&, const Value*) { return Value::Int(1); }

TEST(FunctionTest, IsFoundByNameAndStyle) {
  Library library;
  library.Add({"f", false, {{{}, Type::Of(TypeKind::kInt), One}}});
  EXPECT_NE(library.Find("f", false), nullptr);
  EXPECT_EQ(library.Find("f", true), nullptr);
  EXPECT_EQ(library.Find("g", false), nullptr);
}

TEST(FunctionTest, GathersItsOverloads) {
  Library library;
  library.Add({"f", false, {{{Type::Of(TypeKind::kInt)}, Type::Of(TypeKind::kInt), One}}});
  library.Add({"f", false, {{{Type::Of(TypeKind::kString)}, Type::Of(TypeKind::kInt), One}}});
  library.Add({"f", true, {{{Type::Of(TypeKind::kString)}, Type::Of(TypeKind::kInt), One}}});
  EXPECT_EQ(library.Find("f", false)->overloads.size(), 2U);
  EXPECT_EQ(library.Find("f", true)->overloads.size(), 1U);
  EXPECT_EQ(library.Names(), std::vector<std::string_view>{"f"});
}

TEST(FunctionTest, IsListedWithItsFamilyAndSuggestedUnlessInternal) {
  Library library;
  const std::vector<Overload> overloads = {{{}, Type::Of(TypeKind::kInt), One}};
  library.Add(Family{"Ones", "All give one.", {{"f", false, overloads}, {"@g", false, overloads}}});
  library.Add(Family{"More", "Again.", {{"f", true, overloads}}});
  ASSERT_EQ(library.families().size(), 2U);
  EXPECT_EQ(library.families()[0].functions.size(), 2U);
  EXPECT_NE(library.Find("f", true), nullptr);
  EXPECT_NE(library.Find("@g", false), nullptr);
  EXPECT_EQ(library.Names(), std::vector<std::string_view>{"f"});
}

TEST(FunctionTest, PaysUntilTheBudgetIsSpent) {
  Arena arena;
  CallContext context(arena, {.cost = 10});
  EXPECT_TRUE(context.Charge(4));
  EXPECT_TRUE(context.Charge(6));
  EXPECT_FALSE(context.Charge(1));
  context.Refill();
  EXPECT_FALSE(context.Charge(11));
  EXPECT_FALSE(context.Charge(1)) << "what could not be paid leaves nothing";
  context.Refill();
  EXPECT_TRUE(context.Charge(10));
  EXPECT_TRUE(context.ChargeBytes(63));
  EXPECT_FALSE(context.ChargeBytes(64));
}

TEST(FunctionTest, PaysForTheMessagesOfErrors) {
  Arena arena;
  CallContext context(arena, {.cost = 10});
  EXPECT_EQ(context.Fail("short").text(), "short");
  EXPECT_EQ(context.Fail(std::string(1000, 'a')).text(), context.OverBudget().text());
  context.Refill();
  std::string message = "copied";
  const Value error = context.Fail(message);
  message = "changed";
  EXPECT_EQ(error.text(), "copied");
}

}  // namespace
}  // namespace penstock::expr
