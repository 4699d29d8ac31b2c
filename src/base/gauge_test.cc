#include "base/gauge.h"

#include <gtest/gtest.h>

#include <thread>

namespace penstock {
namespace {

TEST(GaugeTest, GoesUpAndDown) {
  Gauge gauge;
  EXPECT_EQ(gauge.value(), 0);
  gauge.Set(5);
  gauge.Add(3);
  gauge.Add(-10);
  EXPECT_EQ(gauge.value(), -2);
}

TEST(GaugeTest, IsReadWhileItChanges) {
  constexpr int64_t kEnd = 10'000;
  Gauge gauge;
  std::thread writer([&] {
    for (int64_t i = 0; i < kEnd; ++i) gauge.Add(i % 2 == 0 ? 2 : -1);
    gauge.Set(-1);
  });
  for (int64_t now = 0; now != -1; now = gauge.value()) ASSERT_LE(now, kEnd);
  writer.join();
  EXPECT_EQ(gauge.value(), -1);
}

}  // namespace
}  // namespace penstock
