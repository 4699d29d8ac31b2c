// What at-least-once delivery writes, of a real cluster: run by conformance_test.py, which starts it.
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

using conformance::Numbers;
using conformance::ReadAll;
using conformance::Texts;
using conformance::Worker;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::SizeIs;

constexpr int64_t kLimitBytes = 2000;
const TopicPartition kIn{"in", 0};
const TopicPartition kOut{"out", 0};

class AtLeastOnce : public ::testing::Test {
 protected:
  AtLeastOnce() {
    TestCluster().Wipe();
    Open({});
    EXPECT_TRUE(log_->CreateTopic("in", {}));
    EXPECT_TRUE(log_->CreateTopic("out", {}));
  }

  void Open(Properties properties) {
    // Else a limit in bytes would be one of what is left of them.
    properties["compression.codec"] = "none";
    log_.reset();
    auto opened = OpenKafkaLog({.brokers = TestBrokers(),
                                .properties = std::move(properties),
                                .state_directory = directory_.path(),
                                .logger = &logger_});
    ASSERT_TRUE(opened) << opened.error().message;
    log_ = *std::move(opened);
  }

  Worker Join() {
    Worker worker(*log_, {.group = "g",
                          .topics = {"in"},
                          .member = "m",
                          .start = AtStart{},
                          .writes = {},
                          .exactly_once = false,
                          .progress_lag_max = std::chrono::milliseconds(50)});
    EXPECT_TRUE(worker.PollUntil([&] { return worker.Holds(kIn); }));
    return worker;
  }

  static CommitId Begin(Worker& worker, const std::vector<std::string>& values, std::string_view topic = "out") {
    PartitionWork work = worker.WorkOn(kIn, 0);
    work.records = Texts(topic, 0, values);
    std::vector<PartitionWork> all;
    all.push_back(std::move(work));
    return worker.session().Commit(std::move(all));
  }

  static bool Write(Worker& worker, const std::vector<std::string>& values) {
    const CommitId id = Begin(worker, values);
    return worker.PollUntil([&] { return worker.committed.contains(id); });
  }

  const TemporaryDirectory directory_;
  const Logger logger_{{.level = LogLevel::kError}, DescriptorLogSink(2), RealClock()};
  std::unique_ptr<Log> log_;
};

// Few are written by the session's thread, many by another; and what is to follow is written after what came before.
TEST_F(AtLeastOnce, WritesFewAndManyInTheirOrder) {
  Worker worker = Join();
  EXPECT_TRUE(Write(worker, Numbers(0, 3)));
  EXPECT_TRUE(Write(worker, Numbers(3, 5000)));
  EXPECT_TRUE(Write(worker, {}));
  EXPECT_TRUE(Write(worker, Numbers(5000, 5200)));
  EXPECT_EQ(ReadAll(*log_, kOut), Numbers(0, 5200));
}

TEST_F(AtLeastOnce, GoesOnWhereTheQueueWasFull) {
  Open({{"queue.buffering.max.messages", "10"}});
  Worker worker = Join();
  EXPECT_TRUE(Write(worker, Numbers(0, 100)));
  EXPECT_TRUE(Write(worker, Numbers(100, 1000)));
  EXPECT_EQ(ReadAll(*log_, kOut), Numbers(0, 1000));
}

TEST_F(AtLeastOnce, SaysWhichRecordIsRefused) {
  ASSERT_TRUE(log_->CreateTopic("small", {.record_bytes_max = kLimitBytes}));
  Worker worker = Join();
  for (const int others : {1, 1000}) {
    std::vector<std::string> values = Numbers(0, others);
    values.emplace_back(2 * kLimitBytes, 'x');
    const CommitId id = Begin(worker, values, "small");
    ASSERT_TRUE(worker.PollUntil([&] { return worker.refused.contains(id); }));
    ASSERT_THAT(worker.refused[id], SizeIs(1));
    EXPECT_EQ(worker.refused[id][0].record, static_cast<size_t>(others));
    EXPECT_THAT(worker.refused[id][0].reason, Not(IsEmpty()));
    EXPECT_FALSE(worker.committed.contains(id));
  }
  EXPECT_TRUE(Write(worker, {"good"}));
  EXPECT_THAT(ReadAll(*log_, kOut), ElementsAre("good"));
}

// Of a topic that is gone, the records wait until it is there again.
TEST_F(AtLeastOnce, WritesWhatATopicMissedWhileItWasGone) {
  Worker worker = Join();
  EXPECT_TRUE(Write(worker, {"before"}));
  TestCluster().DeleteTopics({"out"});
  const CommitId id = Begin(worker, {"meanwhile"});
  EXPECT_TRUE(worker.PollUntil([&] { return worker.session().Health().aborted_attempts > 0; }));
  EXPECT_FALSE(worker.committed.contains(id));
  ASSERT_TRUE(log_->CreateTopic("out", {}));
  EXPECT_TRUE(worker.PollUntil([&] { return worker.committed.contains(id); }));
  EXPECT_THAT(ReadAll(*log_, kOut), ElementsAre("meanwhile"));
}

}  // namespace
}  // namespace penstock::kafka
