#include "expr/member_types.h"

#include <gtest/gtest.h>

namespace penstock::expr {
namespace {

using Path = std::vector<std::string>;

const Type kInt = Type::Of(TypeKind::kInt);
const Type kText = Type::Of(TypeKind::kString);

TEST(MemberTypes, AreKnownWhereTheyAreDeclared) {
  const Type closed = MapOf({.types = {{"a", kInt}}, .closed = true});
  EXPECT_EQ(MemberType(closed, "a"), kInt);
  EXPECT_EQ(MemberType(closed, "b"), std::nullopt);
  const Type open = MapOf({.types = {{"a", kInt}}});
  EXPECT_EQ(MemberType(open, "b"), Type::Dyn());
  EXPECT_EQ(MemberType(Type::Map(kText, kInt), "b"), kInt);
  EXPECT_EQ(MemberType(Type::Dyn(), "b"), Type::Dyn());
}

TEST(MemberTypes, ChangeWithWhatIsPutThere) {
  const Type before = MapOf({.types = {{"a", kInt}}, .closed = true});
  const Path path = {"card", "number"};
  const Type after = WithMember(before, path, kText);
  EXPECT_EQ(MemberTypeAt(after, path), kText);
  EXPECT_EQ(MemberTypeAt(after, Path{"a"}), kInt);
  EXPECT_EQ(MemberTypeAt(before, path), std::nullopt);
  EXPECT_EQ(MemberTypeAt(WithMember(before, Path{"a", "b"}, kText), Path{"a", "b"}), kText);
  EXPECT_EQ(MemberTypeAt(WithMember(Type::Dyn(), path, kText), path), kText);
}

TEST(MemberTypes, AddToWhatTheValuesOfAMapMayBe) {
  const Type numbers = Type::Map(kText, kInt);
  EXPECT_EQ(WithMember(numbers, Path{"b"}, kText).parameters[1], Type::Dyn());
  EXPECT_EQ(WithMember(numbers, Path{"b"}, kInt).parameters[1], kInt);
}

TEST(MemberTypes, GoWithWhatIsTakenAway) {
  const Path path = {"card", "number"};
  const Type full = WithMember(MapOf({.types = {}, .closed = true}), path, kText);
  const Type less = WithoutMember(full, path);
  EXPECT_EQ(MemberTypeAt(less, Path{"card"}).has_value(), true);
  EXPECT_EQ(MemberType(WithoutMember(full, Path{"card"}), "card"), std::nullopt);
  EXPECT_EQ(WithoutMember(Type::Dyn(), path), Type::Dyn());
  EXPECT_EQ(MemberTypeAt(WithoutMember(full, Path{"other", "x"}), path), kText);
}

TEST(MemberTypes, HaveInCommonWhatBothAllow) {
  const Type a = MapOf({.types = {{"score", kInt}, {"label", kText}}, .closed = true});
  const Type b = MapOf({.types = {{"score", kText}, {"reason", kText}}, .closed = true});
  const Type common = CommonType(a, b);
  EXPECT_EQ(MemberType(common, "score"), Type::Dyn());
  EXPECT_EQ(MemberType(common, "label"), kText);
  EXPECT_EQ(MemberType(common, "reason"), kText);
  EXPECT_EQ(MemberType(common, "other"), std::nullopt);
  EXPECT_EQ(MemberType(CommonType(a, MapOf({})), "other"), Type::Dyn());
  EXPECT_EQ(CommonType(kInt, kText), Type::Dyn());
}

}  // namespace
}  // namespace penstock::expr
