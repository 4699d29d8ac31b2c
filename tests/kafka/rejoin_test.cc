// A member that goes on committing positions while another joins its group loses nothing: run by conformance_test.py,
// which starts the cluster.
#include <gtest/gtest.h>

#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/temporary_directory.h"
#include "log/kafka/kafka_log.h"
#include "log/kafka/test_cluster.h"
#include "log/test_worker.h"

namespace penstock::kafka {
namespace {

using conformance::kShortWait;
using conformance::Worker;

constexpr int32_t kPartitions = 4;
constexpr int kRounds = 4;
constexpr Duration kPatience = std::chrono::seconds(30);

class Rejoin : public ::testing::Test {
 protected:
  Rejoin() {
    TestCluster().Wipe();
    auto opened = OpenKafkaLog(
        {.brokers = TestBrokers(), .properties = {}, .state_directory = directory_.path(), .logger = &logger_});
    EXPECT_TRUE(opened) << opened.error().message;
    if (opened) log_ = *std::move(opened);
    EXPECT_TRUE(log_->CreateTopic("t", {.partitions = kPartitions}));
  }

  Worker Join(const std::string& member) {
    return Worker(*log_, {.group = "g",
                          .topics = {"t"},
                          .member = member,
                          .start = AtStart{},
                          .writes = {},
                          .exactly_once = false,
                          .progress_lag_max = std::chrono::milliseconds(50)});
  }

  // In the meantime, gives back what another is to have, and commits the position of what is left, again and again.
  template <typename Condition>
  bool WorkUntil(Worker& worker, Condition&& condition) {
    const Duration until = RealClock().Monotonic() + kPatience;
    while (!condition() && RealClock().Monotonic() < until) WorkOn(worker);
    return condition();
  }

 private:
  void WorkOn(Worker& worker) {
    worker.Poll(kShortWait);
    if (worker.held.empty() || (commit_ && !worker.committed.contains(*commit_))) return;
    for (const TopicPartition& partition : std::exchange(worker.revoking, {})) {
      worker.held.erase(partition);
      worker.session().Release({&partition, 1});
    }
    std::vector<PartitionWork> work;
    for (const auto& [partition, assigned] : worker.held) work.push_back(worker.WorkOn(partition, 0));
    commit_ = worker.session().Commit(std::move(work));
  }

  const TemporaryDirectory directory_;
  const Logger logger_{{.level = LogLevel::kWarn}, DescriptorLogSink(2), RealClock()};
  std::unique_ptr<Log> log_;
  std::optional<CommitId> commit_;
};

// Between librdkafka's decision to join and its request there is a moment in which nobody can tell: a commit that hits
// it costs the partitions still. Without the watch nearly every round does.
TEST_F(Rejoin, LosesNothingWhileItCommits) {
  Worker busy = Join("busy");
  ASSERT_TRUE(busy.PollUntil([&] { return busy.held.size() == kPartitions; }));
  int rounds_with_losses = 0;
  for (int round = 0; round < kRounds; ++round) {
    Worker other = Join("other");
    EXPECT_TRUE(WorkUntil(busy, [&] {
      other.Poll();
      return other.held.size() == kPartitions / 2 && busy.held.size() == kPartitions / 2;
    }));
    other.Leave();
    EXPECT_TRUE(WorkUntil(busy, [&] { return busy.held.size() == kPartitions; }));
    rounds_with_losses += std::exchange(busy.lost, {}).empty() ? 0 : 1;
  }
  EXPECT_LT(rounds_with_losses, kRounds / 2);
}

}  // namespace
}  // namespace penstock::kafka
