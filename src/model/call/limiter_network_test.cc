// What a provider counts at its end of the network: no minute of it holds more than the limit, however it cuts minutes,
// and where work waits, it gets 95 % of that.
#include "model/call/limiter_network.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <vector>

namespace penstock::call {
namespace {

using std::chrono::minutes;

constexpr Duration kMinute = minutes(1);

int64_t CountIn(const std::vector<Duration>& sorted, Duration begin, Duration end) {
  return std::ranges::lower_bound(sorted, end) - std::ranges::lower_bound(sorted, begin);
}

// Of all the minutes that begin with an arrival, among which is the fullest of all.
int64_t MostInAMinute(const std::vector<Duration>& sorted) {
  int64_t most = 0;
  for (auto last = sorted.begin(), first = last; last != sorted.end(); ++last) {
    while (*last - *first >= kMinute) ++first;
    most = std::max<int64_t>(most, last - first + 1);
  }
  return most;
}

TEST(LimiterNetwork, KeepsTheLimitWhereItArrivesAndUsesIt) {
  constexpr Duration kStart = minutes(1);
  constexpr int64_t kMinutes = 10;
  for (uint64_t seed = 1; seed <= 126; ++seed) {
    Network network(seed);
    network.Run(kStart + (kMinutes + 1) * kMinute);
    const std::vector<Duration>& arrivals = network.arrivals();
    const std::string of = "seed " + std::to_string(seed) + ", limit " + std::to_string(network.limit());
    ASSERT_LE(MostInAMinute(arrivals), network.limit()) << of;
    int64_t most = 0;
    for (int64_t minute = 0; minute < kMinutes; ++minute)
      most = std::max(most, CountIn(arrivals, kStart + minute * kMinute, kStart + (minute + 1) * kMinute));
    ASSERT_LE(most, network.limit()) << of;
    const int64_t all = CountIn(arrivals, kStart, kStart + kMinutes * kMinute);
    ASSERT_GE(all * 100, network.limit() * kMinutes * 95) << of;
  }
}

}  // namespace
}  // namespace penstock::call
