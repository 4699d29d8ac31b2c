#include "pipeline/log_settings.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace penstock {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

struct ReadFile {
  LogSettings settings;
  std::string problems;
};

ReadFile Read(const std::string& text) {
  Problems problems("log.yaml", text);
  const YamlNode file = ParseYaml(text, problems);
  ReadFile read;
  if (!problems.has_errors()) read.settings = ReadLogFile(file, problems);
  read.problems = problems.Text();
  return read;
}

TEST(LogSettings, AreRead) {
  const ReadFile read =
      Read("log:\n  kafka:\n    brokers: ['a:9092', '[::1]:9093']\n    properties: { security.protocol: ssl }\n");
  EXPECT_EQ(read.problems, "");
  ASSERT_TRUE(read.settings.kafka);
  EXPECT_THAT(read.settings.kafka->brokers, ElementsAre("a:9092", "[::1]:9093"));
  ASSERT_EQ(read.settings.kafka->properties.size(), 1U);
  EXPECT_EQ(read.settings.kafka->properties[0].name, "security.protocol");
  EXPECT_EQ(read.settings.kafka->properties[0].value, "ssl");
  EXPECT_THAT(Read("log: { kafka: { brokers: a:1 } }").settings.kafka->brokers, ElementsAre("a:1"));
  EXPECT_EQ(Read("log: { local: x, durability: power }").settings.local, "x");
}

TEST(LogSettings, BrokersHaveAddresses) {
  for (const std::string good : {"a:1", "10.0.0.1:9092", "[::1]:65535", "kafka-1.example.com:9092"})
    EXPECT_TRUE(IsBrokerAddress(good)) << good;
  for (const std::string bad :
       {"", "a", ":1", "a:", "a:x", "a:0", "a:65536", "::1:9092", "a b:1", "kafka://a:1", "a:1,b:2"})
    EXPECT_FALSE(IsBrokerAddress(bad)) << bad;
  EXPECT_THAT(Read("log: { kafka: { brokers: [a] } }").problems, HasSubstr("'a' is no broker's address"));
}

TEST(LogSettings, NameOneLog) {
  EXPECT_THAT(Read("log: { local: x, kafka: { brokers: a:1 } }").problems, HasSubstr("either local or on Kafka"));
}

TEST(LogSettings, AFileOfItsOwnHasNothingElse) {
  EXPECT_THAT(Read("lug: {}").problems, HasSubstr("log.yaml:1:1: unknown option 'lug'"));
  EXPECT_THAT(Read("log: { kafka: { broker: a:1 } }").problems, HasSubstr("unknown option 'broker' in kafka"));
  EXPECT_THAT(Read("[]").problems, HasSubstr("the file is a map with `log`"));
  EXPECT_EQ(Read("pipeline: p\nroute: [{ to: none }]\nlog: { local: x }").problems, "");
}

}  // namespace
}  // namespace penstock
