#include "log/local/assignor.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <random>

namespace penstock::local {
namespace {

std::vector<int> Loads(size_t members, const std::vector<AssignedPartition>& partitions) {
  std::vector<int> loads(members, 0);
  for (const AssignedPartition& partition : partitions) ++loads.at(static_cast<size_t>(partition.member));
  return loads;
}

int Moves(const std::vector<AssignedPartition>& before, const std::vector<AssignedPartition>& after) {
  int moves = 0;
  for (size_t i = 0; i < before.size(); ++i)
    moves += before[i].member != kNobody && before[i].member != after[i].member;
  return moves;
}

TEST(Assignor, SpreadsEvenlyAndMovesNoMoreThanThatTakes) {
  for (uint32_t seed = 0; seed < 300; ++seed) {
    std::mt19937 random(seed);
    const size_t members = 1 + random() % 8;
    std::vector<AssignedPartition> before(random() % 40);
    for (AssignedPartition& partition : before) partition = {1, static_cast<int>(random() % (members + 1)) - 1};
    std::vector<AssignedPartition> after = before;
    AssignEvenly(std::vector<Subscription>(members, {1}), after);
    const std::vector<int> loads = Loads(members, after);
    const auto [least, most] = std::minmax_element(loads.begin(), loads.end());
    ASSERT_LE(*most - *least, 1) << "seed " << seed;
    // What a member has above the larger share must go, and that is all, or one more for each who has the larger share.
    const int larger = static_cast<int>((before.size() + members - 1) / members);
    int forced = 0;
    std::vector<int> had(members, 0);
    for (const AssignedPartition& partition : before)
      if (partition.member != kNobody) forced += ++had[static_cast<size_t>(partition.member)] > larger;
    ASSERT_LE(Moves(before, after), forced + static_cast<int>(members)) << "seed " << seed;
    std::vector<AssignedPartition> again = after;
    AssignEvenly(std::vector<Subscription>(members, {1}), again);
    ASSERT_EQ(Moves(after, again), 0) << "seed " << seed;
  }
}

TEST(Assignor, GivesATopicOnlyToThoseWhoWorkOnIt) {
  std::vector<AssignedPartition> partitions = {{1}, {1}, {2}, {2}, {3}, {2, 0}};
  AssignEvenly(std::vector<Subscription>{{1}, {1, 2}}, partitions);
  EXPECT_EQ(partitions[0].member, 0);
  EXPECT_EQ(partitions[1].member, 0);
  EXPECT_EQ(partitions[2].member, 1);
  EXPECT_EQ(partitions[3].member, 1);
  EXPECT_EQ(partitions[4].member, kNobody);
  EXPECT_EQ(partitions[5].member, 1);
}

TEST(Assignor, LeavesAllFreeWhereNobodyIs) {
  std::vector<AssignedPartition> partitions = {{1}, {1}};
  AssignEvenly({}, partitions);
  EXPECT_EQ(partitions[0].member, kNobody);
}

}  // namespace
}  // namespace penstock::local
