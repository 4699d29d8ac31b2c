#include "pipeline/settings.h"

#include <gtest/gtest.h>

#include "pipeline/pipeline_fixture.h"

namespace penstock {
namespace {

Settings Read(const std::string& rest) {
  return CompileGood("pipeline: p\nroute: [{ to: none }]\n" + rest).plan->settings;
}
std::string Wrong(const std::string& rest) { return Complaints("pipeline: p\nroute: [{ to: none }]\n" + rest); }

TEST(Settings, HaveDefaults) {
  const Settings settings = Read("");
  EXPECT_EQ(settings.name, "p");
  EXPECT_EQ(settings.topics.raw, std::vector<std::string>{"p.raw-events"});
  EXPECT_EQ(settings.topics.context, "p.enriched-context");
  EXPECT_EQ(settings.topics.outputs, "p.model-outputs");
  EXPECT_EQ(settings.topics.review, "p.human-review");
  EXPECT_EQ(settings.topics.dead, "p.dead-letters");
  EXPECT_TRUE(std::holds_alternative<AtStart>(settings.start));
  EXPECT_TRUE(settings.create);
  EXPECT_EQ(settings.commit_interval, Duration(std::chrono::milliseconds(100)));
  EXPECT_FALSE(settings.log.local);
  EXPECT_FALSE(settings.log.survives_power_loss);
  EXPECT_EQ(PrepareGroupOf("p"), "p.prepare");
}

TEST(Settings, AreRead) {
  const Settings settings = Read(
      "topics: { raw: [a, b], context: off, dead: d }\nstart: 2026-01-31T00:00:00.5Z\ncreate: false\n"
      "commit: { interval: 1s }\nlog: { local: ./x, durability: power }\n");
  EXPECT_EQ(settings.topics.raw, (std::vector<std::string>{"a", "b"}));
  EXPECT_FALSE(settings.topics.context);
  EXPECT_EQ(settings.topics.dead, "d");
  EXPECT_EQ(std::get<AtTime>(settings.start).timestamp_ms, 1'769'817'600'500);
  EXPECT_FALSE(settings.create);
  EXPECT_EQ(settings.commit_interval, Duration(std::chrono::seconds(1)));
  EXPECT_EQ(settings.log.local, "./x");
  EXPECT_TRUE(settings.log.survives_power_loss);
  EXPECT_TRUE(std::holds_alternative<AtEnd>(Read("start: latest\n").start));
}

TEST(Settings, ATopicHasOneUse) {
  EXPECT_NE(Wrong("topics: { raw: a, outputs: a }\n").find("the topic 'a' is used for two things"), std::string::npos);
  EXPECT_NE(Wrong("topics: { dead: a, review: a }\n").find("the topic 'a' is used for two things"), std::string::npos);
  EXPECT_NE(Wrong("topics: { raw: [a, b, a] }\n").find("'a' stands here a second time"), std::string::npos);
  EXPECT_NE(Wrong("topics: { raw: [] }\n").find("the pipeline reads no topic"), std::string::npos);
}

TEST(Settings, AStartIsAPlaceOrATime) {
  EXPECT_NE(Wrong("start: yesterday\n").find("is neither earliest nor latest nor a time"), std::string::npos);
}

}  // namespace
}  // namespace penstock
