#include "pipeline/worker.h"

#include <gtest/gtest.h>

#include "pipeline/scripted_session.h"

namespace penstock {
namespace {

constexpr std::string_view kPipeline = R"yaml(pipeline: p
topics: { context: off }
route: [{ to: none }]
emit: { n: event.n }
)yaml";

const TopicPartition kZero{"p.raw-events", 0};
const TopicPartition kOne{"p.raw-events", 1};

class WorkerTest : public testing::Test {
 protected:
  WorkerTest() {
    file_.emplace(CompilePipeline("p.yaml", std::string(kPipeline), nullptr));
    auto session = std::make_unique<ScriptedSession>(journal_);
    session_ = session.get();
    metrics_ = std::make_unique<WorkerMetrics>(*file_->plan);
    worker_ = *Worker::Make(*file_->plan, std::move(session), *metrics_, clock_, logger_,
                            {.buffered_bytes_max = 2000, .commit_bytes = 1000});
  }

  bool Step() { return worker_->Step(Duration(0)).value(); }
  void Advance(int milliseconds) { clock_.Advance(std::chrono::milliseconds(milliseconds)); }

  // The values that commit `index` holds for a partition.
  std::vector<std::string> Values(size_t index, const TopicPartition& partition) {
    std::vector<std::string> values;
    for (const PartitionWork& work : journal_.commits.at(index))
      if (work.partition == partition)
        for (const OutRecord& record : work.records.records()) values.emplace_back(*record.value);
    return values;
  }

  ManualClock clock_{WallTime(std::chrono::seconds(1'760'000'000))};
  Logger logger_{{}, [](std::string_view) {}, clock_};
  std::optional<PipelineFile> file_;
  SessionJournal journal_;
  ScriptedSession* session_ = nullptr;
  std::unique_ptr<WorkerMetrics> metrics_;
  std::unique_ptr<Worker> worker_;
};

TEST_F(WorkerTest, CommitsWhatItDidAfterTheInterval) {
  session_->Assign(kZero, 7, 5);
  session_->Deliver(kZero, 7, 5, {R"({"n":1})", R"({"n":2})"});
  EXPECT_TRUE(Step());
  EXPECT_TRUE(journal_.commits.empty());
  Advance(100);
  EXPECT_TRUE(Step());
  ASSERT_EQ(journal_.commits.size(), 1U);
  EXPECT_EQ(Values(0, kZero), (std::vector<std::string>{R"({"n":1})", R"({"n":2})"}));
  EXPECT_EQ(journal_.commits[0][0].epoch, 7);
  EXPECT_EQ(journal_.commits[0][0].progress, Progress(7));
}

TEST_F(WorkerTest, HasOneCommitUnderWayAndGoesOnMeanwhile) {
  session_->Assign(kZero, 1);
  session_->Deliver(kZero, 1, 0, {R"({"n":1})"});
  Step();
  Advance(100);
  Step();
  session_->Deliver(kZero, 1, 1, {R"({"n":2})"});
  Step();
  Advance(100);
  Step();
  EXPECT_EQ(journal_.commits.size(), 1U);  // the first has not settled
  session_->Settle(1);
  Step();
  ASSERT_EQ(journal_.commits.size(), 2U);
  EXPECT_EQ(Values(1, kZero), std::vector<std::string>{R"({"n":2})"});
  EXPECT_EQ(journal_.commits[1][0].progress, Progress(2));
  EXPECT_EQ(metrics_->commits.value(), 1U);
  EXPECT_EQ(metrics_->processing_ns.Snapshot().count, 1U);
}

TEST_F(WorkerTest, CommitsProgressOfGapsAndDeadLettersToo) {
  session_->Assign(kZero, 1);
  session_->Deliver(kZero, 1, 0, {"broken"});
  Step();
  Advance(100);
  Step();
  ASSERT_EQ(journal_.commits.size(), 1U);
  EXPECT_EQ(Values(0, kZero), std::vector<std::string>{"broken"});
  EXPECT_EQ(metrics_->stage.outputs.dead[static_cast<size_t>(DeadKind::kDecode)].value(), 1U);
}

TEST_F(WorkerTest, CommitsADeadLetterInPlaceOfWhatIsRefused) {
  session_->Assign(kZero, 1);
  session_->Deliver(kZero, 1, 0, {R"({"n":1})", R"({"n":2})"});
  Step();
  Advance(100);
  Step();
  session_->Refuse(1);
  Step();
  ASSERT_EQ(journal_.commits.size(), 1U);  // again, and at once
  const OutBatch& records = journal_.commits[0][0].records;
  ASSERT_EQ(records.records().size(), 2U);
  EXPECT_EQ(records.topics()[records.records()[0].topic], "p.dead-letters");
  EXPECT_FALSE(records.records()[0].value);
  EXPECT_EQ(records.records()[1].value, R"({"n":2})");
  EXPECT_EQ(journal_.commits[0][0].progress, Progress(2));
  EXPECT_EQ(metrics_->stage.outputs.dead[static_cast<size_t>(DeadKind::kRefused)].value(), 1U);
  session_->Settle(1);
  Step();
  EXPECT_EQ(metrics_->commits.value(), 1U);
}

TEST_F(WorkerTest, ReleasesARevokedPartitionWhenItsCommitHasSettled) {
  session_->Assign(kZero, 1);
  session_->Assign(kOne, 1);
  session_->Deliver(kZero, 1, 0, {R"({"n":1})"});
  Step();
  session_->Revoke(kZero, 1);
  Step();
  ASSERT_EQ(journal_.commits.size(), 1U);  // at once, whatever the interval says
  EXPECT_TRUE(journal_.calls.empty());
  session_->Settle(1);
  Step();
  EXPECT_EQ(journal_.calls, std::vector<std::string>{"release p.raw-events/0"});
}

TEST_F(WorkerTest, ReleasesAnUntouchedPartitionAtOnce) {
  session_->Assign(kZero, 1);
  session_->EndPoll();
  session_->Revoke(kZero, 1);
  Step();
  Step();
  EXPECT_EQ(journal_.calls, std::vector<std::string>{"release p.raw-events/0"});
  EXPECT_TRUE(journal_.commits.empty());
}

TEST_F(WorkerTest, ThrowsAwayWhatItDidOfALostPartition) {
  session_->Assign(kZero, 1);
  session_->Assign(kOne, 1);
  session_->Deliver(kZero, 1, 0, {R"({"n":1})"});
  session_->Deliver(kOne, 1, 0, {R"({"n":2})"});
  Step();
  session_->Lose(kZero, 1);
  Advance(100);
  Step();
  ASSERT_EQ(journal_.commits.size(), 1U);
  EXPECT_EQ(Values(0, kZero), std::vector<std::string>{});
  EXPECT_EQ(Values(0, kOne), std::vector<std::string>{R"({"n":2})"});
}

TEST_F(WorkerTest, IgnoresRecordsOfAnEpochThatHasEnded) {
  session_->Assign(kZero, 1);
  session_->EndPoll();
  session_->Lose(kZero, 1);
  session_->Assign(kZero, 3, 1);
  session_->Deliver(kZero, 1, 0, {R"({"n":0})"});
  session_->Deliver(kZero, 3, 1, {R"({"n":1})"});
  Step();
  Step();
  Advance(100);
  Step();
  ASSERT_EQ(journal_.commits.size(), 1U);
  EXPECT_EQ(journal_.commits[0][0].epoch, 3);
  EXPECT_EQ(Values(0, kZero), std::vector<std::string>{R"({"n":1})"});
}

TEST_F(WorkerTest, PausesWhenFullWithWhatIsBeingCommittedAndResumesWhenTheRestIsTaken) {
  session_->Assign(kZero, 1);
  session_->Deliver(kZero, 1, 0, std::vector<std::string>(5, R"({"n":1})"));
  Step();  // so much is committed before the interval is over
  ASSERT_EQ(journal_.commits.size(), 1U);
  EXPECT_TRUE(journal_.calls.empty());
  session_->Deliver(kZero, 1, 5, std::vector<std::string>(4, R"({"n":1})"));  // fewer than were taken
  Step();
  EXPECT_EQ(journal_.calls, std::vector<std::string>{"pause p.raw-events/0"});
  session_->Settle(1);
  Step();
  EXPECT_EQ(journal_.commits.size(), 2U);
  EXPECT_EQ(journal_.calls, (std::vector<std::string>{"pause p.raw-events/0", "resume p.raw-events/0"}));
}

TEST_F(WorkerTest, CommitsBeforeItStops) {
  session_->Assign(kZero, 1);
  session_->Deliver(kZero, 1, 0, {R"({"n":1})"});
  Step();
  worker_->Stop();
  EXPECT_TRUE(Step());
  ASSERT_EQ(journal_.commits.size(), 1U);
  session_->Settle(1);
  EXPECT_FALSE(Step());
}

TEST_F(WorkerTest, StopsWithoutACommitThatDoesNotSettle) {
  session_->Assign(kZero, 1);
  session_->Deliver(kZero, 1, 0, {R"({"n":1})"});
  Step();
  worker_->Stop();
  EXPECT_TRUE(Step());
  Advance(8000);
  EXPECT_FALSE(Step());
}

TEST_F(WorkerTest, PassesOnWhatTheSessionCannotRecoverFrom) {
  session_->FailPoll({ErrorKind::kUnavailable, "the disk is full"});
  const Result<void> result = worker_->Run();
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().message, "the disk is full");
}

TEST_F(WorkerTest, CountsWhatRetentionDeletedBeforeItWasRead) {
  session_->Assign(kZero, 1);
  session_->Deliver(kZero, 1, 4, {R"({"n":1})"}, 4);
  Step();
  EXPECT_EQ(metrics_->lost_records.value(), 4U);
}

TEST_F(WorkerTest, TellsHowFarItIsBehind) {
  session_->Assign(kZero, 1);
  session_->Deliver(kZero, 1, 0, {R"({"n":1})"});
  Step();
  const std::vector<PartitionLag> lags = metrics_->Lags();
  ASSERT_EQ(lags.size(), 1U);
  EXPECT_EQ(lags[0].partition, kZero);
  EXPECT_EQ(lags[0].records, 0);
}

TEST_F(WorkerTest, LearnsHowFarAPartitionGoesOfWhichNothingComes) {
  session_->Assign(kZero, 1);
  session_->Deliver(kZero, 1, 0, {R"({"n":1})"});
  Step();
  Advance(100);
  Step();
  session_->Settle(1);
  Step();
  ASSERT_EQ(journal_.commits.size(), 1U);
  session_->TellEnd(kZero, 1, 1, 41);
  Advance(100);
  Step();
  ASSERT_EQ(metrics_->Lags().size(), 1U);
  EXPECT_EQ(metrics_->Lags()[0].records, 40);
  EXPECT_GT(metrics_->Lags()[0].time_ms, 0);
  // There is nothing to commit because of that.
  Advance(100);
  Step();
  EXPECT_EQ(journal_.commits.size(), 1U);
}

TEST_F(WorkerTest, IsBehindOnWhatItHoldsAndOnNothingElse) {
  session_->Assign(kZero, 1);
  session_->Assign(kOne, 1);
  session_->Deliver(kZero, 1, 0, {R"({"n":1})"});
  Step();
  EXPECT_EQ(metrics_->Lags().size(), 2U);
  session_->Lose(kZero, 1);
  Step();
  ASSERT_EQ(metrics_->Lags().size(), 1U);
  EXPECT_EQ(metrics_->Lags()[0].partition, kOne);
}

TEST_F(WorkerTest, BearsAnyTimestamp) {
  session_->Assign(kZero, 1);
  session_->Deliver(kZero, 1, 0, {"{}", "{}", "{}"});
  session_->Stamp({INT64_MIN, INT64_MAX, 0});
  Step();
  Advance(100);
  Step();
  session_->Settle(1);
  Step();
  const HistogramSnapshot latency = metrics_->latency_ns.Snapshot();
  EXPECT_EQ(latency.count, 3U);
  EXPECT_GT(latency.max, 0);
  EXPECT_EQ(latency.Quantile(0.1), 0);  // what is from the future is new
}

// A commit that hangs must not make what is kept of its successors grow for ever.
TEST_F(WorkerTest, CountsEveryArrivalHoweverManyThereAre) {
  session_->Assign(kZero, 1);
  session_->Deliver(kZero, 1, 0, std::vector<std::string>(70'000, ""));
  std::vector<int64_t> times(70'000);
  for (size_t i = 0; i < times.size(); ++i) times[i] = static_cast<int64_t>(i);
  session_->Stamp(times);
  Step();
  session_->Settle(1);
  Step();
  EXPECT_EQ(metrics_->latency_ns.Snapshot().count, 70'000U);
}

}  // namespace
}  // namespace penstock
