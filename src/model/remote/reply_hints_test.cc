#include "model/remote/reply_hints.h"

#include <gtest/gtest.h>

namespace penstock::remote {
namespace {

using std::chrono::hours;
using std::chrono::milliseconds;
using std::chrono::minutes;
using std::chrono::seconds;

// Sat, 21 Nov 2026 10:00:00 GMT
constexpr WallTime kNow = WallTime(seconds(1'795'255'200));

ReplyHints Hints(std::initializer_list<std::pair<std::string_view, std::string_view>> headers) {
  ReplyHints hints;
  for (const auto& [name, value] : headers) ReadHint(name, value, kNow, hints);
  return hints;
}

std::optional<Duration> RetryAfter(std::string_view value) { return Hints({{"Retry-After", value}}).retry_after; }

TEST(ReplyHintsTest, RetryAfterInSeconds) {
  EXPECT_EQ(RetryAfter("3"), seconds(3));
  EXPECT_EQ(RetryAfter("0"), seconds(0));
  EXPECT_EQ(RetryAfter("0.25"), milliseconds(250));
}

TEST(ReplyHintsTest, RetryAfterAsADate) {
  EXPECT_EQ(RetryAfter("Sat, 21 Nov 2026 10:00:07 GMT"), seconds(7));
  EXPECT_EQ(RetryAfter("Saturday, 21-Nov-26 10:01:00 GMT"), minutes(1));
  EXPECT_EQ(RetryAfter("Sat Nov 21 10:00:02 2026"), seconds(2));
  EXPECT_EQ(RetryAfter("Sat, 21 Nov 2026 09:00:00 GMT"), seconds(0));
}

TEST(ReplyHintsTest, RetryAfterThatSaysNothingOrTooMuch) {
  EXPECT_EQ(RetryAfter("soon"), std::nullopt);
  EXPECT_EQ(RetryAfter(""), std::nullopt);
  EXPECT_EQ(RetryAfter("nan"), std::nullopt);
  EXPECT_EQ(RetryAfter("-5"), seconds(0));
  EXPECT_EQ(RetryAfter("1e300"), hours(24 * 365));
}

TEST(ReplyHintsTest, MillisecondsCountMoreThanSeconds) {
  EXPECT_EQ(Hints({{"retry-after-ms", "1500"}, {"retry-after", "2"}}).retry_after, milliseconds(1500));
  EXPECT_EQ(Hints({{"retry-after", "2"}, {"Retry-After-Ms", "1500"}}).retry_after, milliseconds(1500));
  EXPECT_EQ(Hints({{"retry-after", "2"}, {"retry-after-ms", "x"}}).retry_after, seconds(2));
}

TEST(ReplyHintsTest, WhatAProxyPassesOnCountsWhereItSaysNothingItself) {
  EXPECT_EQ(Hints({{"llm_provider-retry-after", "2"}}).retry_after, seconds(2));
  EXPECT_EQ(Hints({{"LLM_provider-Retry-After", "2"}, {"retry-after", "3"}}).retry_after, seconds(3));
  EXPECT_EQ(Hints({{"retry-after", "3"}, {"llm_provider-retry-after", "2"}}).retry_after, seconds(3));
}

TEST(ReplyHintsTest, WhetherToRetry) {
  EXPECT_EQ(Hints({}).should_retry, std::nullopt);
  EXPECT_EQ(Hints({{"x-should-retry", "true"}}).should_retry, true);
  EXPECT_EQ(Hints({{"X-Should-Retry", "FALSE"}}).should_retry, false);
  EXPECT_EQ(Hints({{"x-should-retry", "maybe"}}).should_retry, std::nullopt);
}

TEST(ReplyHintsTest, Quotas) {
  const Quota quota = Hints({{"x-ratelimit-limit-requests", "60"},
                             {"x-ratelimit-remaining-requests", "59"},
                             {"x-ratelimit-reset-requests", "12ms"},
                             {"X-RateLimit-Limit-Tokens", "150000"},
                             {"x-ratelimit-remaining-tokens", "-1"},
                             {"x-ratelimit-reset-tokens", "6m0s"}})
                          .quota;
  EXPECT_EQ(quota.requests.limit, 60);
  EXPECT_EQ(quota.requests.remaining, 59);
  EXPECT_EQ(quota.requests.reset, milliseconds(12));
  EXPECT_EQ(quota.tokens.limit, 150000);
  EXPECT_EQ(quota.tokens.remaining, -1);
  EXPECT_EQ(quota.tokens.reset, minutes(6));
}

TEST(ReplyHintsTest, QuotasThatCannotBeRead) {
  const Quota quota = Hints({{"x-ratelimit-limit-requests", "many"},
                             {"x-ratelimit-reset-requests", "later"},
                             {"x-ratelimit-limit-images", "3"},
                             {"x-ratelimit-", "3"}})
                          .quota;
  EXPECT_EQ(quota.requests.limit, std::nullopt);
  EXPECT_EQ(quota.requests.reset, std::nullopt);
  EXPECT_EQ(quota.tokens.limit, std::nullopt);
}

TEST(ReplyHintsTest, ResetsInSeconds) {
  EXPECT_EQ(Hints({{"x-ratelimit-reset-tokens", "1.5"}}).quota.tokens.reset, milliseconds(1500));
}

TEST(ReplyHintsTest, EventStreams) {
  EXPECT_TRUE(Hints({{"Content-Type", "text/event-stream; charset=utf-8"}}).is_event_stream);
  EXPECT_FALSE(Hints({{"content-type", "application/json"}}).is_event_stream);
}

}  // namespace
}  // namespace penstock::remote
