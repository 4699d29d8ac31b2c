#include "model/remote/chat_answer.h"

#include <gtest/gtest.h>

namespace penstock::remote {
namespace {

AttemptOutcome Read(std::string_view message) {
  JsonParser parser;
  Arena arena;
  const std::string body = R"({"model":"v1","choices":[{"message":)" + std::string(message) +
                           R"(,"finish_reason":"stop"}],"usage":{"prompt_tokens":4,"completion_tokens":2}})";
  return ReadChatAnswer(200, body, parser, arena);
}

TEST(ChatAnswerTest, TellsContentFromARefusal) {
  const AttemptOutcome said = Read(R"({"role":"assistant","content":"yes","refusal":null})");
  EXPECT_EQ(said.usage->input_tokens, 4U);
  EXPECT_EQ(said.usage->output_tokens, 2U);
  EXPECT_EQ(Unpack(said.answer).text, "yes");
  EXPECT_EQ(Unpack(said.answer).version, "v1");
  EXPECT_FALSE(Unpack(said.answer).is_refusal);

  const AttemptOutcome refused = Read(R"({"role":"assistant","content":null,"refusal":"no"})");
  EXPECT_EQ(Unpack(refused.answer).text, "no");
  EXPECT_TRUE(Unpack(refused.answer).is_refusal);
}

TEST(ChatAnswerTest, FindsARefusalWhereAProxyPutIt) {
  const AttemptOutcome refused = Read(R"({"content":null,"provider_specific_fields":{"refusal":"no"}})");
  EXPECT_EQ(Unpack(refused.answer).text, "no");
  EXPECT_TRUE(Unpack(refused.answer).is_refusal);
  EXPECT_FALSE(Unpack(Read(R"({"content":"yes","provider_specific_fields":{"refusal":null}})").answer).is_refusal);
}

TEST(ChatAnswerTest, AMissingMessageIsAFailureThatMayPass) {
  JsonParser parser;
  Arena arena;
  for (const std::string_view body : {R"({"choices":[]})", R"({"choices":[{}]})", "[]", "{\"choices\":"}) {
    const AttemptOutcome outcome = ReadChatAnswer(200, body, parser, arena);
    EXPECT_EQ(outcome.end, AttemptEnd::kFailed) << body;
    EXPECT_EQ(outcome.reason, "envelope") << body;
  }
}

}  // namespace
}  // namespace penstock::remote
