#include "pipeline/refusal.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>
#include <map>

namespace penstock {
namespace {

std::map<std::string, std::string> HeadersOf(const OutRecord& record) {
  std::map<std::string, std::string> headers;
  for (const Header& header : record.headers) headers.emplace(header.name, header.value.value_or(""));
  return headers;
}

TEST(ReplaceRefused, LeavesADeadLetterThatPointsAtItsSource) {
  OutBatch batch;
  const std::array<Header, 3> headers = {{{"penstock-source", "raw/1/7"}, {"penstock-answered", "true"}, {"x", "y"}}};
  batch.Add({.topic = batch.TopicNumber("outputs"), .home = 3, .key = "k", .value = "large", .headers = headers});
  ASSERT_TRUE(ReplaceRefused(batch, 0, "dead", "too large"));
  const OutRecord& record = batch.records()[0];
  EXPECT_EQ(batch.topics()[record.topic], "dead");
  EXPECT_EQ(record.key, "k");
  EXPECT_EQ(record.home, 3);
  EXPECT_FALSE(record.value);
  const auto left = HeadersOf(record);
  EXPECT_EQ(left.at("penstock-source"), "raw/1/7");
  EXPECT_EQ(left.at("penstock-error"), "refused");
  EXPECT_EQ(left.at("penstock-error-message"), "the topic 'outputs' refused the record: too large");
  EXPECT_FALSE(left.contains("penstock-answered"));
  EXPECT_EQ(batch.bytes(), RecordBytes(record));
}

TEST(ReplaceRefused, ShortensADeadLetterOnceAndThenGivesUp) {
  OutBatch batch;
  const std::array<Header, 2> headers = {{{"penstock-error", "decode"}, {"penstock-source", "raw/1/7"}}};
  const std::string key(5000, 'k');
  batch.Add({.topic = batch.TopicNumber("dead"), .key = key, .value = "broken", .headers = headers});
  ASSERT_TRUE(ReplaceRefused(batch, 0, "dead", "too large"));
  EXPECT_FALSE(batch.records()[0].key);
  EXPECT_FALSE(batch.records()[0].value);
  EXPECT_EQ(HeadersOf(batch.records()[0]).at("penstock-error"), "refused");
  const Result<void> again = ReplaceRefused(batch, 0, "dead", "too large");
  ASSERT_FALSE(again);
  EXPECT_EQ(again.error().kind, ErrorKind::kUnavailable);
}

}  // namespace
}  // namespace penstock
