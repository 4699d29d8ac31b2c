#include "steps/step_list.h"

#include <gtest/gtest.h>

namespace penstock {
namespace {

TEST(StepList, FindsEachKindByItsName) {
  for (const StepKind& kind : StepKinds()) EXPECT_EQ(FindStepKind(kind.option.name), &kind);
  EXPECT_EQ(FindStepKind("dorp"), nullptr);
}

TEST(StepList, SaysWhereAStepMayStand) {
  for (const char* name : {"drop", "select", "set", "mask", "require"})
    EXPECT_NE(PrepareStepOptions().Find(name), nullptr) << name;
  for (const char* name : {"set", "require"}) EXPECT_NE(PostprocessStepOptions().Find(name), nullptr) << name;
  for (const char* name : {"drop", "select", "mask"}) EXPECT_EQ(PostprocessStepOptions().Find(name), nullptr) << name;
}

TEST(StepList, EveryEntryIsOneStep) {
  EXPECT_EQ(PrepareStepOptions().choice, Group::Choice::kExactlyOne);
  EXPECT_EQ(PostprocessStepOptions().choice, Group::Choice::kExactlyOne);
  const Option* const window = PrepareStepOptions().Find("window");
  ASSERT_NE(window, nullptr);
  EXPECT_TRUE(window->planned);
}

}  // namespace
}  // namespace penstock
