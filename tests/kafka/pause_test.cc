// What is paused and goes on, of a real cluster: run by conformance_test.py, which starts it.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <vector>

#include "base/temporary_directory.h"
#include "log/kafka/kafka_log.h"
#include "log/kafka/test_cluster.h"
#include "log/test_worker.h"

namespace penstock::kafka {
namespace {

using conformance::kShortWait;
using conformance::Numbers;
using conformance::Texts;
using conformance::Worker;
using ::testing::Each;
using ::testing::Pair;

constexpr int kRecords = 300;  // of each partition
constexpr size_t kRecordsAtOnce = 20;
// librdkafka is told of it.
constexpr Duration kLong = std::chrono::milliseconds(150);

class Pauses : public ::testing::Test {
 protected:
  Pauses() {
    TestCluster().Wipe();
    auto opened = OpenKafkaLog(
        {.brokers = TestBrokers(), .properties = {}, .state_directory = directory_.path(), .logger = &logger_});
    EXPECT_TRUE(opened) << opened.error().message;
    if (opened) log_ = *std::move(opened);
    EXPECT_TRUE(log_->CreateTopic("in", {.partitions = static_cast<int32_t>(partitions_.size())}));
    for (const TopicPartition& partition : partitions_)
      EXPECT_TRUE(log_->Append(Texts("in", partition.partition, Numbers(0, kRecords))));
  }

  Worker Join() {
    Worker worker(*log_, {.group = "g",
                          .topics = {"in"},
                          .member = "m",
                          .start = AtStart{},
                          .writes = {},
                          .fetch_records_max = kRecordsAtOnce});
    EXPECT_TRUE(worker.PollUntil([&] { return worker.held.size() == partitions_.size(); }));
    return worker;
  }

  static size_t Read(const Worker& worker) {
    size_t count = 0;
    for (const auto& [partition, values] : worker.values) count += values.size();
    return count;
  }
  static void PollFor(Worker& worker, Duration time) {
    const Duration until = RealClock().Monotonic() + time;
    do worker.Poll(kShortWait);
    while (RealClock().Monotonic() < until);
  }
  // Reads everything, with pauses for so long between any two deliveries; how long the rest took.
  Duration ReadAllWithPauses(Worker& worker, Duration pause) {
    Duration reading{0};
    const size_t all = partitions_.size() * kRecords;
    for (int i = 0; i < conformance::kPatience && Read(worker) < all; ++i) {
      const size_t read = Read(worker);
      const Duration began = RealClock().Monotonic();
      EXPECT_TRUE(worker.PollUntil([&] { return Read(worker) > read; }));
      reading += RealClock().Monotonic() - began;
      worker.session().Pause(partitions_);
      const size_t paused = Read(worker);
      PollFor(worker, pause);
      EXPECT_EQ(Read(worker), paused);
      worker.session().Resume(partitions_);
    }
    return reading;
  }

  const TemporaryDirectory directory_;
  const Logger logger_{{.level = LogLevel::kWarn}, DescriptorLogSink(2), RealClock()};
  const std::vector<TopicPartition> partitions_{{"in", 0}, {"in", 1}, {"in", 2}};
  std::unique_ptr<Log> log_;
};

TEST_F(Pauses, EachRecordComesOnceAroundShortOnes) {
  Worker worker = Join();
  ReadAllWithPauses(worker, Duration(0));
  EXPECT_EQ(worker.values.size(), partitions_.size());
  EXPECT_THAT(worker.values, Each(Pair(::testing::_, Numbers(0, kRecords))));
}

// The thread of librdkafka's that fetches was not told of what is resumed, and slept for up to a second: some 20 s
// here. It is told in the build that tools/fetching/librdkafka.py makes, and not in Debian 13's own.
TEST_F(Pauses, EachRecordComesOnceAroundLongOnesAndSoon) {
  Worker worker = Join();
  const Duration reading = ReadAllWithPauses(worker, kLong);
  EXPECT_EQ(worker.values.size(), partitions_.size());
  EXPECT_THAT(worker.values, Each(Pair(::testing::_, Numbers(0, kRecords))));
  EXPECT_LT(reading, std::chrono::seconds(10));
}

// One of them at a time, in turns: what came of it meanwhile is kept, and nothing of the others waits for it.
TEST_F(Pauses, OthersGoOnWhileOneIsPaused) {
  Worker worker = Join();
  for (const TopicPartition& partition : partitions_) {
    worker.session().Pause(std::span(&partition, 1));
    const size_t paused = worker.values[partition].size();
    const size_t read = Read(worker);
    worker.PollUntil([&] { return Read(worker) >= read + 5 * kRecordsAtOnce; });
    EXPECT_GE(Read(worker), read + 5 * kRecordsAtOnce);
    EXPECT_EQ(worker.values[partition].size(), paused);
    worker.session().Resume(std::span(&partition, 1));
  }
  EXPECT_TRUE(worker.PollUntil([&] { return Read(worker) == partitions_.size() * kRecords; }));
  EXPECT_THAT(worker.values, Each(Pair(::testing::_, Numbers(0, kRecords))));
}

}  // namespace
}  // namespace penstock::kafka
