#include "log/sim/group_members.h"

#include <gtest/gtest.h>

#include <utility>

namespace penstock::sim {
namespace {

using std::chrono::seconds;

class GroupMembersTest : public testing::Test {
 protected:
  std::string Join(const std::string& member, GroupMembers::Claim claim = {}) {
    if (claim.number == 0) claim.number = ++joins_;
    const GroupMembers::Joined joined = members_.Join(member, "m", {"in"}, claim, now_);
    EXPECT_EQ(joined.code, Code::kOk);
    return joined.member;
  }
  PartitionSet Assigned(const std::string& member) {
    const GroupMembers::Synced synced = members_.Sync(member, now_);
    EXPECT_EQ(synced.code, Code::kOk);
    return synced.assigned;
  }
  Code Beat(const std::string& member, int32_t generation) { return members_.Heartbeat(member, generation, now_); }

  uint64_t joins_ = 0;
  Duration now_{};
  PartitionSet partitions_{{"in", 0}, {"in", 1}, {"in", 2}, {"in", 3}};
  GroupMembers members_{{.session = seconds(10), .rebalance = seconds(20)},
                        [this](const std::set<std::string>&) { return partitions_; }};
};

TEST_F(GroupMembersTest, GivesTheFirstMemberEverything) {
  const std::string member = Join("");
  EXPECT_EQ(Assigned(member), partitions_);
  EXPECT_EQ(members_.generation(), 1);
  EXPECT_EQ(Beat(member, 1), Code::kOk);
  EXPECT_EQ(members_.CheckCommit(member, 1), Code::kOk);
  EXPECT_EQ(members_.CheckCommit(member, 0), Code::kIllegalGeneration);
  EXPECT_EQ(members_.CheckCommit("other", 1), Code::kUnknownMember);
  EXPECT_EQ(members_.CheckCommit("", -1), Code::kOk);  // not fenced at all
}

TEST_F(GroupMembersTest, MovesPartitionsInTwoSteps) {
  const std::string first = Join("");
  const std::string second = Join("");
  EXPECT_EQ(members_.Sync(second, now_).code, Code::kNotYet);
  EXPECT_EQ(Beat(first, 1), Code::kRebalanceInProgress);
  EXPECT_EQ(members_.CheckCommit(first, 1), Code::kOk);  // until the next generation
  Join(first, {.generation = 1, .owned = partitions_});
  const PartitionSet kept = Assigned(first);
  EXPECT_EQ(kept.size(), 2U);
  EXPECT_TRUE(Assigned(second).empty());  // what moves is with nobody
  Join(first, {.generation = 2, .owned = kept});
  Join(second, {.generation = 2, .owned = {}});
  EXPECT_EQ(Assigned(first), kept);
  EXPECT_EQ(Assigned(second).size(), 2U);
  for (const TopicPartition& partition : Assigned(second)) EXPECT_FALSE(kept.contains(partition));
}

TEST_F(GroupMembersTest, ExpelsWhoIsSilent) {
  const std::string first = Join("");
  const std::string second = Join("");
  Join(first, {.generation = 1, .owned = partitions_});
  now_ += seconds(8);
  EXPECT_EQ(Beat(second, 2), Code::kOk);
  now_ += seconds(3);
  members_.Tick(now_);
  EXPECT_EQ(Beat(first, 2), Code::kUnknownMember);
  EXPECT_EQ(members_.Join(first, "m", {"in"}, {}, now_).code, Code::kUnknownMember);
  EXPECT_EQ(Beat(second, 2), Code::kRebalanceInProgress);
  Join(second, {.generation = 2, .owned = {}});
  EXPECT_EQ(Assigned(second), partitions_);
}

TEST_F(GroupMembersTest, ExpelsWhoDoesNotJoinAnewInTime) {
  const std::string first = Join("");
  const std::string second = Join("");
  for (int i = 0; i < 5; ++i) {
    now_ += seconds(5);
    Beat(first, 1);
    members_.Sync(second, now_);
    members_.Tick(now_);
  }
  EXPECT_EQ(Beat(first, 1), Code::kUnknownMember);
  EXPECT_EQ(Assigned(second), partitions_);
}

TEST_F(GroupMembersTest, BelievesTheClaimOfTheLaterGeneration) {
  const std::string first = Join("");
  const std::string second = Join("");
  Join(first, {.generation = 1, .owned = {{"in", 0}, {"in", 1}}});
  Join(second, {.generation = 2, .owned = {{"in", 1}}});
  Join(first, {.generation = 1, .owned = {{"in", 0}, {"in", 1}}});
  EXPECT_TRUE(Assigned(second).contains({"in", 1}));
  EXPECT_TRUE(Assigned(first).contains({"in", 0}));
}

TEST_F(GroupMembersTest, IgnoresARequestToJoinThatWasOvertaken) {
  const std::string member = Join("");
  Join(member, {.generation = 1, .owned = partitions_, .number = 5});
  EXPECT_EQ(members_.generation(), 2);
  Join(member, {.generation = -1, .owned = {}, .number = 4});
  Join(member, {.generation = 1, .owned = partitions_, .number = 5});
  EXPECT_EQ(members_.generation(), 2);
  EXPECT_EQ(Beat(member, 2), Code::kOk);
}

TEST_F(GroupMembersTest, RebalancesWhenPartitionsAppear) {
  const std::string member = Join("");
  partitions_.insert({"in", 4});
  members_.Tick(now_);
  EXPECT_EQ(Beat(member, 1), Code::kRebalanceInProgress);
}

TEST_F(GroupMembersTest, GoesOnWithoutWhoLeaves) {
  const std::string first = Join("");
  const std::string second = Join("");
  members_.Leave(first, now_);
  EXPECT_EQ(Assigned(second), partitions_);
  EXPECT_EQ(members_.size(), 1U);
}

}  // namespace
}  // namespace penstock::sim
