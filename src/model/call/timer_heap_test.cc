#include "model/call/timer_heap.h"

#include <gtest/gtest.h>

#include <map>
#include <random>
#include <set>
#include <utility>

namespace penstock::call {
namespace {

TEST(TimerHeap, GivesBackInOrderWhateverIsTakenAway) {
  std::mt19937_64 random(5);
  TimerHeap heap;
  std::map<uint32_t, Duration> set;
  std::set<std::pair<Duration, uint32_t>> order;
  for (int i = 0; i < 200'000; ++i) {
    const auto timer = static_cast<uint32_t>(random() % 500);
    const auto found = set.find(timer);
    if (found == set.end()) {
      const Duration at(static_cast<int64_t>(random() % 1'000));
      heap.Set(timer, at);
      set.emplace(timer, at);
      order.emplace(at, timer);
    } else {
      heap.Remove(timer);
      order.erase({found->second, timer});
      set.erase(found);
    }
    ASSERT_EQ(heap.size(), order.size());
    if (heap.empty()) continue;
    ASSERT_EQ(heap.next_at(), order.begin()->first);
    ASSERT_EQ(heap.next(), order.begin()->second);
  }
}

TEST(TimerHeap, BearsTheRemovalOfWhatIsNotSet) {
  TimerHeap heap;
  heap.Remove(3);
  heap.Set(3, Duration(1));
  heap.Remove(3);
  heap.Remove(3);
  heap.Remove(2);
  EXPECT_TRUE(heap.empty());
}

}  // namespace
}  // namespace penstock::call
