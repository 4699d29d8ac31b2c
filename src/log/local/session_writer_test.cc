#include "log/local/session_writer.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <csignal>
#include <random>

#include "base/temporary_directory.h"
#include "log/local/failing_disk.h"
#include "log/local/local_log.h"
#include "log/test_worker.h"

namespace penstock::local {
namespace {

using conformance::Numbers;
using conformance::ReadAll;
using conformance::Texts;
using conformance::Worker;
using ::testing::AllOf;
using ::testing::HasSubstr;

SessionOptions Group() {
  SessionOptions options;
  options.group = "g";
  options.topics = {"in"};
  options.fetch_records_max = 8;
  return options;
}

// Copies from "in" to "out", exactly once, until it is killed. Ends with 1 when anything fails.
class Copier {
 public:
  explicit Copier(const std::string& directory)
      : log_(*OpenLocalLog({.directory = directory})), session_(*log_->Join(Group())) {}

  [[noreturn]] void Run() {
    Delivery delivery;
    while (session_->Poll(conformance::kShortWait, delivery)) {
      for (const SessionEvent& event : delivery.events) std::visit([this](const auto& one) { Note(one); }, event);
      for (const Fetched& fetched : delivery.fetched) Note(fetched);
      Commit();
    }
    ::_exit(1);
  }

 private:
  void Note(const Assigned& event) { epochs_[event.partition] = event.epoch; }
  void Note(const Revoking& event) { revoking_.push_back(event.partition); }
  void Note(const Lost& event) { pending_.erase(event.partition); }
  void Note(const Committed& /*event*/) { committing_ = false; }
  void Note(const Refused& /*event*/) { FAIL() << "the embedded log refuses no record"; }
  void Note(const Fetched& fetched) {
    auto [work, is_new] = pending_.try_emplace(*fetched.partition);
    if (is_new) work->second = {*fetched.partition, fetched.epoch, Progress(fetched.begin), {}};
    work->second.progress.Add(fetched.begin, fetched.end);
    for (const Record& record : fetched.records)
      work->second.records.Add(conformance::Text(work->second.records, "out", 0, *record.value));
  }

  void Commit() {
    if (committing_) return;
    if (pending_.empty()) {
      session_->Release(revoking_);
      revoking_.clear();
      return;
    }
    std::vector<PartitionWork> work;
    for (auto& [partition, one] : pending_) work.push_back(std::move(one));
    pending_.clear();
    session_->Commit(std::move(work));
    committing_ = true;
  }

  std::unique_ptr<Log> log_;
  std::unique_ptr<Session> session_;
  std::map<TopicPartition, Epoch> epochs_;
  std::map<TopicPartition, PartitionWork> pending_;
  std::vector<TopicPartition> revoking_;
  bool committing_ = false;
};

pid_t StartCopier(const std::string& directory) {
  const pid_t child = ::fork();
  if (child == 0) Copier(directory).Run();
  return child;
}

void Kill(pid_t child) {
  ::kill(child, SIGKILL);
  int status = 0;
  ::waitpid(child, &status, 0);
  EXPECT_TRUE(WIFSIGNALED(status)) << "a copier failed";
}

TEST(SessionWriter, CommitsEachRecordOnceThoughProcessesAreKilled) {
  constexpr int kRecords = 4000;
  constexpr uint32_t kSeed = 11;
  std::mt19937 random(kSeed);
  const TemporaryDirectory directory;
  const std::unique_ptr<Log> log = *OpenLocalLog({.directory = directory.path()});
  ASSERT_TRUE(log->CreateTopic("in", {.partitions = 4}) && log->CreateTopic("out", {}));
  for (int32_t i = 0; i < 4; ++i)
    ASSERT_TRUE(log->Append(Texts("in", i, Numbers(i * kRecords / 4, (i + 1) * kRecords / 4))));
  std::vector<pid_t> copiers = {StartCopier(directory.path()), StartCopier(directory.path())};
  std::vector<std::string> copied;
  const std::unique_ptr<Reader> reader = *log->Read({"out", 0}, AtStart{});
  size_t kill_at = 0;
  // Each patient read waits until something comes: a minute without it means that all is stuck.
  while (copied.size() < kRecords) {
    const auto records = reader->Read(std::chrono::seconds(60));
    ASSERT_TRUE(records && !records->empty()) << "seed " << kSeed << ", copied " << copied.size();
    for (const Record& record : *records) copied.emplace_back(*record.value);
    if (copied.size() < kill_at) continue;
    kill_at = copied.size() + 200 + random() % 400;
    pid_t& victim = copiers[random() % copiers.size()];
    Kill(victim);
    victim = StartCopier(directory.path());
  }
  for (const pid_t copier : copiers) Kill(copier);
  for (const std::string& value : ReadAll(*log, {"out", 0}, AtOffset{static_cast<int64_t>(copied.size())}))
    copied.push_back(value);
  std::vector<std::string> expected = Numbers(0, kRecords);
  std::sort(expected.begin(), expected.end());
  std::sort(copied.begin(), copied.end());
  EXPECT_EQ(copied, expected) << "seed " << kSeed;
}

TEST(SessionWriter, LooksAfterItsGroupHoweverOftenItCommits) {
  const TemporaryDirectory directory;
  const std::unique_ptr<Log> log = *OpenLocalLog({.directory = directory.path()});
  ASSERT_TRUE(log->CreateTopic("in", {}));
  SessionOptions options = Group();
  options.topics = {"in", "later"};
  Worker worker(*log, options);
  ASSERT_TRUE(worker.PollUntil([&] { return worker.held.size() == 1; }));
  ASSERT_TRUE(log->CreateTopic("later", {}));
  const Duration until = RealClock().Monotonic() + std::chrono::seconds(20);
  while (worker.held.size() == 1 && RealClock().Monotonic() < until) {
    std::vector<PartitionWork> work;
    work.push_back(worker.WorkOn({"in", 0}, 0));
    worker.Commit(std::move(work));
  }
  EXPECT_EQ(worker.held.size(), 2);
}

TEST(SessionWriter, CommitsAllOrNothingWhenTheDiskIsFull) {
  FailingDisk disk;
  int failures = 0;
  for (int n = 1; n < 1000; ++n) {
    const TemporaryDirectory directory;
    const std::unique_ptr<Log> log = *OpenLocalLog({.directory = directory.path()});
    ASSERT_TRUE(log->CreateTopic("in", {}) && log->CreateTopic("out", {.partitions = 3}));
    auto worker = std::make_unique<Worker>(*log, Group());
    ASSERT_TRUE(worker->PollUntil([&] { return worker->held.size() == 1; }));
    std::vector<PartitionWork> work;
    work.push_back(worker->WorkOn({"in", 0}, 0));
    work.back().progress.Add(5, 6);
    for (int32_t i = 0; i < 3; ++i)
      work.back().records.Add(conformance::Text(work.back().records, "out", i, std::string(5000, 'x')));
    disk.FailFromWrite(n);
    const CommitId id = worker->session().Commit(std::move(work));
    Delivery delivery;
    Result<void> polled;
    bool committed = false;
    while (polled && !committed) {
      polled = worker->session().Poll(conformance::kShortWait, delivery);
      for (const SessionEvent& event : delivery.events) committed |= std::holds_alternative<Committed>(event);
    }
    disk.Heal();
    worker.reset();
    if (!committed) {
      ++failures;
      ASSERT_THAT(polled.error().message, AllOf(HasSubstr(directory.path()), HasSubstr("full"))) << id;
    }
    const size_t count = committed ? 1 : 0;
    for (int32_t i = 0; i < 3; ++i) EXPECT_EQ(ReadAll(*log, {"out", i}).size(), count) << "write " << n;
    const std::vector<std::string> topics = {"in"};
    EXPECT_EQ(log->DescribeGroup("g", topics, GroupDetail::kTimes)->partitions[0].progress->ranges().size(), count);
    if (committed) break;
  }
  EXPECT_GT(failures, 3);
}

}  // namespace
}  // namespace penstock::local
