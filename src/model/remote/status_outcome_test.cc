#include "model/remote/status_outcome.h"

#include <gtest/gtest.h>

namespace penstock::remote {
namespace {

AttemptOutcome Outcome(int status, std::string_view body = "", ReplyHints hints = {}) {
  JsonParser parser;
  Arena arena;
  return OutcomeOfStatus(status, body, hints, parser, arena);
}

TEST(StatusOutcomeTest, WhatMayPass) {
  for (const int status : {408, 409, 425, 500, 502, 503, 504, 529}) {
    EXPECT_EQ(Outcome(status).end, AttemptEnd::kFailed) << status;
    EXPECT_EQ(Outcome(status).reason, "status_" + std::to_string(status));
  }
}

TEST(StatusOutcomeTest, WhatIsRefused) {
  for (const int status : {301, 400, 401, 403, 404, 405, 413, 422})
    EXPECT_EQ(Outcome(status).end, AttemptEnd::kRefused) << status;
}

TEST(StatusOutcomeTest, ThrottledUnlessTheAccountIsSpent) {
  EXPECT_EQ(Outcome(429, R"({"error":{"type":"requests","code":"rate_limit_exceeded"}})").end, AttemptEnd::kThrottled);
  const AttemptOutcome spent = Outcome(429, R"({"error":{"message":"m","type":"insufficient_quota","code":null}})");
  EXPECT_EQ(spent.end, AttemptEnd::kRefused);
  EXPECT_EQ(spent.reason, "insufficient_quota");
}

TEST(StatusOutcomeTest, TheProviderKnowsBetter) {
  ReplyHints hints;
  hints.should_retry = false;
  EXPECT_EQ(Outcome(503, "", hints).end, AttemptEnd::kRefused);
  EXPECT_EQ(Outcome(429, "", hints).end, AttemptEnd::kRefused);
  hints.should_retry = true;
  EXPECT_EQ(Outcome(400, "", hints).end, AttemptEnd::kFailed);
  EXPECT_EQ(Outcome(429, "", hints).end, AttemptEnd::kThrottled);
}

TEST(StatusOutcomeTest, CarriesTheHints) {
  ReplyHints hints;
  hints.retry_after = std::chrono::seconds(3);
  hints.quota.tokens.remaining = 7;
  EXPECT_EQ(Outcome(503, "", hints).retry_after, std::chrono::seconds(3));
  EXPECT_EQ(Outcome(429, "", hints).quota.tokens.remaining, 7);
}

TEST(StatusOutcomeTest, NamesTheErrorAndRepeatsNoWords) {
  const AttemptOutcome outcome = Outcome(
      400, R"({"error":{"message":"bad input: the user's words","type":"invalid_request_error","param":"messages",)"
           R"("code":"context_length_exceeded"}})");
  EXPECT_EQ(outcome.reason, "context_length_exceeded");
  EXPECT_EQ(outcome.message, "it answered with status 400 (invalid_request_error, context_length_exceeded)");
  EXPECT_EQ(Outcome(400, R"({"error":{"code":"words of the user"}})").message, "it answered with status 400");
  EXPECT_EQ(Outcome(400, R"({"error":"words"})").message, "it answered with status 400");
}

TEST(StatusOutcomeTest, ErrorsWithoutTheirObject) {
  EXPECT_EQ(Outcome(404, R"({"object":"error","type":"NotFoundError","code":404})").message,
            "it answered with status 404 (NotFoundError); check the URL and the name of the model");
  EXPECT_EQ(Outcome(500, "<html>").message, "it answered with status 500");
}

TEST(StatusOutcomeTest, FaultsOfTheConnection) {
  EXPECT_EQ(OutcomeOfFault({HttpFault::kUnreachable, 0, "connect", "m", {}}).end, AttemptEnd::kUnreachable);
  EXPECT_EQ(OutcomeOfFault({HttpFault::kCut, 200, "cut", "m", {}}).end, AttemptEnd::kFailed);
  EXPECT_EQ(OutcomeOfFault({HttpFault::kTooLarge, 200, "too_large", "m", {}}).reason, "too_large");
  EXPECT_EQ(OutcomeOfFault({HttpFault::kTooLarge, 200, "too_large", "m", {}}).end, AttemptEnd::kRefused);
}

}  // namespace
}  // namespace penstock::remote
