// Attempts over HTTP, against a server that fails as it is asked to.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "event/collection.h"
#include "event/json_writer.h"
#include "model/remote/model_answer.h"
#include "tests/providers/attempts.h"
#include "tests/providers/standin.h"

namespace penstock::remote {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;

constexpr std::string_view kKey = "sk-do-not-tell-4711";
constexpr std::string_view kPrompt = R"({"messages":[{"role":"user","content":"words of the event"}]})";
constexpr std::string_view kStreamPrompt = R"({"stream":true,"messages":[]})";

RemoteSpec ChatSpec(std::string url) {
  RemoteSpec spec;
  spec.name = "m";
  spec.model = "some-model";
  spec.endpoints = {{std::move(url), "", std::string(kKey), 0}};
  return spec;
}

RemoteSpec StreamSpec(std::string url) {
  RemoteSpec spec = ChatSpec(std::move(url));
  spec.stream = true;
  return spec;
}

class TransportTest : public ::testing::Test {
 protected:
  AttemptOutcome Chat(std::string_view query) { return Attempts(ChatSpec(standin_.Http("c", query))).Ask(kPrompt); }
  AttemptOutcome Stream(std::string_view query) {
    return Attempts(StreamSpec(standin_.Http("c", query))).Ask(kStreamPrompt);
  }
  int64_t Count(std::string_view name) { return standin_.Counts("c").At(name).as_int(); }

  const Standin standin_;
};

void ExpectAnswer(const AttemptOutcome& outcome, std::string_view text) {
  EXPECT_EQ(outcome.end, AttemptEnd::kAnswered) << outcome.reason << ' ' << outcome.message;
  EXPECT_EQ(Unpack(outcome.answer).text, text);
}

// What it ended as, for which reason; and no word of the request or the key, and nothing of the query.
void ExpectNoAnswer(const AttemptOutcome& outcome, AttemptEnd end, std::string_view reason) {
  EXPECT_EQ(outcome.end, end) << outcome.message;
  EXPECT_EQ(outcome.reason, reason) << outcome.message;
  EXPECT_THAT(outcome.message, AllOf(HasSubstr("://127.0.0.1:"), Not(HasSubstr(kKey)), Not(HasSubstr("words")),
                                     Not(HasSubstr("case="))));
}

TEST_F(TransportTest, AnAnswer) {
  const AttemptOutcome outcome =
      Chat("header=x-ratelimit-remaining-tokens:%2012&header=x-ratelimit-reset-tokens:%206m0s");
  ExpectAnswer(outcome, "hello");
  EXPECT_EQ(Unpack(outcome.answer).finish_reason, "stop");
  EXPECT_EQ(Unpack(outcome.answer).version, "standin-2026");
  ASSERT_TRUE(outcome.usage);
  EXPECT_EQ(outcome.usage->input_tokens, 7U);
  EXPECT_EQ(outcome.usage->output_tokens, 3U);
  EXPECT_EQ(outcome.quota.tokens.remaining, 12);
  EXPECT_EQ(outcome.quota.tokens.reset, std::chrono::minutes(6));
}

TEST_F(TransportTest, WhatIsSent) {
  RemoteSpec spec = ChatSpec(standin_.Http("c"));
  spec.headers = {{"X-Team", "blue"}, {"user-agent", "ours"}};
  ExpectAnswer(Attempts(spec).Ask(kPrompt), "hello");
  const ParsedJson counts = standin_.Counts("c");
  EXPECT_EQ(counts.At("method").text(), "POST");
  EXPECT_EQ(counts.At("path").text(), "/v1/chat/completions");
  EXPECT_EQ(counts.At("body").text(), kPrompt);
  const Value headers = counts.At("headers");
  const auto header = [&](std::string_view name) { return ToJson(MapFind(headers, name).value_or(Value())); };
  EXPECT_EQ(header("Authorization"), "\"Bearer " + std::string(kKey) + "\"");
  EXPECT_EQ(header("Content-Type"), "\"application/json\"");
  EXPECT_EQ(header("X-Team"), "\"blue\"");
  EXPECT_EQ(header("User-Agent"), "\"ours\"");
  EXPECT_EQ(header("Accept-Encoding"), "\"gzip, deflate\"");
  EXPECT_EQ(header("Expect"), "null");
}

TEST_F(TransportTest, TheHttpKindSendsItsMethodAndHasNoBodyWhereItIsEmpty) {
  for (const std::string method : {"GET", "POST", "PUT", "PATCH", "DELETE"}) {
    RemoteSpec spec = ChatSpec(standin_.Http("c", R"(body={"a":1})"));
    spec.kind = RemoteKind::kHttp;
    spec.method = method;
    Attempts attempts(spec);
    ExpectAnswer(attempts.Ask(""), R"({"a":1})");
    EXPECT_EQ(standin_.Counts("c").At("method").text(), method);
    EXPECT_EQ(standin_.Counts("c").At("body").text(), "");
    ExpectAnswer(attempts.Ask("[2]"), R"({"a":1})");
    EXPECT_EQ(standin_.Counts("c").At("method").text(), method);
    EXPECT_EQ(standin_.Counts("c").At("body").text(), "[2]");
    EXPECT_EQ(standin_.Counts("c").At("path").text(), "/v1");
  }
}

TEST_F(TransportTest, TheHttpKindTakesAnAnswerWithoutABodyButNoneThatIsNoJson) {
  RemoteSpec spec = ChatSpec(standin_.Http("c", "status=204&body="));
  spec.kind = RemoteKind::kHttp;
  const AttemptOutcome empty = Attempts(spec).Ask("1");
  ExpectAnswer(empty, "null");
  EXPECT_EQ(Unpack(empty.answer).status, 204);
  spec.endpoints[0].url = standin_.Http("c", "body=%3Chtml%3E");
  ExpectNoAnswer(Attempts(spec).Ask("1"), AttemptEnd::kFailed, "envelope");
}

TEST_F(TransportTest, Embeddings) {
  RemoteSpec spec = ChatSpec(standin_.Http("c"));
  spec.kind = RemoteKind::kEmbeddings;
  ExpectAnswer(Attempts(spec).Ask("{}"), "[0.5,-1,2]");
  EXPECT_EQ(standin_.Counts("c").At("path").text(), "/v1/embeddings");
  spec.endpoints[0].url = standin_.Http("c", R"(body={"data":[{"embedding":["words"]}]})");
  ExpectNoAnswer(Attempts(spec).Ask("{}"), AttemptEnd::kFailed, "envelope");
}

TEST_F(TransportTest, Statuses) {
  for (const char* const status : {"408", "409", "500", "503", "529"})
    ExpectNoAnswer(Chat("status=" + std::string(status)), AttemptEnd::kFailed, "status_" + std::string(status));
  for (const char* const status : {"301", "400", "401", "403", "404", "422"})
    ExpectNoAnswer(Chat("status=" + std::string(status)), AttemptEnd::kRefused, "status_" + std::string(status));
  ExpectNoAnswer(Chat("status=429"), AttemptEnd::kThrottled, "status_429");
  ExpectNoAnswer(Chat("status=429&error_type=insufficient_quota"), AttemptEnd::kRefused, "insufficient_quota");
  ExpectNoAnswer(Chat("status=400&error_code=context_length_exceeded"), AttemptEnd::kRefused,
                 "context_length_exceeded");
  ExpectNoAnswer(Chat("status=503&header=x-should-retry:false"), AttemptEnd::kRefused, "status_503");
}

TEST_F(TransportTest, RedirectsAreNotFollowed) {
  ExpectNoAnswer(Chat("status=302&header=Location:%20/v1/chat/completions"), AttemptEnd::kRefused, "status_302");
  EXPECT_EQ(Count("requests"), 1);
}

TEST_F(TransportTest, EachFormOfRetryAfter) {
  EXPECT_EQ(Chat("status=429&header=Retry-After:%203").retry_after, seconds(3));
  EXPECT_EQ(Chat("status=429&header=Retry-After:%200.5").retry_after, milliseconds(500));
  EXPECT_EQ(Chat("status=503&header=Retry-After:%203&header=retry-after-ms:%2070").retry_after, milliseconds(70));
  const std::optional<Duration> date = Chat("status=429&retry_after_date=100s").retry_after;
  ASSERT_TRUE(date);
  EXPECT_GE(*date, seconds(60));
  EXPECT_LE(*date, seconds(100));
  EXPECT_EQ(Chat("status=429").retry_after, std::nullopt);
}

TEST_F(TransportTest, ATokenBucket) {
  Attempts attempts(ChatSpec(standin_.Http("c", "rate=0.01&burst=2")));
  ExpectAnswer(attempts.Ask(kPrompt), "hello");
  ExpectAnswer(attempts.Ask(kPrompt), "hello");
  const AttemptOutcome outcome = attempts.Ask(kPrompt);
  ExpectNoAnswer(outcome, AttemptEnd::kThrottled, "status_429");
  EXPECT_EQ(outcome.retry_after, seconds(100));
}

TEST_F(TransportTest, EnvelopesThatDoNotParse) {
  for (const char* const body :
       {"", "%3Chtml%3E", "{\"choices\":", "{}", "[]", "{\"choices\":[]}", "{\"choices\":[7]}"})
    ExpectNoAnswer(Chat("body=" + std::string(body)), AttemptEnd::kFailed, "envelope");
  ExpectNoAnswer(Chat(R"(body={"error":{"code":"server_error"}})"), AttemptEnd::kFailed, "error_in_answer");
}

TEST_F(TransportTest, RefusalsAndReasons) {
  const AttemptOutcome refusal = Chat("refusal=no");
  ExpectAnswer(refusal, "no");
  EXPECT_TRUE(Unpack(refusal.answer).is_refusal);
  for (const char* const reason : {"length", "content_filter"})
    EXPECT_EQ(Unpack(Chat("finish=" + std::string(reason)).answer).finish_reason, reason);
}

TEST_F(TransportTest, CutAnswers) {
  ExpectNoAnswer(Chat("cut=0"), AttemptEnd::kFailed, "cut");
  ExpectNoAnswer(Chat("cut=20"), AttemptEnd::kFailed, "cut");
}

TEST_F(TransportTest, CompressedAnswers) { ExpectAnswer(Chat("gzip=1"), "hello"); }

TEST_F(TransportTest, AnswersAreBoundedOnceTheyAreUnpacked) {
  ExpectAnswer(Chat("size=1000000"), std::string(1000000, 'x'));
  ExpectNoAnswer(Chat("size=10000000"), AttemptEnd::kRefused, "too_large");
  ExpectNoAnswer(Chat("gzip=1&size=100000000"), AttemptEnd::kRefused, "too_large");
  ExpectNoAnswer(Chat("header=X-Long:" + std::string(90000, 'x')), AttemptEnd::kRefused, "too_large");
}

TEST_F(TransportTest, NobodyListens) {
  const std::string url = "http://user:secret-word@127.0.0.1:" + std::to_string(UnusedPort()) + "/v1?case=c";
  const AttemptOutcome outcome = Attempts(ChatSpec(url)).Ask(kPrompt);
  ExpectNoAnswer(outcome, AttemptEnd::kUnreachable, "connect");
  EXPECT_THAT(outcome.message, Not(HasSubstr("secret-word")));
}

TEST_F(TransportTest, AnUnknownHost) {
  const AttemptOutcome outcome = Attempts(ChatSpec("http://no-such-host.invalid/v1")).Ask(kPrompt);
  EXPECT_EQ(outcome.end, AttemptEnd::kUnreachable);
  EXPECT_EQ(outcome.reason, "resolve");
}

TEST_F(TransportTest, AnAbandonedAttemptEndsTheRequestAndIsHeardOfNoMore) {
  Attempts attempts(ChatSpec(standin_.Http("c", "silent=1")));
  attempts.Begin(1, kPrompt);
  attempts.Begin(2, kPrompt);
  ASSERT_TRUE(attempts.AwaitThat([&] { return Count("in_flight") == 2; }));
  attempts.Abandon(1);
  attempts.Abandon(1);
  ASSERT_TRUE(attempts.AwaitThat([&] { return Count("gone") == 1; }));
  attempts.Abandon(2);
  ASSERT_TRUE(attempts.AwaitThat([&] { return Count("gone") == 2; }));
  EXPECT_EQ(attempts.ended(), 0U);
  EXPECT_EQ(attempts.metrics().runs.value(), 2U);
  EXPECT_EQ(attempts.metrics().run_ns.Snapshot().count, 2U);
}

TEST_F(TransportTest, AnAttemptThatHasNotBegunYetCanBeAbandoned) {
  Attempts attempts(ChatSpec(standin_.Http("c")));
  attempts.Begin(1, kPrompt);
  attempts.Abandon(1);
  ExpectAnswer(attempts.Ask(kPrompt), "hello");
  EXPECT_EQ(attempts.ended(), 1U);
}

TEST_F(TransportTest, EndsWithAttemptsUnderWay) {
  Attempts attempts(StreamSpec(standin_.Http("c", "stall=3&silent=1")));
  attempts.Begin(1, kPrompt);
  attempts.Begin(2, kPrompt);
  ASSERT_TRUE(attempts.AwaitThat([&] { return Count("in_flight") == 2; }));
}

TEST_F(TransportTest, ConnectionsAreUsedAgain) {
  Attempts attempts(ChatSpec(standin_.Http("c")));
  for (int i = 0; i < 5; ++i) ExpectAnswer(attempts.Ask(kPrompt), "hello");
  EXPECT_EQ(Count("requests"), 5);
  EXPECT_EQ(Count("peers"), 1);
}

// More than one shard has room for.
TEST_F(TransportTest, ManyAtOnceAndThenAgainOnTheSameConnections) {
  constexpr size_t kMany = 600;
  Attempts attempts(ChatSpec(standin_.Http("c", "latency=300ms")));
  for (AttemptId id = 0; id < kMany; ++id) attempts.Begin(id, kPrompt);
  attempts.Await(kMany);
  for (AttemptId id = kMany; id < 2 * kMany; ++id) attempts.Begin(id, kPrompt);
  attempts.Await(2 * kMany);
  for (AttemptId id = 0; id < 2 * kMany; ++id) ExpectAnswer(attempts.of(id), "hello");
  EXPECT_GE(Count("peak"), 500);
  EXPECT_LE(Count("peers"), 600);
}

TEST_F(TransportTest, UnixSockets) {
  RemoteSpec spec = ChatSpec("http://localhost/v1?case=c");
  spec.endpoints[0].unix_socket = standin_.unix_socket();
  ExpectAnswer(Attempts(spec).Ask(kPrompt), "hello");
  spec.endpoints[0].unix_socket += ".not";
  EXPECT_EQ(Attempts(spec).Ask(kPrompt).end, AttemptEnd::kUnreachable);
}

TEST_F(TransportTest, TlsWithManyRequestsOnOneConnection) {
  RemoteSpec spec = ChatSpec(standin_.Https("https", "c", "latency=100ms"));
  spec.ca_file = standin_.ca_file();
  Attempts attempts(spec);
  for (AttemptId id = 0; id < 50; ++id) attempts.Begin(id, kPrompt);
  attempts.Await(50);
  for (AttemptId id = 0; id < 50; ++id) ExpectAnswer(attempts.of(id), "hello");
  const ParsedJson counts = standin_.Counts("c");
  EXPECT_EQ(ToJson(counts.At("protocols")), R"({"HTTP/2.0":50})");
  EXPECT_EQ(Count("peers"), 1);
}

TEST_F(TransportTest, CutsOfHttp2) {
  RemoteSpec spec = ChatSpec(standin_.Https("https", "c", "cut=9"));
  spec.ca_file = standin_.ca_file();
  ExpectNoAnswer(Attempts(spec).Ask(kPrompt), AttemptEnd::kFailed, "cut");
}

TEST_F(TransportTest, CertificatesThatAreNotToBeTrusted) {
  for (const char* const place : {"expired", "wrong_host", "self_signed"}) {
    RemoteSpec spec = ChatSpec(standin_.Https(place, "c"));
    spec.ca_file = standin_.ca_file();
    ExpectNoAnswer(Attempts(spec).Ask(kPrompt), AttemptEnd::kUnreachable, "certificate");
  }
  // An authority that only the stand-in knows.
  ExpectNoAnswer(Attempts(ChatSpec(standin_.Https("https", "c"))).Ask(kPrompt), AttemptEnd::kUnreachable,
                 "certificate");
  EXPECT_EQ(Count("requests"), 0);
}

TEST_F(TransportTest, Streams) {
  for (const char* const query : {"", "crlf=1", "usage=0", "done=0", "done=0&usage=0", "finish="}) {
    const AttemptOutcome outcome = Stream("content=h%C3%A9llo&" + std::string(query));
    ExpectAnswer(outcome, "h\xC3\xA9llo");
    EXPECT_EQ(outcome.usage.has_value(), !std::string_view(query).ends_with("usage=0")) << query;
    EXPECT_TRUE(outcome.first_token);
  }
}

TEST_F(TransportTest, AStreamThatTakesItsTime) {
  const AttemptOutcome outcome = Stream("first=120ms");
  ExpectAnswer(outcome, "hello");
  EXPECT_GE(outcome.first_token, milliseconds(100));
}

TEST_F(TransportTest, RefusalsInStreams) {
  const AttemptOutcome outcome = Stream("refusal=never");
  ExpectAnswer(outcome, "never");
  EXPECT_TRUE(Unpack(outcome.answer).is_refusal);
}

TEST_F(TransportTest, CutStreams) {
  ExpectNoAnswer(Stream("cut=3"), AttemptEnd::kFailed, "cut");
  // It ends as streams do, but says neither that it has finished nor why.
  ExpectNoAnswer(Stream("finish=&done=0"), AttemptEnd::kFailed, "cut");
}

TEST_F(TransportTest, ErrorsWithinStreams) {
  ExpectNoAnswer(Stream("error=3"), AttemptEnd::kFailed, "error_in_answer");
  ExpectNoAnswer(Stream("error=3&error_code=rate_limit_exceeded"), AttemptEnd::kThrottled, "rate_limit_exceeded");
  ExpectNoAnswer(Stream("error=3&error_code=insufficient_quota"), AttemptEnd::kRefused, "insufficient_quota");
}

TEST_F(TransportTest, AServerThatDoesNotStreamThoughItWasAsked) {
  ExpectAnswer(Attempts(StreamSpec(standin_.Http("c"))).Ask(kPrompt), "hello");
}

TEST_F(TransportTest, SilentStreams) {
  RemoteSpec spec = StreamSpec(standin_.Http("c", "stall=3"));
  spec.stall = milliseconds(50);
  ExpectNoAnswer(Attempts(spec).Ask(kStreamPrompt), AttemptEnd::kFailed, "stalled");
  // All of the answer has come; only the connection does not end.
  spec.endpoints[0].url = standin_.Http("c", "stall=1000");
  ExpectAnswer(Attempts(spec).Ask(kStreamPrompt), "hello");
}

TEST_F(TransportTest, StreamsAreBounded) {
  RemoteSpec spec = StreamSpec(standin_.Http("c", "size=100000"));
  spec.response_bytes_max = 10000;
  ExpectNoAnswer(Attempts(spec).Ask(kStreamPrompt), AttemptEnd::kRefused, "too_large");
}

}  // namespace
}  // namespace penstock::remote
