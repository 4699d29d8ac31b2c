#include "model/call/call_table.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <vector>

namespace penstock::call {
namespace {

using testing::UnorderedElementsAre;

TEST(CallTable, FindsCallsByTheirIds) {
  CallTable calls;
  const Slot seven = calls.Add(7);
  const Slot eight = calls.Add(8);
  EXPECT_EQ(calls.Find(7), seven);
  EXPECT_EQ(calls.Find(8), eight);
  EXPECT_EQ(calls.Find(9), kNoSlot);
  EXPECT_THAT(calls.Slots(), UnorderedElementsAre(seven, eight));
  calls.Remove(seven);
  EXPECT_EQ(calls.Find(7), kNoSlot);
  EXPECT_TRUE(calls.Has(seven));
  EXPECT_FALSE(calls.Has(eight + 1));
}

TEST(CallTable, UsesSlotsAgainWithoutWhatWasInThem) {
  CallTable calls;
  const Slot slot = calls.Add(1);
  calls[slot].payload.assign(10'000, 'x');
  calls[slot].attempt = 3;
  calls.Remove(slot);
  EXPECT_LT(calls[slot].payload.capacity(), 100U);
  EXPECT_EQ(calls.Add(2), slot);
  EXPECT_EQ(calls[slot].attempt, 0U);
  EXPECT_EQ(calls[slot].id, 2U);
}

TEST(CallTable, LeavesCallsWhereTheyAre) {
  CallTable calls;
  const Call* const first = &calls[calls.Add(1)];
  for (CallId id = 2; id < 10'000; ++id) calls.Add(id);
  EXPECT_EQ(&calls[calls.Find(1)], first);
}

std::vector<CallId> Drain(CallTable& calls, CallQueue& queue) {
  std::vector<CallId> ids;
  while (!queue.empty()) {
    ids.push_back(calls[queue.front()].id);
    queue.Remove(queue.front());
  }
  return ids;
}

TEST(CallQueue, KeepsTheOrderWhoeverLeaves) {
  for (CallId leaver = 0; leaver < 4; ++leaver) {
    CallTable calls;
    CallQueue queue(calls);
    for (CallId id = 0; id < 4; ++id) queue.Push(calls.Add(id));
    queue.Remove(calls.Find(leaver));
    EXPECT_EQ(queue.size(), 3U);
    queue.Push(calls.Find(leaver));
    std::vector<CallId> expected;
    for (CallId id = 0; id < 4; ++id)
      if (id != leaver) expected.push_back(id);
    expected.push_back(leaver);
    EXPECT_EQ(Drain(calls, queue), expected);
    EXPECT_EQ(queue.size(), 0U);
    EXPECT_EQ(queue.front(), kNoSlot);
  }
}

}  // namespace
}  // namespace penstock::call
