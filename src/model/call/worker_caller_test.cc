// What calls do while no endpoint is up.
#include <gtest/gtest.h>
#include <malloc.h>

#include <algorithm>
#include <deque>
#include <vector>

#include "model/call/caller_fixture.h"

namespace penstock::call {
namespace {

using std::chrono::hours;
using std::chrono::milliseconds;
using std::chrono::minutes;
using std::chrono::seconds;

TEST(CallerOutage, IsNoReasonToFailWhereThePolicyWaits) {
  for (const AttemptEnd end : {AttemptEnd::kUnreachable, AttemptEnd::kFailed}) {
    CallPolicy policy = FixturePolicy();
    policy.breaker.failures = 2;
    CallerFixture f(policy);
    f.caller->Start(1, "q", 1);
    for (int minute = 0; minute < 600; ++minute) {
      f.Run(seconds(6));
      while (!f.transport.open.empty()) f.transport.End(Outcome(end, seconds(minute == 30 ? 300 : 0)));
    }
    EXPECT_LT(f.transport.begun, 80U);
    EXPECT_TRUE(f.sink.ends.empty());
    for (int second = 0; second < 300 && f.transport.open.empty(); ++second) f.Run(seconds(1));
    ASSERT_EQ(f.transport.open.size(), 1U);
    f.transport.End(Outcome(AttemptEnd::kAnswered));
    f.Run(Duration(0));
    ASSERT_EQ(f.sink.ends.size(), 1U);
    EXPECT_EQ(f.sink.ends[0].second.result, CallResult::kAnswered);
    EXPECT_LE(f.sink.ends[0].second.attempts, 3U);
  }
}

TEST(CallerOutage, IsNotWaitedForFarLongerThanItMayLast) {
  CallPolicy policy = FixturePolicy();
  policy.breaker.failures = 1;
  CallerFixture f(policy);
  f.caller->Start(1, "q", 1);
  f.Run(Duration(0));
  f.transport.End(Outcome(AttemptEnd::kFailed, hours(1'000'000)));
  f.Run(Duration(0));
  ASSERT_EQ(f.sink.ends.size(), 1U);
  EXPECT_EQ(f.sink.ends[0].second.result, CallResult::kDeadline);
}

TEST(CallerOutage, WaitsAlsoForEndpointsThatHang) {
  CallPolicy policy = FixturePolicy();
  policy.breaker.failures = 2;
  CallerFixture f(policy);
  f.caller->Start(1, "q", 1);
  f.Run(hours(1));
  EXPECT_TRUE(f.sink.ends.empty());
  EXPECT_GT(f.metrics.timeouts.value(), 30U);
}

// Else it would find out again and again that nobody answers within what is left of its deadline.
TEST(CallerOutage, GivesAProbeItsTimeThoughLittleIsLeftOfTheDeadline) {
  CallPolicy policy = FixturePolicy();
  policy.deadline = policy.timeout + milliseconds(1);
  policy.breaker.failures = 2;
  policy.retry.base = policy.retry.cap = Duration(0);
  CallerFixture f(policy);
  f.caller->Start(1, "q", 1);
  f.Run(policy.timeout + milliseconds(2));
  EXPECT_EQ(f.metrics.timeouts.value(), 2U);
  f.Run(policy.breaker.open + milliseconds(50));
  ASSERT_EQ(f.transport.open.size(), 1U);
  f.transport.End(Outcome(AttemptEnd::kAnswered));
  f.Run(Duration(0));
  ASSERT_EQ(f.sink.ends.size(), 1U);
  EXPECT_EQ(f.sink.ends[0].second.result, CallResult::kAnswered);
}

TEST(CallerOutage, EndsCallsWhereThePolicyDoesNotWait) {
  CallPolicy policy = FixturePolicy();
  policy.wait_in_outage = false;
  policy.breaker.failures = 2;
  CallerFixture f(policy);
  for (CallId id = 1; id <= 3; ++id) f.caller->Start(id, "q", 1);
  f.caller->Turn();
  f.caller->Hold(true);
  f.caller->Start(4, "q", 1);
  f.transport.End(Outcome(AttemptEnd::kUnreachable));
  f.transport.End(Outcome(AttemptEnd::kUnreachable));
  f.Run(seconds(2));
  ASSERT_EQ(f.sink.ends.size(), 2U);
  const CallEnd& end = f.sink.ends[0].second;
  EXPECT_EQ(end.result, CallResult::kOutage);
  EXPECT_EQ(end.reason, "why");
  EXPECT_EQ(end.message, "no endpoint is up; the last attempt: told why");
  EXPECT_EQ(end.attempts, 1U);
  f.caller->Hold(false);
  f.caller->Turn();
  ASSERT_EQ(f.sink.ends.size(), 3U);
  EXPECT_EQ(f.sink.ends[2].first, 4U);
  EXPECT_EQ(f.sink.ends[2].second.reason, "outage");
  EXPECT_EQ(f.sink.ends[2].second.queued, seconds(2));
  // The attempt that was under way may still succeed.
  f.transport.End(Outcome(AttemptEnd::kAnswered));
  f.caller->Turn();
  EXPECT_EQ(f.metrics.answered.value(), 1U);
}

TEST(CallerOutage, LetsAnotherCallFindOutWhenOneBreaksEverything) {
  CallPolicy policy = FixturePolicy();
  policy.breaker.failures = 1;
  CallerFixture f(policy);
  f.caller->Start(1, "poison", 1);
  const auto serve = [&] {
    while (!f.transport.open.empty())
      f.transport.End(
          Outcome(f.transport.open.begin()->second.payload == "poison" ? AttemptEnd::kFailed : AttemptEnd::kAnswered));
  };
  for (int second = 0; second < 300; ++second) {
    f.Run(seconds(1));
    serve();
    if (second % 30 == 29) f.caller->Start(static_cast<CallId>(second), "good", 1);
  }
  EXPECT_GE(f.metrics.answered.value(), 8U);
}

// Takes each attempt for a while, or at once refuses the connection.
class Provider {
 public:
  explicit Provider(CallerFixture& f) : f_(f) {}

  void Serve(bool up, Duration latency) {
    for (auto it = f_.transport.open.begin(); it != f_.transport.open.end();) {
      const AttemptId id = (it++)->first;
      if (!up) {
        f_.transport.End(id, Outcome(AttemptEnd::kUnreachable));
      } else if (id > last_) {
        last_ = id;
        begun.push_back(f_.clock.Monotonic());
        due_.emplace_back(f_.clock.Monotonic() + latency, id);
      }
    }
    for (; !due_.empty() && due_.front().first <= f_.clock.Monotonic(); due_.pop_front())
      if (f_.transport.open.contains(due_.front().second))
        f_.transport.End(due_.front().second, Outcome(AttemptEnd::kAnswered));
  }

  std::vector<Duration> begun;  // while it was up

 private:
  CallerFixture& f_;
  AttemptId last_ = 0;
  std::deque<std::pair<Duration, AttemptId>> due_;
};

void RunProvider(CallerFixture& f, Provider& provider, bool up, Duration elapsed) {
  for (Duration passed{0}; passed < elapsed; passed += milliseconds(10)) {
    provider.Serve(up, milliseconds(50));
    f.Run(milliseconds(10));
  }
}

size_t MostInAMinute(const std::vector<Duration>& times) {
  size_t first = 0;
  size_t most = 0;
  for (size_t last = 0; last < times.size(); ++last) {
    while (times[last] - times[first] >= minutes(1)) ++first;
    most = std::max(most, last - first + 1);
  }
  return most;
}

TEST(CallerOutage, OfAnHourLosesNothingAndEndsWithoutABurst) {
  CallPolicy policy = FixturePolicy();
  policy.limits.requests_per_minute = 600;
  policy.limits.in_flight = 20;
  policy.endpoint_priorities = {0, 0, 1};
  CallerFixture f(policy);
  Provider provider(f);
  CallId started = 0;
  while (started < 1'000) f.caller->Start(++started, "q", 1);
  for (int minute = 0; minute < 60; ++minute) {
    RunProvider(f, provider, false, minutes(1));
    for (int i = 0; i < 10; ++i) f.caller->Start(++started, "q", 1);
    EXPECT_EQ(f.limiter->in_flight(), 0);
  }
  // Five open each of three breakers, and then each has its probe in a minute.
  EXPECT_LE(f.transport.begun, 3 * (5 + 20 + 65U));
  EXPECT_TRUE(f.sink.ends.empty());
  RunProvider(f, provider, true, minutes(5));
  EXPECT_EQ(f.metrics.answered.value(), started);
  EXPECT_EQ(f.sink.ends.size(), started);
  EXPECT_LE(MostInAMinute(provider.begun), 600U);
  // At the limit from the first probe that succeeds, which comes within a minute.
  const Duration drained = provider.begun.back() - provider.begun.front();
  EXPECT_LE(drained, Duration(minutes(1)) * static_cast<int64_t>(started) * 105 / 100 / 600);
}

TEST(CallerOutage, TakesNoMoreMemoryTheLongerItLasts) {
  CallPolicy policy = FixturePolicy();
  policy.endpoint_priorities = {0, 0};
  CallerFixture f(policy);
  Provider provider(f);
  for (CallId id = 1; id <= 1'000; ++id) f.caller->Start(id, std::string(1'000, 'q'), 1);
  RunProvider(f, provider, false, minutes(3));
  const size_t before = mallinfo2().uordblks;
  RunProvider(f, provider, false, hours(1));
  // With sanitizers there is nothing to see: they have an allocator of their own.
  EXPECT_LT(mallinfo2().uordblks, before + 16'384);
}

}  // namespace
}  // namespace penstock::call
