#include "expr/environment.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "expr/functions/standard_library.h"

namespace penstock::expr {
namespace {

TEST(EnvironmentTest, NumbersVariablesInOrder) {
  Environment environment(StandardLibrary());
  EXPECT_EQ(environment.AddVariable("event"), 0U);
  EXPECT_EQ(environment.AddVariable("key", Type::Of(TypeKind::kString)), 1U);
  EXPECT_EQ(environment.FindName("key", false)->variable, 1U);
  EXPECT_EQ(environment.variables()[1].type, Type::Of(TypeKind::kString));
  EXPECT_FALSE(environment.FindName("headers", false));
}

TEST(EnvironmentTest, LooksWithinContainersFromTheInside) {
  Environment environment(StandardLibrary());
  environment.AddVariable("x");
  environment.AddVariable("a.x");
  environment.AddVariable("a.b.y");
  environment.SetContainer("a.b");
  EXPECT_EQ(environment.FindName("x", false)->variable, 1U);
  EXPECT_EQ(environment.FindName("x", true)->variable, 0U);
  EXPECT_EQ(environment.FindName("y", false)->variable, 2U);
  EXPECT_EQ(environment.FindName("b.y", false)->variable, 2U);
  EXPECT_FALSE(environment.FindName("y", true));
}

TEST(EnvironmentTest, NamesTypes) {
  Environment environment(StandardLibrary());
  EXPECT_EQ(environment.FindName("int", false)->type, Type::Of(TypeKind::kInt));
  EXPECT_EQ(environment.FindName("list", false)->type, Type::List(Type::Dyn()));
  environment.AddVariable("int");
  EXPECT_TRUE(environment.FindName("int", false)->variable);
}

TEST(EnvironmentTest, SharesASlotAmongAllWhoNameItsPath) {
  Environment environment(StandardLibrary());
  const uint32_t event = environment.AddVariable("event");
  const uint32_t other = environment.AddVariable("other");
  const uint32_t user = environment.SlotFor(true, event, "user");
  EXPECT_EQ(environment.SlotFor(true, event, "user"), user);
  EXPECT_NE(environment.SlotFor(true, other, "user"), user);
  const uint32_t id = environment.SlotFor(false, user, "id");
  EXPECT_EQ(environment.SlotFor(false, user, "id"), id);
  EXPECT_NE(environment.SlotFor(true, user, "id"), id);
  EXPECT_NE(environment.SlotFor(true, event, "user.id"), id);
  EXPECT_EQ(environment.slots().size(), 5U);
}

TEST(EnvironmentTest, FindsFunctionsByStyle) {
  Environment environment(StandardLibrary());
  EXPECT_NE(environment.FindFunction("size", true, false), nullptr);
  EXPECT_NE(environment.FindFunction("size", false, false), nullptr);
  EXPECT_NE(environment.FindFunction("startsWith", true, false), nullptr);
  EXPECT_EQ(environment.FindFunction("startsWith", false, false), nullptr);
  environment.DeclareFunction({"a.f", false, {}});
  environment.SetContainer("a");
  EXPECT_NE(environment.FindFunction("f", false, false), nullptr);
  EXPECT_EQ(environment.FindFunction("f", false, true), nullptr);
}

TEST(EnvironmentTest, ListsWhatCouldHaveBeenMeant) {
  Environment environment(StandardLibrary());
  environment.AddVariable("event");
  environment.DeclareFunction({"declared", false, {}});
  const auto has = [](const std::vector<std::string_view>& names, std::string_view name) {
    return std::find(names.begin(), names.end(), name) != names.end();
  };
  EXPECT_TRUE(has(environment.KnownNames(), "event"));
  EXPECT_TRUE(has(environment.KnownNames(), "string"));
  EXPECT_TRUE(has(environment.KnownFunctions(), "declared"));
  EXPECT_TRUE(has(environment.KnownFunctions(), "getFullYear"));
}

}  // namespace
}  // namespace penstock::expr
