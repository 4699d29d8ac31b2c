// A worker that a model holds up for longer than max.poll.interval.ms stays in its group: run by conformance_test.py,
// which starts the cluster.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "log/kafka/kafka_log.h"
#include "log/kafka/test_cluster.h"
#include "log/test_worker.h"

namespace penstock::kafka {
namespace {

using conformance::kShortWait;
using conformance::Worker;
using ::testing::IsEmpty;

constexpr Duration kPollInterval = std::chrono::seconds(12);
// librdkafka looks twice a second whether the interval is over, and another member needs time to be given what is free.
constexpr Duration kHeldUp = kPollInterval + std::chrono::seconds(6);

class SlowWorker : public ::testing::Test {
 public:
  SlowWorker() {
    TestCluster().Wipe();
    std::string pattern = (std::filesystem::temp_directory_path() / "penstock-slow-XXXXXX").string();
    directory_ = ::mkdtemp(pattern.data());
    const std::string interval_ms = std::to_string(kPollInterval / std::chrono::milliseconds(1));
    auto opened = OpenKafkaLog({.brokers = TestBrokers(),
                                .properties = {{"max.poll.interval.ms", interval_ms}},
                                .state_directory = directory_,
                                .logger = &logger_});
    EXPECT_TRUE(opened) << opened.error().message;
    if (opened) log = *std::move(opened);
    EXPECT_TRUE(log->CreateTopic("t", {.partitions = 2}));
  }
  ~SlowWorker() override {
    log.reset();
    std::error_code ignored;
    std::filesystem::remove_all(directory_, ignored);
  }

  static SessionOptions Options(const std::string& member) {
    return {.group = "g", .topics = {"t"}, .member = member, .start = AtStart{}, .writes = {}};
  }
  // Only one of the two polls, as though the other's thread were inside a model.
  static void PollOnly(Worker& worker) {
    const Duration until = RealClock().Monotonic() + kHeldUp;
    while (RealClock().Monotonic() < until) worker.Poll(kShortWait);
  }
  static void Commit(Worker& worker, const TopicPartition& partition) {
    const int64_t position = worker.held.at(partition).progress.position();
    std::vector<PartitionWork> work;
    work.push_back(worker.WorkOn(partition, position));
    EXPECT_THAT(worker.Commit(std::move(work)), IsEmpty());
  }

  std::unique_ptr<Log> log;

 private:
  std::string directory_;
  Logger logger_{{.level = LogLevel::kWarn}, DescriptorLogSink(2), RealClock()};
};

TEST_F(SlowWorker, KeepsItsPartition) {
  Worker slow(*log, Options("slow"));
  Worker other(*log, Options("other"));
  ASSERT_TRUE(slow.PollUntil([&] {
    other.Poll(kShortWait);
    for (const TopicPartition& partition : std::exchange(slow.revoking, {})) {
      slow.held.erase(partition);
      slow.session().Release({&partition, 1});
    }
    return slow.held.size() == 1 && other.held.size() == 1;
  }));
  const TopicPartition partition = slow.held.begin()->first;
  PollOnly(other);
  EXPECT_EQ(other.held.size(), 1) << "a rebalance gave away what a slow worker holds";
  EXPECT_THAT(other.revoking, IsEmpty());
  for (int i = 0; i < 50; ++i) slow.Poll(kShortWait);
  EXPECT_THAT(slow.lost, IsEmpty());
  EXPECT_THAT(slow.revoking, IsEmpty());
  Commit(slow, partition);
}

TEST_F(SlowWorker, IsWaitedForByWhoeverJoins) {
  Worker slow(*log, Options("slow"));
  ASSERT_TRUE(slow.PollUntil([&] { return slow.held.size() == 2; }));
  Worker other(*log, Options("other"));
  PollOnly(other);
  EXPECT_THAT(other.held, IsEmpty());
  ASSERT_TRUE(slow.PollUntil([&] { return !slow.revoking.empty(); }));
  EXPECT_THAT(slow.lost, IsEmpty());
  const TopicPartition partition = slow.revoking.front();
  Commit(slow, partition);
  slow.session().Release({&partition, 1});
  slow.held.erase(partition);
  EXPECT_TRUE(other.PollUntil([&] {
    slow.Poll();
    return other.Holds(partition);
  }));
}

}  // namespace
}  // namespace penstock::kafka
