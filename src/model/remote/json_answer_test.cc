#include "model/remote/json_answer.h"

#include <gtest/gtest.h>

#include "event/json_writer.h"

namespace penstock::remote {
namespace {

std::string Read(std::string_view text, std::string_view schema = "{}") {
  const AnswerSchema compiled = *AnswerSchema::Compile(schema);
  JsonParser parser;
  Arena arena;
  const Result<Value> read = ReadJsonAnswer(text, compiled, parser, arena);
  return read ? ToJson(*read) : "failed: " + read.error().message;
}

TEST(JsonAnswerTest, JsonAsItIs) {
  EXPECT_EQ(Read(R"({"a": 1})"), R"({"a": 1})");
  EXPECT_EQ(Read("\n 7 \n"), "7");
}

TEST(JsonAnswerTest, JsonInAFence) {
  EXPECT_EQ(Read("```json\n{\"a\":1}\n```"), R"({"a":1})");
  EXPECT_EQ(Read(" \n```\r\n[1]\r\n```\n\n"), "[1]");
  EXPECT_EQ(Read("```JSON \n[1]```"), "[1]");
}

TEST(JsonAnswerTest, WordsAroundAFenceAreNoJson) {
  EXPECT_TRUE(Read("Here you are:\n```json\n1\n```").starts_with("failed: its answer is no JSON"));
  EXPECT_TRUE(Read("```json\n1\n```\nAnything else?").starts_with("failed: its answer is no JSON"));
  EXPECT_TRUE(Read("```python\n1\n```").starts_with("failed: its answer is no JSON"));
}

TEST(JsonAnswerTest, FencesThatDoNotClose) {
  for (const std::string_view text : {"```", "```json", "```json\n", "```json\n1", "``````", ""})
    EXPECT_TRUE(Read(text).starts_with("failed: its answer is no JSON")) << text;
}

TEST(JsonAnswerTest, DepthIsBounded) {
  EXPECT_TRUE(Read(std::string(10'000, '[') + std::string(10'000, ']')).starts_with("failed: its answer is no JSON"));
}

TEST(JsonAnswerTest, TheFirstFaultIsNamed) {
  EXPECT_EQ(Read(R"({"a":"x"})", R"({"properties":{"a":{"type":"integer"}}})"),
            "failed: its answer does not fit the schema: /a is a string, and is to be an integer");
  EXPECT_EQ(Read("1", R"({"type":"object"})"),
            "failed: its answer does not fit the schema: it is an integer, and is to be an object");
}

}  // namespace
}  // namespace penstock::remote
