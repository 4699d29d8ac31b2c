#include "steps/dead_letter.h"

#include <gtest/gtest.h>

#include <set>

namespace penstock {
namespace {

TEST(DeadKindName, IsAnotherForEveryKind) {
  std::set<std::string_view> names;
  for (size_t i = 0; i < kDeadKinds; ++i) names.insert(DeadKindName(static_cast<DeadKind>(i)));
  EXPECT_EQ(names.size(), kDeadKinds);
  EXPECT_FALSE(names.contains("unknown"));
  EXPECT_EQ(DeadKindName(static_cast<DeadKind>(kDeadKinds)), "unknown");
}

}  // namespace
}  // namespace penstock
