#include "base/counter.h"

#include <gtest/gtest.h>

#include <array>
#include <thread>

namespace penstock {
namespace {

TEST(CounterTest, Adds) {
  Counter counter;
  EXPECT_EQ(counter.value(), 0U);
  counter.Add();
  counter.Add(41);
  EXPECT_EQ(counter.value(), 42U);
}

TEST(CounterTest, IsReadWhileItGrows) {
  constexpr uint64_t kEnd = 100'000;
  Counter counter;
  std::thread writer([&] {
    for (uint64_t i = 0; i < kEnd; ++i) counter.Add();
  });
  uint64_t last = 0;
  while (last < kEnd) {
    const uint64_t now = counter.value();
    ASSERT_LE(last, now);
    last = now;
  }
  writer.join();
  EXPECT_EQ(counter.value(), kEnd);
}

TEST(CounterTest, KeepsItsDistance) {
  struct alignas(kInterferenceBytes) WorkerMetrics {
    Counter records;
  };
  const std::array<WorkerMetrics, 2> workers;
  const auto* first = reinterpret_cast<const char*>(&workers[0].records);
  const auto* second = reinterpret_cast<const char*>(&workers[1].records);
  EXPECT_EQ(second - first, static_cast<ptrdiff_t>(kInterferenceBytes));
}

}  // namespace
}  // namespace penstock
