#include "pipeline/infer_worker.h"

#include <gtest/gtest.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>

#include <numeric>

#include "base/event_loop.h"
#include "base/file_descriptor.h"
#include "pipeline/later_fixture.h"
#include "pipeline/scripted_session.h"

namespace penstock {
namespace {

constexpr std::string_view kPipeline = R"yaml(pipeline: p
route: [{ to: llm }]
models:
  llm:
    http: { url: 'https://llm.example.com/' }
    input: { body: event.n }
emit: { n: event.n }
drain: 5s
)yaml";

const TopicPartition kZero{"p.enriched-context", 0};
const TopicPartition kOne{"p.enriched-context", 1};

class InferWorkerTest : public testing::Test {
 protected:
  InferWorkerTest() : file_(CompilePipeline("p.yaml", std::string(kPipeline), LoadLater(scripts_))) {
    EXPECT_NE(file_.plan, nullptr) << file_.problems.Text();
    Begin(nullptr, {.in_flight_max = 8, .in_flight_bytes_max = 1'000'000, .partitions = 4});
  }

  void Begin(EventLoop* loop, const WorkerLimits& limits) {
    auto session = std::make_unique<ScriptedSession>(journal_);
    session_ = session.get();
    session_->SetWakeFd(wake_.get());
    session_->SetHeaders({{"penstock-source", "p.raw-events/0/0"},
                          {"penstock-source-timestamp", "1760000000000"},
                          {"penstock-route", "llm"}});
    metrics_ = std::make_unique<WorkerMetrics>(*file_.plan);
    worker_ = *MakeInferWorker(*file_.plan, std::move(session), {.loop = loop}, *metrics_, clock_, logger_, limits);
  }

  bool Step() { return worker_->Step(Duration(0)).value(); }
  void Advance(int milliseconds) { clock_.Advance(std::chrono::milliseconds(milliseconds)); }
  LaterScript& llm() { return scripts_["llm"]; }

  // As many context records as numbers, from this offset on.
  void Deliver(const TopicPartition& partition, int64_t begin, const std::vector<int>& numbers, Epoch epoch = 1) {
    std::vector<std::string> values;
    for (const int number : numbers) values.push_back(R"({"event":{"n":)" + std::to_string(number) + "}}");
    session_->Deliver(partition, epoch, begin, std::move(values));
  }
  void AnswerAll(const std::vector<int>& numbers) {
    for (const int number : numbers) llm().Answer(std::to_string(number), "{}");
  }

  std::map<std::string, LaterScript> scripts_;
  PipelineFile file_;
  ManualClock clock_{WallTime(std::chrono::milliseconds(1'760'000'001'000))};
  Logger logger_{{}, [](std::string_view) {}, clock_};
  SessionJournal journal_;
  const std::unique_ptr<EventLoop> loop_ = *EventLoop::Make();
  const FileDescriptor wake_{::eventfd(0, EFD_NONBLOCK)};  // the session's
  ScriptedSession* session_ = nullptr;
  std::unique_ptr<WorkerMetrics> metrics_;
  std::unique_ptr<Worker> worker_;
};

TEST_F(InferWorkerTest, CommitsAnswersWithHoles) {
  session_->Assign(kZero, 1, 10);
  Deliver(kZero, 10, {0, 1, 2});
  Step();
  Advance(100);
  Step();
  EXPECT_TRUE(journal_.commits.empty());
  AnswerAll({2});
  Step();
  ASSERT_EQ(journal_.commits.size(), 1U);
  const PartitionWork& work = journal_.commits[0].at(0);
  EXPECT_EQ(work.progress.position(), 10);
  EXPECT_TRUE(work.progress.Contains(12));
  EXPECT_EQ(work.records.records().size(), 1U);
  EXPECT_EQ(metrics_->in_flight.value(), 2);
  session_->Settle(1);
  Step();
  EXPECT_EQ(metrics_->latency_ns.Snapshot().count, 1U);
  EXPECT_GE(metrics_->latency_ns.Snapshot().max, 1'000'000'000);  // from the raw record's timestamp
}

TEST_F(InferWorkerTest, PausesWhatIsFullAndResumesAtHalf) {
  session_->Assign(kZero, 1);
  session_->Assign(kOne, 1);
  Deliver(kZero, 0, {0, 1, 2, 3});  // half of all: so much one partition may have
  Step();
  EXPECT_EQ(journal_.calls, std::vector<std::string>{"pause p.enriched-context/0"});
  Deliver(kOne, 0, {10, 11, 12, 13});
  Step();
  EXPECT_EQ(journal_.calls.back(), "pause p.enriched-context/1");
  AnswerAll({0, 1});
  Step();
  EXPECT_EQ(journal_.calls.size(), 2U);  // six are left
  AnswerAll({2});
  Step();
  AnswerAll({3});
  Step();
  EXPECT_EQ(journal_.calls.back(), "pause p.enriched-context/1");  // four are left, which is half of all
  AnswerAll({10});
  Step();
  EXPECT_EQ(journal_.calls.back(), "resume p.enriched-context/0");
  AnswerAll({11, 12});
  Step();
  EXPECT_EQ(journal_.calls.back(), "resume p.enriched-context/1");
}

// One partition has all the work there is. Reading goes on while the model still has as much as it takes.
TEST_F(InferWorkerTest, ResumesAHotPartitionBeforeItsModelIsIdle) {
  worker_.reset();
  Begin(nullptr, {.in_flight_max = 24, .calls_max = 8, .partitions = 4});
  session_->Assign(kZero, 1);
  session_->Assign(kOne, 1);
  std::vector<int> numbers(16);
  std::iota(numbers.begin(), numbers.end(), 0);
  Deliver(kZero, 0, numbers);
  Step();
  EXPECT_EQ(journal_.calls, std::vector<std::string>{"pause p.enriched-context/0"});
  AnswerAll({0, 1, 2, 3});
  Step();
  EXPECT_EQ(journal_.calls.size(), 1U);  // twelve are left: eight with the model, and half of the eight that waited
  AnswerAll({4});
  Step();
  EXPECT_EQ(journal_.calls.back(), "resume p.enriched-context/0");
}

// What stands in a line takes no place from what could be asked: others go on.
TEST_F(InferWorkerTest, PausesAPartitionWhoseLineIsLong) {
  worker_.reset();
  file_ = CompilePipeline("p.yaml", std::string(kPipeline) + "order: partition\n", LoadLater(scripts_));
  Begin(nullptr, {.in_flight_max = 24, .calls_max = 8, .partitions = 4});
  session_->Assign(kZero, 1);
  session_->Assign(kOne, 1);
  Deliver(kZero, 0, {0, 1, 2, 3, 4, 5, 6, 7});
  Step();
  EXPECT_TRUE(journal_.calls.empty());  // one is with the model, seven wait
  Deliver(kZero, 8, {8});
  Step();
  EXPECT_EQ(journal_.calls, std::vector<std::string>{"pause p.enriched-context/0"});
  for (int number = 0; number < 4; ++number) {
    AnswerAll({number});
    Step();
  }
  EXPECT_EQ(journal_.calls.size(), 1U);
  AnswerAll({4});
  Step();
  EXPECT_EQ(journal_.calls.back(), "resume p.enriched-context/0");  // less than half of the eight that may wait
}

// Of records, a hundred bytes each; of what is made of them to be sent, far more.
TEST_F(InferWorkerTest, IsFullOfRequestsThatAreLarge) {
  llm().request_bytes = 300'000;
  session_->Assign(kZero, 1);
  Deliver(kZero, 0, {0});
  Step();
  EXPECT_TRUE(journal_.calls.empty());
  Deliver(kZero, 1, {1});
  Step();
  EXPECT_EQ(journal_.calls, std::vector<std::string>{"pause p.enriched-context/0"});
  EXPECT_GT(metrics_->in_flight_bytes.value(), 600'000);
  AnswerAll({0, 1});
  Step();
  EXPECT_EQ(journal_.calls.back(), "resume p.enriched-context/0");
  EXPECT_EQ(metrics_->in_flight_bytes.value(), 0);
}

TEST_F(InferWorkerTest, ARevokedPartitionsCallsMayFinish) {
  session_->Assign(kZero, 1);
  Deliver(kZero, 0, {0, 1, 2});
  Step();
  llm().queued[llm().asked[2].id] = true;
  session_->Revoke(kZero, 1);
  Step();
  EXPECT_EQ(llm().cancelled.size(), 1U);  // what was not asked yet is nobody's loss
  Advance(1000);
  AnswerAll({0});
  Step();
  Advance(100);
  Step();
  EXPECT_TRUE(journal_.calls.empty());
  Advance(4000);  // the time to drain is over
  Step();
  EXPECT_EQ(llm().cancelled.size(), 2U);
  EXPECT_EQ(metrics_->given_up.value(), 2U);
  session_->Settle(journal_.commits.size());
  Step();
  EXPECT_EQ(journal_.calls, std::vector<std::string>{"release p.enriched-context/0"});
  EXPECT_EQ(journal_.commits.back().at(0).progress, Progress(1));
}

TEST_F(InferWorkerTest, ALostPartitionsCallsAreGivenUpAtOnce) {
  session_->Assign(kZero, 1);
  Deliver(kZero, 0, {0});
  Step();
  session_->Lose(kZero, 1);
  Step();
  EXPECT_EQ(llm().cancelled.size(), 1U);
  EXPECT_EQ(metrics_->in_flight.value(), 0);
}

TEST_F(InferWorkerTest, CountsWhatAnEarlierOwnerMayHaveAsked) {
  Progress progress(5);
  progress.Add(7, 9);
  session_->Assign(kZero, 1, progress);
  Deliver(kZero, 5, {0, 1});
  Deliver(kZero, 9, {2, 3});
  Step();
  EXPECT_EQ(metrics_->repeated.value(), 2U);
}

TEST_F(InferWorkerTest, AsksNothingNewWhileACommitHangs) {
  session_->Assign(kZero, 1);
  Deliver(kZero, 0, {0, 1});
  Step();
  AnswerAll({0});
  Advance(100);
  Step();
  ASSERT_EQ(journal_.commits.size(), 1U);
  EXPECT_FALSE(llm().held);
  Advance(2001);
  Step();
  EXPECT_TRUE(llm().held);
  session_->Settle(1);
  Step();
  EXPECT_FALSE(llm().held);
}

TEST_F(InferWorkerTest, ItsShareOfTheLimitsIsThatOfItsPartitions) {
  session_->Assign(kZero, 1);
  session_->Assign(kOne, 1);
  Step();
  EXPECT_DOUBLE_EQ(llm().share, 0.5);
  session_->Revoke(kOne, 1);
  Step();
  EXPECT_DOUBLE_EQ(llm().share, 0.25);
}

// Else the new owner's part of the limits would come on top of what is still in flight here.
TEST_F(InferWorkerTest, HoldsAPartitionWhileMoreIsInFlightThanItsShare) {
  session_->Assign(kZero, 1);
  session_->Assign(kOne, 1);
  Step();
  llm().above_share = true;
  session_->Revoke(kOne, 1);
  Step();
  EXPECT_TRUE(journal_.calls.empty());
  llm().above_share = false;
  Step();
  EXPECT_EQ(journal_.calls, std::vector<std::string>{"release p.enriched-context/1"});
  llm().above_share = true;
  session_->Revoke(kZero, 1);
  Step();
  Advance(5000);  // no longer than calls may go on
  Step();
  EXPECT_EQ(journal_.calls.back(), "release p.enriched-context/0");
}

class CountingWatcher final : public DescriptorWatcher {
 public:
  void OnReady(int /*descriptor*/, uint32_t /*events*/) override { ++times; }

  int times = 0;
};

TEST_F(InferWorkerTest, LetsAnswersLieForAMomentOnceManyCome) {
  const FileDescriptor socket(::eventfd(1, EFD_NONBLOCK));  // of a model; there is always something to be read
  CountingWatcher watcher;
  Begin(loop_.get(), {});
  session_->Assign(kZero, 1);
  std::vector<int> numbers(300);
  std::iota(numbers.begin(), numbers.end(), 0);
  Deliver(kZero, 0, numbers);
  Step();
  ASSERT_TRUE(loop_->Watch(socket.get(), EPOLLIN, &watcher));
  Step();
  Step();
  EXPECT_EQ(watcher.times, 2);  // nobody knows yet how long the model takes
  llm().Answer("7", "{}", {.attempts = 1, .latency = std::chrono::milliseconds(640)});
  Step();
  EXPECT_EQ(watcher.times, 3);
  Advance(9);  // of the ten that are a part of 640
  Deliver(kZero, 300, {300});
  ASSERT_EQ(::eventfd_write(wake_.get(), 1), 0);
  Step();
  Step();
  EXPECT_EQ(watcher.times, 3);
  EXPECT_TRUE(llm().IsAsked("300"));  // what comes to be asked does not lie
  Advance(1);
  Step();
  EXPECT_EQ(watcher.times, 4);
}

TEST_F(InferWorkerTest, StopsWhenItsCallsHaveEnded) {
  session_->Assign(kZero, 1);
  Deliver(kZero, 0, {0});
  Step();
  worker_->Stop();
  EXPECT_TRUE(Step());
  AnswerAll({0});
  EXPECT_TRUE(Step());
  ASSERT_EQ(journal_.commits.size(), 1U);
  session_->Settle(1);
  EXPECT_FALSE(Step());
}

TEST_F(InferWorkerTest, StopsWithoutThoseThatTakeTooLong) {
  session_->Assign(kZero, 1);
  Deliver(kZero, 0, {0});
  Step();
  worker_->Stop();
  EXPECT_TRUE(Step());
  Advance(5000);
  EXPECT_FALSE(Step());
  EXPECT_TRUE(journal_.commits.empty());
  EXPECT_EQ(llm().cancelled.size(), 1U);
}

}  // namespace
}  // namespace penstock
