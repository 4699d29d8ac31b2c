#include "expr/type.h"

#include <gtest/gtest.h>

namespace penstock::expr {
namespace {

bool Allows(const Type& type, ValueKind kind) { return (KindMask(type) >> static_cast<unsigned>(kind) & 1) != 0; }

TEST(TypeTest, IsWrittenAsMessagesDo) {
  const Type integer = Type::Of(TypeKind::kInt);
  const Type text = Type::Of(TypeKind::kString);
  EXPECT_EQ(TypeText(Type::Dyn()), "dyn");
  EXPECT_EQ(TypeText(Type::List(integer)), "list(int)");
  EXPECT_EQ(TypeText(Type::Map(text, Type::List(Type::Dyn()))), "map(string, list(dyn))");
  EXPECT_EQ(TypeText(Type::Optional(integer)), "optional(int)");
  EXPECT_EQ(TypeText(Type::TypeOf(text)), "type(string)");
  EXPECT_EQ(TypeText(Type::Abstract("a.b", {integer, text})), "a.b(int, string)");
  EXPECT_EQ(TypeText(Type::Parameter("A")), "A");
}

TEST(TypeTest, KnowsTheKindsOfItsValues) {
  EXPECT_TRUE(Allows(Type::Dyn(), ValueKind::kMap));
  EXPECT_TRUE(Allows(Type::Parameter("A"), ValueKind::kInt));
  EXPECT_TRUE(Allows(Type::Of(TypeKind::kUint), ValueKind::kUint));
  EXPECT_FALSE(Allows(Type::Of(TypeKind::kUint), ValueKind::kInt));
  EXPECT_TRUE(Allows(Type::List(Type::Dyn()), ValueKind::kList));
  EXPECT_FALSE(Allows(Type::List(Type::Dyn()), ValueKind::kMap));
  EXPECT_TRUE(Allows(Type::Optional(Type::Dyn()), ValueKind::kOptional));
  EXPECT_EQ(KindMask(Type::Abstract("other", {})), 0);
}

TEST(TypeTest, ComparesWhole) {
  EXPECT_EQ(Type::List(Type::Of(TypeKind::kInt)), Type::List(Type::Of(TypeKind::kInt)));
  EXPECT_NE(Type::List(Type::Of(TypeKind::kInt)), Type::List(Type::Of(TypeKind::kUint)));
}

}  // namespace
}  // namespace penstock::expr
