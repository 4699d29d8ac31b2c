#include "model/remote/chat_stream.h"

#include <gtest/gtest.h>

namespace penstock::remote {
namespace {

struct Streamed {
  AttemptOutcome outcome;
  bool went_on = true;
};

Streamed Stream(std::string_view text, size_t part) {
  const std::unique_ptr<StreamReader> reader = MakeChatStream(200);
  JsonParser parser;
  Arena arena;
  Streamed streamed;
  for (size_t i = 0; i < text.size() && streamed.went_on; i += part)
    streamed.went_on = reader->Feed(text.substr(i, part), parser, arena);
  streamed.outcome = reader->Finish();
  return streamed;
}

constexpr std::string_view kAnswer =
    "data: {\"model\":\"v1\",\"choices\":[{\"delta\":{\"role\":\"assistant\",\"content\":\"\"}}]}\r\n\r\n"
    ": keep-alive\r\n\r\n"
    "data: {\"choices\":[{\"delta\":{\"content\":\"h\\u00e9\"},\"finish_reason\":null}],\"usage\":null}\r\n\r\n"
    "data: {\"choices\":[{\"delta\":{\"content\":\"llo\"}}]}\r\n\r\n"
    "data: {\"choices\":[{\"delta\":{},\"finish_reason\":\"stop\"}]}\r\n\r\n"
    "data: {\"choices\":[],\"usage\":{\"prompt_tokens\":4,\"completion_tokens\":2}}\r\n\r\n"
    "data: [DONE]\r\n\r\n";

TEST(ChatStreamTest, AnAnswerWhereverItsPartsEnd) {
  for (size_t part = 1; part <= kAnswer.size(); ++part) {
    const AttemptOutcome outcome = Stream(kAnswer, part).outcome;
    ASSERT_EQ(outcome.end, AttemptEnd::kAnswered) << part;
    const UnpackedAnswer answer = Unpack(outcome.answer);
    EXPECT_EQ(answer.text, "h\xC3\xA9llo");
    EXPECT_EQ(answer.version, "v1");
    EXPECT_EQ(answer.finish_reason, "stop");
    EXPECT_FALSE(answer.is_refusal);
    ASSERT_TRUE(outcome.usage);
    EXPECT_EQ(outcome.usage->input_tokens, 4U);
    EXPECT_EQ(outcome.usage->output_tokens, 2U);
  }
}

// Wherever it is cut: no answer before it has said that it has finished, and never half of one.
TEST(ChatStreamTest, AnAnswerThatIsCut) {
  const size_t finished = kAnswer.find("\"stop\"}]}") + std::string_view("\"stop\"}]}").size();
  for (size_t size = 0; size < kAnswer.size(); ++size) {
    const AttemptOutcome outcome = Stream(kAnswer.substr(0, size), 7).outcome;
    if (size < finished) {
      EXPECT_EQ(outcome.end, AttemptEnd::kFailed) << size;
    } else if (outcome.end == AttemptEnd::kAnswered) {
      EXPECT_EQ(Unpack(outcome.answer).text, "h\xC3\xA9llo") << size;
    }
  }
}

TEST(ChatStreamTest, Refusals) {
  const AttemptOutcome outcome = Stream(
                                     "data: {\"choices\":[{\"delta\":{\"refusal\":\"I \"}}]}\n\n"
                                     "data: {\"choices\":[{\"delta\":{\"refusal\":\"won't\"}}]}\n\n"
                                     "data: [DONE]\n\n",
                                     5)
                                     .outcome;
  EXPECT_TRUE(Unpack(outcome.answer).is_refusal);
  EXPECT_EQ(Unpack(outcome.answer).text, "I won't");
}

TEST(ChatStreamTest, WhatIsNoChunkEndsIt) {
  for (const std::string_view data : {"data: nonsense\n\n", "data: 7\n\n", "data: {\"choices\":\n\n"}) {
    const Streamed streamed = Stream(data, 100);
    EXPECT_FALSE(streamed.went_on) << data;
    EXPECT_EQ(streamed.outcome.end, AttemptEnd::kFailed);
    EXPECT_EQ(streamed.outcome.reason, "envelope");
  }
}

TEST(ChatStreamTest, AnErrorEndsIt) {
  const Streamed streamed = Stream("data: {\"error\":{\"type\":\"insufficient_quota\"}}\n\ndata: [DONE]\n\n", 100);
  EXPECT_FALSE(streamed.went_on);
  EXPECT_EQ(streamed.outcome.end, AttemptEnd::kRefused);
}

TEST(ChatStreamTest, WhatComesAfterTheEndCountsForNothing) {
  const Streamed streamed = Stream("data: [DONE]\n\ndata: nonsense\n\n", 100);
  EXPECT_TRUE(streamed.went_on);
  EXPECT_EQ(streamed.outcome.end, AttemptEnd::kAnswered);
}

}  // namespace
}  // namespace penstock::remote
