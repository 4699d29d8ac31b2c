#include "pipeline/engine.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <set>
#include <thread>

#include "pipeline/drain.h"
#include "pipeline/log_fixture.h"
#include "pipeline/pipeline_fixture.h"

namespace penstock {
namespace {

constexpr const char* kPipeline = R"yaml(pipeline: p
topics: { context: off }
prepare: [drop: { when: event.n == 5, name: five }]
route: [{ when: event.n < 50, to: echo }, { to: none }]
models: { echo: { onnx: m, input: { x: double(event.n) }, output: { y: y } } }
emit: { n: event.n, y: output.y }
deliver: [{ to: copies, when: event.n == 7 }]
commit: { interval: 1ms }
)yaml";

// A log that breaks when it is polled.
class BrokenLog final : public Log {
 public:
  explicit BrokenLog(Log& log) : log_(log) {}

  Result<std::vector<TopicInfo>> Topics() override { return log_.Topics(); }
  Result<std::optional<TopicInfo>> FindTopic(std::string_view name) override { return log_.FindTopic(name); }
  Result<void> CreateTopic(std::string_view name, const TopicOptions& options) override {
    return log_.CreateTopic(name, options);
  }
  Result<void> Append(const OutBatch& batch) override { return log_.Append(batch); }
  Result<std::unique_ptr<Reader>> Read(const TopicPartition& partition, StartPosition start) override {
    return log_.Read(partition, start);
  }
  Result<std::unique_ptr<Session>> Join(const SessionOptions& options) override {
    TRY_ASSIGN(std::unique_ptr<Session> session, log_.Join(options));
    if (++sessions_ == 2) session = std::make_unique<BrokenSession>();
    return session;
  }
  Result<std::vector<std::string>> Groups() override { return log_.Groups(); }
  Result<GroupInfo> DescribeGroup(std::string_view group, std::span<const std::string> topics,
                                  GroupDetail detail) override {
    return log_.DescribeGroup(group, topics, detail);
  }
  Result<void> ResetGroup(std::string_view group, const std::map<TopicPartition, int64_t>& positions) override {
    return log_.ResetGroup(group, positions);
  }
  Result<int64_t> OffsetOf(const TopicPartition& partition, StartPosition start) override {
    return log_.OffsetOf(partition, start);
  }

 private:
  class BrokenSession final : public Session {
   public:
    Result<void> Poll(Duration /*wait*/, Delivery& /*delivery*/) override {
      return Fail(ErrorKind::kUnavailable, "the disk is full");
    }
    int WakeFd() const override { return -1; }
    void Pause(std::span<const TopicPartition> /*partitions*/) override {}
    void Resume(std::span<const TopicPartition> /*partitions*/) override {}
    void Release(std::span<const TopicPartition> /*partitions*/) override {}
    CommitId Commit(std::vector<PartitionWork> /*work*/) override { return 0; }
  };

  Log& log_;
  int sessions_ = 0;
};

class EngineTest : public LogTest {
 protected:
  std::unique_ptr<Engine> Start(const Plan& plan, size_t workers) {
    return Engine::Start(plan, *log_, {.workers = workers}, RealClock(), logger_).value();
  }

  // Waits for what is so in the end; the runner's time limit ends a test in which it never is.
  template <typename Condition>
  static void Await(Condition&& condition) {
    while (!condition()) std::this_thread::yield();
  }

  Logger logger_{{.level = LogLevel::kError}, [](std::string_view) {}, RealClock()};
};

std::vector<std::string> Events(int begin, int end) {
  std::vector<std::string> events;
  for (int i = begin; i < end; ++i) events.push_back("{\"n\":" + std::to_string(i) + "}");
  return events;
}

TEST_F(EngineTest, AnswersEachRecordOnceAndCountsIt) {
  const PipelineFile file = CompileGood(kPipeline);
  Create("p.raw-events", 4);
  for (int32_t i = 0; i < 4; ++i) Append("p.raw-events", i, Events(i * 25, i * 25 + 25));
  const std::unique_ptr<Engine> engine = Start(*file.plan, 2);
  const Drain drain = Drain::Begin(*log_, PrepareGroupOf("p"), file.plan->settings.topics.raw).value();
  Await([&] {  // while others look at the same numbers
    (void)engine->Models();
    return engine->Snapshot().records >= 100 && drain.IsDone().value();
  });
  EXPECT_FALSE(engine->Health().stopping);
  engine->RequestStop();
  EXPECT_TRUE(engine->Health().stopping);
  ASSERT_TRUE(engine->Join());
  EXPECT_TRUE(engine->HasEnded());
  EXPECT_TRUE(engine->Health().ended);

  std::vector<std::string> outputs = Contents("p.model-outputs");
  EXPECT_EQ(outputs.size(), 99U);
  EXPECT_EQ(std::set<std::string>(outputs.begin(), outputs.end()).size(), 99U);
  EXPECT_EQ(Contents("copies"), std::vector<std::string>{R"({"n":7,"y":7.0})"});
  const EngineSnapshot snapshot = engine->Snapshot();
  EXPECT_EQ(snapshot.records, 100U);
  EXPECT_EQ(snapshot.outputs, 99U);
  EXPECT_EQ(snapshot.dropped, 1U);
  EXPECT_EQ(snapshot.routes, (std::vector<uint64_t>{49, 50}));
  EXPECT_EQ(snapshot.LagRecords(), 0);
  ASSERT_EQ(engine->Models().size(), 1U);
  EXPECT_EQ(engine->Models()[0].rows, 49U);
}

TEST_F(EngineTest, WorkersShareThePartitions) {
  const PipelineFile file = CompileGood(kPipeline);
  Create("p.raw-events", 4);
  const std::unique_ptr<Engine> engine = Start(*file.plan, 2);
  Await([&] {
    const GroupInfo info =
        log_->DescribeGroup(PrepareGroupOf("p"), file.plan->settings.topics.raw, GroupDetail::kTimes).value();
    std::map<std::string, int> held;
    for (const GroupPartition& partition : info.partitions) ++held[partition.member];
    return held["penstock/0"] == 2 && held["penstock/1"] == 2;
  });
  engine->RequestStop();
  EXPECT_TRUE(engine->Join());
}

TEST_F(EngineTest, AStopCommitsWhatWasReadAndAnotherRunGoesOn) {
  const PipelineFile file = CompileGood(kPipeline);
  Create("p.raw-events", 1);
  Append("p.raw-events", 0, Events(100, 200));
  {
    const std::unique_ptr<Engine> engine = Start(*file.plan, 1);
    Await([&] { return engine->Snapshot().records > 0; });
    // Its end stops it.
  }
  const size_t first = Contents("p.model-outputs").size();
  EXPECT_GT(first, 0U);
  Append("p.raw-events", 0, Events(200, 300));
  const std::unique_ptr<Engine> engine = Start(*file.plan, 1);
  const Drain drain = Drain::Begin(*log_, PrepareGroupOf("p"), file.plan->settings.topics.raw).value();
  Await([&] { return drain.IsDone().value(); });
  engine->RequestStop();
  ASSERT_TRUE(engine->Join());
  const std::vector<std::string> outputs = Contents("p.model-outputs");
  EXPECT_EQ(outputs.size(), 200U);
  EXPECT_EQ(std::set<std::string>(outputs.begin(), outputs.end()).size(), 200U);
}

TEST_F(EngineTest, TheErrorOfOneWorkerStopsAll) {
  const PipelineFile file = CompileGood(kPipeline);
  BrokenLog broken(*log_);
  const std::unique_ptr<Engine> engine =
      Engine::Start(*file.plan, broken, {.workers = 3}, RealClock(), logger_).value();
  const Result<void> result = engine->Join();
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error(), (Error{ErrorKind::kUnavailable, "the disk is full"}));
  EXPECT_TRUE(engine->HasEnded());
  EXPECT_EQ(engine->Health().failure, result.error());
}

TEST_F(EngineTest, CreatesWhatIsMissing) {
  const PipelineFile file = CompileGood("pipeline: p\nroute: [{ to: none }]\ndeliver: [{ to: copies }]\n");
  Create("p.raw-events", 3);
  ASSERT_TRUE(Start(*file.plan, 1));
  for (const char* topic : {"p.model-outputs", "p.enriched-context", "p.human-review", "p.dead-letters", "copies"}) {
    const std::optional<TopicInfo> info = log_->FindTopic(topic).value();
    ASSERT_TRUE(info) << topic;
    EXPECT_EQ(info->partitions.size(), 3U) << topic;
  }
  EXPECT_TRUE(log_->FindTopic("p.human-review").value()->options.compact);
  EXPECT_FALSE(log_->FindTopic("p.model-outputs").value()->options.compact);
  EXPECT_GT(log_->FindTopic("p.dead-letters").value()->options.retention_ms, 0);
}

TEST_F(EngineTest, AMissingTopicThatMayNotBeCreatedIsAnError) {
  const PipelineFile file = CompileGood("pipeline: p\ncreate: false\nroute: [{ to: none }]\n");
  const Result<std::unique_ptr<Engine>> engine = Engine::Start(*file.plan, *log_, {}, RealClock(), logger_);
  ASSERT_FALSE(engine);
  EXPECT_EQ(engine.error().kind, ErrorKind::kInvalid);
  EXPECT_NE(engine.error().message.find("there is no topic 'p.raw-events'"), std::string::npos);
  EXPECT_FALSE(log_->FindTopic("p.raw-events").value());
}

}  // namespace
}  // namespace penstock
