#include "model/call/endpoint_set.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <vector>

namespace penstock::call {
namespace {

using std::chrono::seconds;
using testing::ElementsAre;
using testing::UnorderedElementsAre;

CallPolicy PolicyFor(std::vector<uint32_t> priorities) {
  CallPolicy policy;
  policy.breaker = {2, seconds(5), seconds(60)};
  policy.endpoint_priorities = std::move(priorities);
  return policy;
}

std::vector<size_t> BeginMany(EndpointSet& endpoints, int count, Duration now = Duration(0)) {
  std::vector<size_t> chosen;
  for (int i = 0; i < count; ++i) chosen.push_back(endpoints.Begin(std::nullopt, now).endpoint);
  return chosen;
}

void Break(EndpointSet& endpoints, size_t endpoint, Duration now) {
  for (int i = 0; i < 2; ++i) {
    std::vector<EndpointSet::Choice> others;
    EndpointSet::Choice choice = endpoints.Begin(std::nullopt, now);
    while (choice.endpoint != endpoint) {
      others.push_back(choice);
      choice = endpoints.Begin(std::nullopt, now);
    }
    endpoints.End(choice, Health::kBad, now);
    for (const auto& other : others) endpoints.End(other, Health::kUnknown, now);
  }
}

TEST(EndpointSet, ChoosesTheLeastLoadedInTurn) {
  EndpointSet endpoints(PolicyFor({0, 0, 0}), Duration(0));
  EXPECT_THAT(BeginMany(endpoints, 6), ElementsAre(0, 1, 2, 0, 1, 2));
  endpoints.End({1, false}, Health::kGood, Duration(0));
  endpoints.End({1, false}, Health::kGood, Duration(0));
  EXPECT_THAT(BeginMany(endpoints, 2), ElementsAre(1, 1));
}

TEST(EndpointSet, GoesToTheNextPriorityWhenAllOfOneAreDown) {
  EndpointSet endpoints(PolicyFor({1, 0, 0}), Duration(0));
  Break(endpoints, 1, Duration(0));
  EXPECT_THAT(BeginMany(endpoints, 3), ElementsAre(2, 2, 2));
  Break(endpoints, 2, Duration(0));
  EXPECT_THAT(BeginMany(endpoints, 2), ElementsAre(0, 0));
  EXPECT_FALSE(endpoints.AllDown());
  EXPECT_EQ(endpoints.NextProbe(), seconds(5));
  // Of the first that half-opens, each gets one probe, and no more.
  EXPECT_THAT(BeginMany(endpoints, 2, seconds(5)), UnorderedElementsAre(1, 2));
  EXPECT_THAT(BeginMany(endpoints, 1, seconds(5)), ElementsAre(0));
}

TEST(EndpointSet, PrefersForARetryWhatHasNotJustFailed) {
  EndpointSet endpoints(PolicyFor({0, 0, 1}), Duration(0));
  BeginMany(endpoints, 1);
  // Although the other has more in flight.
  for (int i = 0; i < 5; ++i) EXPECT_EQ(endpoints.Begin(0, Duration(0)).endpoint, 1U);
  EXPECT_EQ(endpoints.Begin(1, Duration(0)).endpoint, 0U);
  Break(endpoints, 1, Duration(0));
  EXPECT_EQ(endpoints.Begin(0, Duration(0)).endpoint, 0U);
}

TEST(EndpointSet, SaysWhenNoneIsUp) {
  EndpointSet endpoints(PolicyFor({0, 0}), Duration(0));
  Break(endpoints, 0, seconds(1));
  EXPECT_TRUE(endpoints.AnyUp(seconds(1)));
  Break(endpoints, 1, seconds(2));
  EXPECT_TRUE(endpoints.AllDown());
  EXPECT_FALSE(endpoints.AnyUp(seconds(2)));
  EXPECT_EQ(endpoints.NextProbe(), seconds(6));
  EXPECT_TRUE(endpoints.AnyUp(seconds(6)));
  const EndpointSet::Choice probe = endpoints.Begin(std::nullopt, seconds(6));
  EXPECT_TRUE(probe.probe);
  EXPECT_FALSE(endpoints.AnyUp(seconds(6)));
  EXPECT_TRUE(endpoints.AllDown());
  EXPECT_EQ(endpoints.NextProbe(), seconds(7));
  endpoints.End(probe, Health::kGood, seconds(6));
  EXPECT_FALSE(endpoints.AllDown());
}

// Attempts at each endpoint, of which so many of a hundred fail, never many in a row.
void Use(EndpointSet& endpoints, const std::vector<int>& failing_percent, Duration now) {
  for (size_t e = 0; e < failing_percent.size(); ++e)
    for (int i = 0; i < 100; ++i) {
      std::vector<EndpointSet::Choice> others;
      for (int tries = 0; tries < 100; ++tries) {
        const EndpointSet::Choice choice = endpoints.Begin(std::nullopt, now);
        if (choice.endpoint != e) {
          others.push_back(choice);
          continue;
        }
        const bool bad = i * failing_percent[e] % 100 < failing_percent[e];
        endpoints.End(choice, bad ? Health::kBad : Health::kGood, now);
        break;
      }
      for (const auto& other : others) endpoints.End(other, Health::kUnknown, now);
    }
}

TEST(EndpointSet, LeavesAnOutlierAloneForLongerEachTime) {
  EndpointSet endpoints(PolicyFor({0, 0}), Duration(0));
  Use(endpoints, {0, 50}, Duration(0));
  EXPECT_EQ(endpoints.NextProbe(), std::nullopt);
  endpoints.End(endpoints.Begin(1, seconds(10)), Health::kGood, seconds(10));
  ASSERT_EQ(endpoints.NextProbe(), seconds(15));
  EXPECT_THAT(BeginMany(endpoints, 2, seconds(10)), ElementsAre(0, 0));
  const EndpointSet::Choice probe = endpoints.Begin(0, seconds(15));
  EXPECT_TRUE(probe.probe);
  endpoints.End(probe, Health::kGood, seconds(15));
  Use(endpoints, {0, 50}, seconds(16));
  endpoints.End(endpoints.Begin(1, seconds(20)), Health::kGood, seconds(20));
  EXPECT_EQ(endpoints.NextProbe(), seconds(30));
}

TEST(EndpointSet, KeepsHalfOfAPriority) {
  EndpointSet endpoints(PolicyFor({0, 0, 0}), Duration(0));
  Use(endpoints, {0, 50, 0}, Duration(0));
  Break(endpoints, 2, seconds(9));
  endpoints.End(endpoints.Begin(1, seconds(10)), Health::kGood, seconds(10));
  EXPECT_EQ(endpoints.NextProbe(), seconds(14));
  const std::vector<size_t> chosen = BeginMany(endpoints, 2, seconds(10));
  EXPECT_THAT(chosen, UnorderedElementsAre(0, 1));
}

}  // namespace
}  // namespace penstock::call
