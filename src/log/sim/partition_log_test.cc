#include "log/sim/partition_log.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

namespace penstock::sim {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

constexpr ProducerIdentity kFirst{1, 0};
constexpr ProducerIdentity kSecond{2, 0};

std::vector<StoredRecord> Records(const std::vector<std::string>& values, const std::string& key = "") {
  std::vector<StoredRecord> records;
  for (const std::string& value : values) {
    OutRecord record;
    record.value = value;
    if (!key.empty()) record.key = key;
    records.emplace_back(record);
  }
  return records;
}

std::vector<std::string> ReadAll(const PartitionLog& log) {
  std::vector<const Entry*> found;
  log.Read(0, 1000, found);
  std::vector<std::string> values;
  for (const Entry* entry : found) values.push_back(*entry->record->value);
  return values;
}

TEST(PartitionLogTest, ShowsATransactionOnlyWhenItsMarkerIsThere) {
  PartitionLog log;
  log.Append(Records({"a"}));
  EXPECT_EQ(log.Append(kFirst, 0, Records({"b", "c"})).offset, 1);
  log.Append(Records({"d"}));
  EXPECT_EQ(log.stable_end(), 1);
  EXPECT_THAT(ReadAll(log), ElementsAre("a"));
  log.EndTransaction(kFirst, true);
  EXPECT_EQ(log.stable_end(), 5);  // the marker takes an offset
  EXPECT_THAT(ReadAll(log), ElementsAre("a", "b", "c", "d"));
}

TEST(PartitionLogTest, SkipsWhatWasAborted) {
  PartitionLog log;
  log.Append(kFirst, 0, Records({"a"}));
  log.Append(kSecond, 0, Records({"b"}));
  log.EndTransaction(kFirst, false);
  EXPECT_THAT(ReadAll(log), IsEmpty());
  EXPECT_EQ(log.stable_end(), 1);  // the second is open
  log.EndTransaction(kSecond, true);
  EXPECT_THAT(ReadAll(log), ElementsAre("b"));
  EXPECT_EQ(log.Find(0), nullptr);
  EXPECT_EQ(*log.Find(1)->record->value, "b");
  EXPECT_EQ(log.Find(2), nullptr);
}

TEST(PartitionLogTest, ReadsInPieces) {
  PartitionLog log;
  log.Append(Records({"a", "b", "c"}));
  log.EndTransaction(kFirst, true);
  std::vector<const Entry*> found;
  EXPECT_EQ(log.Read(0, 2, found), 2);
  EXPECT_EQ(log.Read(2, 2, found), 4);
  EXPECT_EQ(found.size(), 3U);
  EXPECT_EQ(log.Read(4, 2, found), 4);
}

TEST(PartitionLogTest, AppendsARetriedBatchOnce) {
  PartitionLog log;
  EXPECT_EQ(log.Append(kFirst, 0, Records({"a", "b"})).offset, 0);
  EXPECT_EQ(log.Append(kFirst, 2, Records({"c"})).offset, 2);
  EXPECT_EQ(log.Append(kFirst, 0, Records({"a", "b"})).offset, 0);
  EXPECT_EQ(log.end(), 3);
  EXPECT_EQ(log.Append(kFirst, 7, Records({"d"})).code, Code::kOutOfOrderSequence);
}

TEST(PartitionLogTest, FencesEarlierEpochs) {
  PartitionLog log;
  log.Append(kFirst, 0, Records({"a"}));
  log.EndTransaction({1, 1}, false);
  EXPECT_EQ(log.Append(kFirst, 1, Records({"b"})).code, Code::kProducerFenced);
  EXPECT_EQ(log.Append({1, 1}, 0, Records({"c"})).code, Code::kOk);
  // The marker of an earlier epoch ends nothing.
  log.EndTransaction(kFirst, true);
  EXPECT_TRUE(log.HasOpen(1));
  EXPECT_THAT(ReadAll(log), IsEmpty());
}

TEST(PartitionLogTest, KeepsTheLastRecordOfAKeyWhenCompacted) {
  PartitionLog log;
  log.Append(Records({"old"}, "k"));
  log.Append(Records({"other"}, "l"));
  log.Append(kFirst, 0, Records({"new"}, "k"));
  log.Compact();
  EXPECT_THAT(ReadAll(log), ElementsAre("old", "other"));  // the new one is not decided
  log.EndTransaction(kFirst, true);
  log.Append(kSecond, 0, Records({"aborted"}, "l"));
  log.EndTransaction(kSecond, false);
  log.Compact();
  EXPECT_THAT(ReadAll(log), ElementsAre("other", "new"));
  EXPECT_EQ(log.Find(2)->offset, 2);
  EXPECT_EQ(log.end(), 6);
}

TEST(PartitionLogTest, DeletesFromTheBeginning) {
  PartitionLog log;
  log.Append(Records({"a", "b", "c"}));
  log.Append(kFirst, 0, Records({"d"}));
  log.DeleteBefore(2);
  EXPECT_EQ(log.begin(), 2);
  EXPECT_THAT(ReadAll(log), ElementsAre("c"));
  log.DeleteBefore(100);  // not what is open
  EXPECT_EQ(log.begin(), 3);
}

}  // namespace
}  // namespace penstock::sim
