#include "pipeline/drain.h"

#include <gtest/gtest.h>

#include "pipeline/log_fixture.h"

namespace penstock {
namespace {

class DrainTest : public LogTest {
 protected:
  // What a group has done of a topic's partitions.
  void Reach(const std::string& topic, const std::vector<int64_t>& positions) {
    std::map<TopicPartition, int64_t> all;
    for (size_t i = 0; i < positions.size(); ++i) all[{topic, static_cast<int32_t>(i)}] = positions[i];
    ASSERT_TRUE(log_->ResetGroup("g", all));
  }
};

TEST_F(DrainTest, NothingToDoIsDone) {
  Create("t", 2);
  EXPECT_TRUE(Drain::Begin(*log_, "g", {"t"}).value().IsDone().value());
}

TEST_F(DrainTest, IsDoneWhenEveryPartitionIs) {
  Create("t", 2);
  Append("t", 0, {"a", "b"});
  Append("t", 1, {"c"});
  const Drain drain = Drain::Begin(*log_, "g", {"t"}).value();
  EXPECT_FALSE(drain.IsDone().value());
  Reach("t", {2, 0});
  EXPECT_FALSE(drain.IsDone().value());
  Reach("t", {1, 1});
  EXPECT_FALSE(drain.IsDone().value());
  Reach("t", {2, 1});
  EXPECT_TRUE(drain.IsDone().value());
}

TEST_F(DrainTest, WaitsForNothingThatCameLater) {
  Create("t", 1);
  Append("t", 0, {"a"});
  const Drain drain = Drain::Begin(*log_, "g", {"t"}).value();
  Append("t", 0, {"b", "c"});
  Reach("t", {1});
  EXPECT_TRUE(drain.IsDone().value());
}

TEST_F(DrainTest, LooksAtAllTopics) {
  Create("t", 1);
  Create("u", 1);
  Append("u", 0, {"a"});
  EXPECT_TRUE(Drain::Begin(*log_, "g", {"t"}).value().IsDone().value());
  EXPECT_FALSE(Drain::Begin(*log_, "g", {"t", "u"}).value().IsDone().value());
}

}  // namespace
}  // namespace penstock
