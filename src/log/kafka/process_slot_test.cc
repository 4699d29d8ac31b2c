#include "log/kafka/process_slot.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

#include "base/temporary_directory.h"

namespace penstock::kafka {
namespace {

class ProcessSlotTest : public ::testing::Test {
 protected:
  std::shared_ptr<ProcessSlot> Take() {
    Result<std::shared_ptr<ProcessSlot>> slot = ProcessSlot::Take(directory_ + "/state");
    EXPECT_TRUE(slot) << slot.error().message;
    return slot ? *std::move(slot) : nullptr;
  }

  const TemporaryDirectory folder_;
  const std::string& directory_ = folder_.path();
};

TEST_F(ProcessSlotTest, IsTheSameAfterARestart) {
  const std::string id = Take()->id();
  EXPECT_EQ(id.size(), 32);
  EXPECT_EQ(Take()->id(), id);
}

TEST_F(ProcessSlotTest, IsHeldByOneAtATime) {
  const auto first = Take();
  const auto second = Take();
  EXPECT_NE(first->id(), second->id());
}

TEST_F(ProcessSlotTest, IsNamedAnewWhereItsFileIsBroken) {
  const std::string id = Take()->id();
  std::ofstream(directory_ + "/state/kafka-process-0") << "nonsense";
  std::filesystem::resize_file(directory_ + "/state/kafka-process-0", 8);
  const auto slot = Take();
  EXPECT_NE(slot->id(), id);
  EXPECT_EQ(slot->id().size(), 32);
}

TEST_F(ProcessSlotTest, SaysWhyADirectoryCannotBeUsed) {
  std::ofstream(directory_ + "/file") << "x";
  const auto slot = ProcessSlot::Take(directory_ + "/file/state");
  ASSERT_FALSE(slot);
  EXPECT_NE(slot.error().message.find("/file/state"), std::string::npos);
}

TEST_F(ProcessSlotTest, GivesTheLowestFreeNumberOfAGroup) {
  const auto slot = Take();
  auto first = ProcessSlot::TakeNumber(slot, "g");
  const auto second = ProcessSlot::TakeNumber(slot, "g");
  EXPECT_EQ(first->value(), 0);
  EXPECT_EQ(second->value(), 1);
  EXPECT_EQ(ProcessSlot::TakeNumber(slot, "other")->value(), 0);
  first.reset();
  EXPECT_EQ(ProcessSlot::TakeNumber(slot, "g")->value(), 0);
}

}  // namespace
}  // namespace penstock::kafka
