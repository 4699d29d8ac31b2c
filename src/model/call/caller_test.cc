#include "model/call/caller.h"

#include <gtest/gtest.h>

#include <utility>
#include <vector>

#include "model/call/caller_fixture.h"
#include "model/call/token_bucket.h"

namespace penstock::call {
namespace {

using std::chrono::milliseconds;
using std::chrono::minutes;
using std::chrono::seconds;

TEST(Caller, EndsACallWithItsAnswer) {
  CallerFixture f(FixturePolicy(2));
  f.caller->Start(1, "question", 10);
  EXPECT_EQ(f.transport.begun, 0U);
  f.clock.Advance(milliseconds(3));
  f.Run(milliseconds(20));
  ASSERT_EQ(f.transport.open.size(), 1U);
  EXPECT_EQ(f.transport.open.begin()->second.payload, "question");
  AttemptOutcome answer = Outcome(AttemptEnd::kAnswered);
  answer.usage = Usage{7, 2};
  f.transport.End(std::move(answer));
  EXPECT_TRUE(f.sink.ends.empty());
  EXPECT_EQ(f.caller->Turn(), Duration::max());
  ASSERT_EQ(f.sink.ends.size(), 1U);
  const auto& [id, end] = f.sink.ends.front();
  EXPECT_EQ(id, 1U);
  EXPECT_EQ(end.result, CallResult::kAnswered);
  EXPECT_EQ(end.answer, "yes");
  EXPECT_EQ(end.reason, "");
  EXPECT_EQ(end.attempts, 1U);
  EXPECT_EQ(end.usage.input_tokens, 7U);
  EXPECT_EQ(end.usage.output_tokens, 2U);
  EXPECT_EQ(end.queued, milliseconds(3));
  EXPECT_EQ(end.calling, milliseconds(20));
  EXPECT_EQ(end.retrying, Duration(0));
  EXPECT_EQ(f.limiter->in_flight(), 0);
  EXPECT_EQ(f.metrics.answered.value(), 1U);
  EXPECT_EQ(f.metrics.input_tokens.value(), 7U);
}

TEST(Caller, GivesUpAfterAllAttempts) {
  CallerFixture f(FixturePolicy(2));
  f.caller->Start(1, "q", 1);
  for (uint32_t attempt = 1; attempt <= 3; ++attempt) {
    f.Run(seconds(5));
    ASSERT_EQ(f.transport.begun, attempt);
    f.transport.End(Outcome(AttemptEnd::kFailed));
  }
  f.Run(Duration(0));
  ASSERT_EQ(f.sink.ends.size(), 1U);
  const CallEnd& end = f.sink.ends[0].second;
  EXPECT_EQ(end.result, CallResult::kFailed);
  EXPECT_EQ(end.reason, "why");
  EXPECT_EQ(end.message, "told why");
  EXPECT_EQ(end.attempts, 3U);
  EXPECT_GT(end.retrying, seconds(5));
  EXPECT_EQ(f.metrics.retries.value(), 2U);
}

TEST(Caller, RepeatsNothingThatWasRefused) {
  CallerFixture f(FixturePolicy(2));
  f.caller->Start(1, "q", 1);
  f.Run(Duration(0));
  f.transport.End(Outcome(AttemptEnd::kRefused));
  f.Run(minutes(1));
  ASSERT_EQ(f.sink.ends.size(), 1U);
  EXPECT_EQ(f.sink.ends[0].second.result, CallResult::kRefused);
  EXPECT_EQ(f.transport.begun, 1U);
}

TEST(Caller, AbandonsAnAttemptThatTakesTooLong) {
  CallerFixture f(FixturePolicy(2));
  f.caller->Start(1, "q", 1);
  EXPECT_EQ(f.caller->Turn(), seconds(10));
  f.clock.Advance(seconds(10));
  f.caller->Turn();
  ASSERT_EQ(f.transport.abandoned.size(), 1U);
  EXPECT_EQ(f.metrics.timeouts.value(), 1U);
  // What comes nevertheless comes too late.
  const FakeTransport::Attempt late = f.transport.abandoned[0];
  late.sink->AttemptEnded(late.id, Outcome(AttemptEnd::kAnswered));
  EXPECT_EQ(f.metrics.late_answers.value(), 1U);
  f.Run(seconds(5));
  EXPECT_EQ(f.transport.begun, 2U);
  late.sink->AttemptEnded(late.id, Outcome(AttemptEnd::kAnswered));
  EXPECT_EQ(f.metrics.late_answers.value(), 2U);
  EXPECT_TRUE(f.sink.ends.empty());
}

TEST(Caller, TakesAnAnswerThatCameBeforeAnybodyLooked) {
  CallerFixture f(FixturePolicy(2));
  f.caller->Start(1, "q", 1);
  f.Run(Duration(0));
  f.clock.Advance(minutes(5));
  f.transport.End(Outcome(AttemptEnd::kAnswered));
  f.caller->Turn();
  EXPECT_EQ(f.metrics.answered.value(), 1U);
}

TEST(Caller, EndsWithItsDeadlineWhichAlsoBoundsTheLastAttempt) {
  CallPolicy policy = FixturePolicy(2);
  policy.deadline = seconds(15);
  policy.retry = {9, Duration(0), Duration(0)};
  CallerFixture f(policy);
  f.caller->Start(1, "q", 1);
  f.Run(seconds(10));
  f.Run(seconds(5) - Duration(1));
  EXPECT_EQ(f.transport.begun, 2U);
  EXPECT_TRUE(f.sink.ends.empty());
  f.clock.Advance(Duration(1));
  f.caller->Turn();
  ASSERT_EQ(f.sink.ends.size(), 1U);
  EXPECT_EQ(f.sink.ends[0].second.result, CallResult::kDeadline);
  EXPECT_EQ(f.sink.ends[0].second.reason, "timeout");
}

TEST(Caller, NeverComesBeforeARetryAfter) {
  CallerFixture f(FixturePolicy(2));
  f.caller->Start(1, "q", 1);
  f.Run(Duration(0));
  f.transport.End(Outcome(AttemptEnd::kThrottled, seconds(30)));
  f.Run(seconds(30) - Duration(1));
  EXPECT_EQ(f.transport.begun, 1U);
  EXPECT_EQ(f.metrics.throttled.value(), 1U);
  f.clock.Advance(Duration(1));
  f.caller->Turn();
  EXPECT_EQ(f.transport.begun, 2U);
}

TEST(Caller, EndsAtOnceWhenToldToComeAfterTheDeadline) {
  CallerFixture f(FixturePolicy(2));
  f.caller->Start(1, "q", 1);
  f.Run(Duration(0));
  f.transport.End(Outcome(AttemptEnd::kThrottled, seconds(40)));
  f.caller->Turn();
  ASSERT_EQ(f.sink.ends.size(), 1U);
  EXPECT_EQ(f.sink.ends[0].second.result, CallResult::kDeadline);
  EXPECT_EQ(f.sink.ends[0].second.reason, "why");
}

TEST(Caller, UsesNoDeadlineUpWhileItWaitsForThePermitOfARetry) {
  CallPolicy policy = FixturePolicy(2);
  policy.limits.requests_per_minute = 1;
  policy.retry = {3, Duration(0), Duration(0)};
  CallerFixture f(policy);
  f.caller->Start(1, "q", 1);
  for (int attempt = 1; attempt <= 3; ++attempt) {
    f.Run(Duration(0));
    ASSERT_EQ(f.transport.open.size(), 1U) << attempt;
    f.Run(seconds(9));
    f.transport.End(Outcome(attempt == 3 ? AttemptEnd::kAnswered : AttemptEnd::kFailed));
    f.Run(TokenBucket::kWindow - seconds(9));
  }
  ASSERT_EQ(f.sink.ends.size(), 1U);
  EXPECT_EQ(f.sink.ends[0].second.result, CallResult::kAnswered);
  EXPECT_EQ(f.sink.ends[0].second.retrying, 2 * TokenBucket::kWindow);
}

TEST(Caller, ServesRetriesBeforeNewCallsAndTheseInTheirOrder) {
  CallPolicy policy = FixturePolicy(2);
  policy.limits.in_flight = 1;
  policy.retry = {3, Duration(0), Duration(0)};
  CallerFixture f(policy);
  for (CallId id = 1; id <= 3; ++id) f.caller->Start(id, std::to_string(id), 1);
  std::vector<std::string> order;
  for (int i = 0; i < 5; ++i) {
    f.caller->Turn();
    order.push_back(f.transport.open.begin()->second.payload);
    f.transport.End(Outcome(i < 2 ? AttemptEnd::kFailed : AttemptEnd::kAnswered));
  }
  EXPECT_EQ(order, (std::vector<std::string>{"1", "1", "1", "2", "3"}));
}

TEST(Caller, BeginsNothingNewWhileHeldButGoesOnWithWhatHasBegun) {
  CallPolicy policy = FixturePolicy(2);
  policy.limits.in_flight = 1;
  policy.retry.base = Duration(0);
  CallerFixture f(policy);
  f.caller->Start(1, "1", 1);
  f.caller->Turn();
  f.caller->Start(2, "2", 1);
  f.caller->Hold(true);
  f.transport.End(Outcome(AttemptEnd::kFailed));
  f.caller->Turn();
  EXPECT_EQ(f.transport.begun, 2U);
  f.transport.End(Outcome(AttemptEnd::kAnswered));
  EXPECT_EQ(f.caller->Turn(), Duration::max());
  EXPECT_EQ(f.transport.begun, 2U);
  f.caller->Hold(false);
  f.caller->Turn();
  EXPECT_EQ(f.transport.begun, 3U);
}

TEST(Caller, CancelsInEveryState) {
  CallPolicy policy = FixturePolicy(2);
  policy.limits.in_flight = 3;
  CallerFixture f(policy);
  for (CallId id = 1; id <= 5; ++id) f.caller->Start(id, std::to_string(id), 1);
  f.caller->Turn();
  f.transport.End(Outcome(AttemptEnd::kThrottled, seconds(20)));  // 1 pauses
  f.caller->Turn();                                               // 4 begins
  f.transport.End(Outcome(AttemptEnd::kAnswered));                // 2 has an answer, 3 and 4 call, 5 waits
  EXPECT_EQ(f.limiter->in_flight(), 3);
  for (const CallId id : {1, 2, 3, 5}) f.caller->Cancel(id);
  f.caller->Cancel(5);
  f.caller->Cancel(17);
  EXPECT_EQ(f.limiter->in_flight(), 1);
  EXPECT_EQ(f.transport.open.size(), 1U);
  f.Run(minutes(5));
  EXPECT_EQ(f.sink.ends.size(), 1U);
  EXPECT_EQ(f.sink.ends[0].first, 4U);
  EXPECT_EQ(f.metrics.cancelled.value(), 4U);
  EXPECT_EQ(f.limiter->in_flight(), 0);
}

// Whoever is told of an end cancels another that has ended as well, and starts a third in its place.
class MeddlingSink final : public CallSink {
 public:
  void CallEnded(CallId id, CallEnd) override {
    ended.push_back(id);
    if (id != 1) return;
    caller->Cancel(2);
    caller->Start(3, "3", 1);
  }
  Caller* caller = nullptr;
  std::vector<CallId> ended;
};

TEST(Caller, BearsStartsAndCancelsFromWithinEnds) {
  ManualClock clock;
  MeddlingSink sink;
  FakeTransport transport;
  CallMetrics metrics;
  const auto limiter = Limiter::Make(FixturePolicy(2).limits, clock);
  const auto caller = Caller::Make(
      FixturePolicy(2), *limiter, [] {}, transport, sink, clock, 1, metrics);
  sink.caller = caller.get();
  caller->SetShare(1);
  caller->Start(1, "1", 1);
  caller->Start(2, "2", 1);
  caller->Turn();
  transport.End(Outcome(AttemptEnd::kAnswered));
  transport.End(Outcome(AttemptEnd::kAnswered));
  caller->Turn();
  EXPECT_EQ(sink.ended, std::vector<CallId>{1});
  ASSERT_EQ(transport.open.size(), 1U);
  EXPECT_EQ(transport.open.begin()->second.payload, "3");
  EXPECT_EQ(limiter->in_flight(), 1);
}

TEST(Caller, LeavesNothingBehind) {
  CallerFixture f(FixturePolicy(2));
  for (CallId id = 1; id <= 4; ++id) f.caller->Start(id, "q", 1);
  f.caller->Turn();
  f.transport.End(Outcome(AttemptEnd::kAnswered));
  EXPECT_EQ(f.limiter->in_flight(), 2);
  f.caller.reset();
  EXPECT_EQ(f.limiter->in_flight(), 0);
  EXPECT_EQ(f.transport.abandoned.size(), 1U);
  EXPECT_TRUE(f.transport.open.empty());
  EXPECT_TRUE(f.sink.ends.empty());
}

TEST(Caller, WaitsForAShareWithoutTurningInVain) {
  CallerFixture f(FixturePolicy(2), 0);
  f.caller->Start(1, "q", 1);
  EXPECT_EQ(f.caller->Turn(), Duration::max());
  f.caller->SetShare(0.5);
  f.caller->Turn();
  EXPECT_EQ(f.transport.begun, 1U);
  f.caller->SetShare(0);
  f.caller->Start(2, "q", 1);
  EXPECT_EQ(f.caller->Turn(), seconds(10));
  EXPECT_EQ(f.transport.begun, 1U);
}

TEST(Caller, IsWokenWhenAnotherWorkerMakesRoom) {
  CallPolicy policy = FixturePolicy(2);
  policy.limits.in_flight = 1;
  CallerFixture f(policy, 0.5);
  FakeTransport transport;
  CallMetrics metrics;
  const auto other = Caller::Make(
      policy, *f.limiter, [] {}, transport, f.sink, f.clock, 9, metrics);
  other->SetShare(0.5);
  other->Start(1, "q", 1);
  other->Turn();
  f.caller->Start(1, "q", 1);
  EXPECT_EQ(f.caller->Turn(), Duration::max());
  f.wakes = 0;
  transport.End(Outcome(AttemptEnd::kAnswered));
  other->Turn();
  EXPECT_EQ(f.wakes, 1);
  f.caller->Turn();
  EXPECT_EQ(f.transport.begun, 1U);
}

TEST(Caller, RetriesAtAnotherEndpoint) {
  CallPolicy policy = FixturePolicy(2);
  policy.endpoint_priorities = {0, 0};
  policy.retry.base = Duration(0);
  CallerFixture f(policy);
  f.caller->Start(1, "q", 1);
  f.caller->Turn();
  const size_t first = f.transport.open.begin()->second.endpoint;
  f.transport.End(Outcome(AttemptEnd::kFailed));
  f.caller->Turn();
  EXPECT_EQ(f.transport.open.begin()->second.endpoint, 1 - first);
  f.transport.End(Outcome(AttemptEnd::kAnswered));
  f.caller->Turn();
  EXPECT_EQ(f.sink.ends[0].second.endpoint, 1 - first);
}

TEST(Caller, TellsTheLimiterWhatTheProviderSays) {
  CallPolicy policy = FixturePolicy(2);
  policy.limits.tokens_per_minute = 6'000;
  CallerFixture f(policy);
  f.caller->Start(1, "q", 100);
  f.caller->Turn();
  AttemptOutcome answer = Outcome(AttemptEnd::kAnswered);
  answer.usage = Usage{100, 2'000};
  answer.quota.requests.remaining = 0;
  answer.quota.requests.reset = seconds(3);
  f.transport.End(std::move(answer));
  f.caller->Start(2, "q", 100);
  EXPECT_GT(f.caller->Turn(), seconds(20));
  f.caller->Cancel(2);
  EXPECT_EQ(f.caller->Turn(), Duration::max());
}

// As seen: Retry-After: 2, and beside it x-ratelimit-remaining-tokens: 0 with x-ratelimit-reset-tokens: 6m0s.
TEST(Caller, ComesBackWhenTheProviderSaysAndNotWhenItsWholeQuotaIsThereAgain) {
  CallPolicy policy = FixturePolicy();
  policy.retry.base = milliseconds(10);
  CallerFixture f(policy);
  f.caller->Start(1, "q", 100);
  f.caller->Start(2, "q", 100);
  f.caller->Turn();
  for (int i = 0; i < 2; ++i) {
    AttemptOutcome throttled = Outcome(AttemptEnd::kThrottled, seconds(2));
    throttled.quota.tokens = {std::nullopt, 0, minutes(6)};
    f.transport.End(std::move(throttled));
  }
  f.Run(milliseconds(1'999));
  EXPECT_EQ(f.transport.begun, 2U);
  f.Run(milliseconds(1));
  f.caller->Turn();
  EXPECT_EQ(f.transport.begun, 4U);
}

TEST(Caller, BearsAProviderThatCountsAbsurdly) {
  CallPolicy policy = FixturePolicy(2);
  policy.limits.tokens_per_minute = 6'000;
  CallerFixture f(policy);
  f.caller->Start(99, "q", 1);
  f.caller->Turn();
  AttemptOutcome answer = Outcome(AttemptEnd::kAnswered);
  answer.usage = Usage{UINT64_MAX, UINT64_MAX};
  answer.quota.tokens = {INT64_MAX, INT64_MIN, Duration::max()};
  f.transport.End(std::move(answer));
  f.caller->Start(100, "q", 1);
  f.Run(minutes(9));
  EXPECT_EQ(f.transport.begun, 1U);
  f.Run(minutes(2));
  EXPECT_GE(f.transport.begun, 2U);
  EXPECT_EQ(f.metrics.input_tokens.value(), 1'000'000'000U);
  EXPECT_EQ(f.sink.ends.front().second.result, CallResult::kAnswered);
}

}  // namespace
}  // namespace penstock::call
