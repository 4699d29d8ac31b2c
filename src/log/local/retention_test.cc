#include "log/local/retention.h"

#include <gtest/gtest.h>

#include "base/temporary_directory.h"
#include "log/local/local_log.h"
#include "log/local/upkeep.h"
#include "log/test_worker.h"

namespace penstock::local {
namespace {

using conformance::Numbers;
using conformance::ReadAll;
using conformance::Texts;
using conformance::Worker;

class Retention : public ::testing::Test {
 public:
  Retention()
      : log(*OpenLocalLog({.directory = directory.path(), .clock = &clock})),
        store(*Store::Open(directory.path(), Durability::kProcess)) {}

  // A row of three records at the clock's time.
  void AppendRow(const std::vector<std::string>& values) {
    OutBatch batch;
    const int64_t now = clock.Now().time_since_epoch() / std::chrono::milliseconds(1);
    for (const std::string& value : values)
      batch.Add({.topic = batch.TopicNumber("t"), .partition = 0, .timestamp_ms = now, .value = value});
    ASSERT_TRUE(log->Append(batch));
  }
  void RunUpkeep() {
    const Result<void> done = Upkeep(*store, clock, nullptr).Run();
    ASSERT_TRUE(done) << done.error().message;
  }
  PartitionInfo Partition() { return (*log->FindTopic("t"))->partitions[0]; }

  TemporaryDirectory directory;
  ManualClock clock{WallTime(std::chrono::hours(500'000))};
  std::unique_ptr<Log> log;
  std::unique_ptr<Store> store;
};

TEST_F(Retention, DeletesWholeRowsThatAreTooOld) {
  ASSERT_TRUE(log->CreateTopic("t", {.retention_ms = 1000}));
  AppendRow(Numbers(0, 3));
  clock.Advance(std::chrono::milliseconds(600));
  AppendRow(Numbers(3, 6));
  RunUpkeep();
  EXPECT_EQ(Partition().begin, 0);
  clock.Advance(std::chrono::milliseconds(600));
  RunUpkeep();
  EXPECT_EQ(Partition().begin, 3);
  EXPECT_EQ(ReadAll(*log, {"t", 0}), Numbers(3, 6));
  clock.Advance(std::chrono::hours(1));
  RunUpkeep();
  EXPECT_EQ(Partition().begin, 6);
  EXPECT_EQ(Partition().end, 6);
  AppendRow(Numbers(6, 7));
  EXPECT_EQ(ReadAll(*log, {"t", 0}), Numbers(6, 7));
}

TEST_F(Retention, KeepsAsManyBytesAsItIsTold) {
  ASSERT_TRUE(log->CreateTopic("t", {.retention_bytes = 100}));
  for (int i = 0; i < 1000; ++i) AppendRow(Numbers(i, i + 1));
  RunUpkeep();
  const PartitionInfo partition = Partition();
  EXPECT_GT(partition.begin, 950);
  EXPECT_LT(partition.begin, 1000);
  const std::optional<TopicInfo> info = *log->FindTopic("t");
  EXPECT_GE(info->bytes, 100);
  EXPECT_LT(info->bytes, 120);
}

TEST_F(Retention, ShowsWhatAGroupHasLost) {
  ASSERT_TRUE(log->CreateTopic("t", {.retention_ms = 1000}));
  for (int i = 0; i < 3; ++i) AppendRow(Numbers(10 * i, 10 * i + 10));
  SessionOptions options;
  options.group = "g";
  options.topics = {"t"};
  options.fetch_records_max = 5;
  Worker worker(*log, options);
  ASSERT_TRUE(worker.PollUntil([&] { return worker.values[{"t", 0}].size() >= 5; }));
  worker.session().Pause(std::vector{TopicPartition{"t", 0}});
  const auto read = static_cast<int64_t>(worker.values[TopicPartition("t", 0)].size());
  clock.Advance(std::chrono::seconds(2));
  AppendRow(Numbers(30, 33));
  RunUpkeep();
  EXPECT_EQ(Partition().begin, 30);
  worker.session().Resume(std::vector{TopicPartition{"t", 0}});
  ASSERT_TRUE(worker.PollUntil([&] { return worker.seen[{"t", 0}].end == 33; }));
  EXPECT_EQ(worker.lost_records, 30 - read);
}

}  // namespace
}  // namespace penstock::local
