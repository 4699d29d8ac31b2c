// What calls wait for: each of them for one thing.
#include <gtest/gtest.h>

#include <map>
#include <string>

#include "model/call/caller_fixture.h"

namespace penstock::call {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

using Waiting = std::map<std::string, int64_t>;

// What is not 0.
Waiting WaitingOf(const CallMetrics& metrics) {
  Waiting waiting;
  for (size_t i = 0; i < kCallWaits; ++i)
    if (const int64_t count = metrics.waiting[i].value(); count != 0)
      waiting[std::string(CallWaitName(static_cast<CallWait>(i)))] = count;
  return waiting;
}

void StartMany(CallerFixture& f, CallId first, CallId count) {
  for (CallId id = first; id < first + count; ++id) f.caller->Start(id, "q", 10);
  f.caller->Turn();
}

TEST(CallsWaiting, ForTheLimits) {
  CallerFixture busy(FixturePolicy(2));
  StartMany(busy, 0, 5);
  EXPECT_EQ(WaitingOf(busy.metrics), (Waiting{{"in_flight", 3}}));
  busy.transport.End(Outcome(AttemptEnd::kAnswered));
  busy.caller->Turn();
  EXPECT_EQ(WaitingOf(busy.metrics), (Waiting{{"in_flight", 2}}));
  busy.caller->Cancel(4);
  busy.caller->Turn();
  EXPECT_EQ(WaitingOf(busy.metrics), (Waiting{{"in_flight", 1}}));

  CallPolicy policy = FixturePolicy();
  policy.limits.requests_per_minute = 60;
  CallerFixture paced(policy);
  StartMany(paced, 0, 5);
  EXPECT_EQ(WaitingOf(paced.metrics), (Waiting{{"requests", 4}}));

  policy = FixturePolicy();
  policy.limits.tokens_per_minute = 600;
  CallerFixture sparing(policy);
  StartMany(sparing, 0, 5);
  EXPECT_EQ(WaitingOf(sparing.metrics), (Waiting{{"tokens", 4}}));
}

TEST(CallsWaiting, ForTheTimeThatTheProviderNames) {
  CallerFixture f(FixturePolicy());
  StartMany(f, 0, 2);
  AttemptOutcome used_up = Outcome(AttemptEnd::kAnswered);
  used_up.quota.requests = {std::nullopt, 0, seconds(30)};
  f.transport.End(used_up);
  f.caller->Turn();
  // One with an attempt of its own that is told when to come, and two in the queue.
  f.transport.End(Outcome(AttemptEnd::kThrottled, seconds(5)));
  StartMany(f, 2, 2);
  EXPECT_EQ(WaitingOf(f.metrics), (Waiting{{"provider", 3}}));
  f.Run(seconds(6));
  EXPECT_EQ(WaitingOf(f.metrics), (Waiting{{"provider", 3}}));
  f.Run(seconds(25));
  EXPECT_EQ(WaitingOf(f.metrics), Waiting());
  EXPECT_EQ(f.transport.open.size(), 3U);
}

TEST(CallsWaiting, ForTheBackoffAndForNothingTwice) {
  CallerFixture f(FixturePolicy(2));
  StartMany(f, 0, 4);
  f.transport.End(Outcome(AttemptEnd::kFailed));
  f.caller->Turn();
  EXPECT_EQ(WaitingOf(f.metrics), (Waiting{{"backoff", 1}, {"in_flight", 1}}));
  f.transport.End(Outcome(AttemptEnd::kFailed, seconds(20)));
  f.caller->Turn();
  EXPECT_EQ(WaitingOf(f.metrics), (Waiting{{"backoff", 1}, {"provider", 1}}));
  f.caller->Cancel(1);
  f.caller->Turn();
  EXPECT_EQ(WaitingOf(f.metrics), (Waiting{{"backoff", 1}}));
  // The pause is over, and the call is in the queue.
  f.Run(seconds(4));
  EXPECT_EQ(WaitingOf(f.metrics), (Waiting{{"in_flight", 1}}));
}

TEST(CallsWaiting, ForAnEndpointAndWhileTheyAreHeld) {
  CallPolicy policy = FixturePolicy();
  policy.breaker.failures = 1;
  CallerFixture f(policy);
  StartMany(f, 0, 1);
  f.transport.End(Outcome(AttemptEnd::kUnreachable));
  StartMany(f, 1, 3);
  EXPECT_EQ(WaitingOf(f.metrics), (Waiting{{"outage", 4}}));
  f.caller->Hold(true);
  f.caller->Turn();
  EXPECT_EQ(WaitingOf(f.metrics), (Waiting{{"outage", 1}, {"hold", 3}}));
  f.caller->Hold(false);
  f.Run(seconds(5));
  // One of them finds out whether it is back.
  f.caller->Turn();
  EXPECT_EQ(WaitingOf(f.metrics), (Waiting{{"outage", 3}}));
  f.transport.End(Outcome(AttemptEnd::kAnswered));
  f.caller->Turn();
  EXPECT_EQ(WaitingOf(f.metrics), Waiting());
}

TEST(CallsWaiting, EndWithAnOutageThatThePolicyDoesNotWaitFor) {
  CallPolicy policy = FixturePolicy();
  policy.breaker.failures = 1;
  policy.wait_in_outage = false;
  policy.retry.base = policy.retry.cap = Duration(0);
  CallerFixture f(policy);
  StartMany(f, 0, 1);
  f.transport.End(Outcome(AttemptEnd::kUnreachable));
  f.Run(milliseconds(1));
  EXPECT_EQ(f.sink.ends.size(), 1U);
  EXPECT_EQ(WaitingOf(f.metrics), Waiting());
}

TEST(FirstToken, IsTakenOfEachAttemptThatHadOne) {
  CallerFixture f(FixturePolicy());
  StartMany(f, 0, 3);
  AttemptOutcome cut = Outcome(AttemptEnd::kFailed);
  cut.first_token = milliseconds(40);
  f.transport.End(cut);
  AttemptOutcome streamed = Outcome(AttemptEnd::kAnswered);
  streamed.first_token = milliseconds(80);
  f.transport.End(streamed);
  f.transport.End(Outcome(AttemptEnd::kAnswered));
  f.caller->Turn();
  const HistogramSnapshot times = f.metrics.first_token_ns.Snapshot();
  EXPECT_EQ(times.count, 2U);
  EXPECT_EQ(Duration(static_cast<int64_t>(times.sum)), milliseconds(120));
}

}  // namespace
}  // namespace penstock::call
