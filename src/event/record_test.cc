#include "event/record.h"

#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <vector>

namespace penstock {
namespace {

// A record whose every byte lies in memory that goes away.
struct Original {
  std::string topic = "card-fraud.raw-events";
  std::string key = "user-1";
  std::string value = R"({"amount":1020})";
  std::vector<std::string> texts = {"trace", "abc", "trace", "def", "empty", "absent"};
  std::vector<Header> headers = {{texts[0], texts[1]}, {texts[2], texts[3]}, {texts[4], ""}, {texts[5], std::nullopt}};
  Record record{{topic, 3, 42}, 1767225600123, key, value, headers};
};

TEST(RecordTest, IsEmptyAtFirst) {
  const Record record;
  EXPECT_FALSE(record.key);
  EXPECT_FALSE(record.value);
  EXPECT_TRUE(record.headers.empty());
  EXPECT_EQ(record.source, Source{});
}

TEST(RecordTest, DetachedRecordsOwnAllTheirBytes) {
  Arena arena;
  auto original = std::make_unique<Original>();
  const Record record = Detach(original->record, arena);
  original.reset();
  EXPECT_EQ(record.source, (Source{"card-fraud.raw-events", 3, 42}));
  EXPECT_EQ(record.timestamp_ms, 1767225600123);
  EXPECT_EQ(record.key, "user-1");
  EXPECT_EQ(record.value, R"({"amount":1020})");
}

TEST(RecordTest, DetachedHeadersKeepTheirOrderAndRepeat) {
  Arena arena;
  auto original = std::make_unique<Original>();
  const Record record = Detach(original->record, arena);
  original.reset();
  ASSERT_EQ(record.headers.size(), 4U);
  EXPECT_EQ(record.headers[0].name, "trace");
  EXPECT_EQ(record.headers[0].value, "abc");
  EXPECT_EQ(record.headers[1].name, "trace");
  EXPECT_EQ(record.headers[1].value, "def");
  EXPECT_EQ(record.headers[2].name, "empty");
  EXPECT_EQ(record.headers[2].value, "");
  EXPECT_EQ(record.headers[3].name, "absent");
  EXPECT_EQ(record.headers[3].value, std::nullopt);
}

TEST(RecordTest, AbsentIsNotEmpty) {
  Arena arena;
  Record record;
  EXPECT_FALSE(Detach(record, arena).key);
  EXPECT_FALSE(Detach(record, arena).value) << "a tombstone stays one";
  record.key = record.value = std::string_view();
  EXPECT_EQ(Detach(record, arena).key, "");
  EXPECT_EQ(Detach(record, arena).value, "");
}

TEST(RecordTest, KeepsBytesThatAreNoText) {
  Arena arena;
  Record record;
  record.value = std::string_view("\0\xFF\0", 3);
  EXPECT_EQ(Detach(record, arena).value, std::string_view("\0\xFF\0", 3));
}

TEST(RecordTest, SourcesAreOrdered) {
  EXPECT_LT((Source{"a", 9, 9}), (Source{"b", 0, 0}));
  EXPECT_LT((Source{"a", 1, 9}), (Source{"a", 2, 0}));
  EXPECT_LT((Source{"a", 1, 8}), (Source{"a", 1, 9}));
  const std::string topic = "a";
  EXPECT_EQ((Source{"a", 1, 8}), (Source{topic, 1, 8})) << "by the name, not by where it lies";
}

}  // namespace
}  // namespace penstock
