#include "log/local/local_session.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>

#include "base/temporary_directory.h"
#include "log/local/directory.h"
#include "log/local/local_log.h"
#include "log/test_worker.h"

namespace penstock::local {
namespace {

using conformance::ReadAll;
using conformance::Texts;
using conformance::Worker;
using ::testing::ElementsAre;

constexpr Duration kLease = std::chrono::seconds(10);

class LocalSessionTest : public ::testing::Test {
 public:
  LocalSessionTest() : log(Open()) {
    EXPECT_TRUE(log->CreateTopic("t", {.partitions = 2}));
    options.group = "g";
    options.topics = {"t"};
    options.member = "worker";
  }

  std::unique_ptr<Log> Open() {
    return *OpenLocalLog({.directory = directory.path(), .lease = kLease, .clock = &clock});
  }

  TemporaryDirectory directory;
  ManualClock clock;
  std::unique_ptr<Log> log;
  SessionOptions options;
};

// As a process does that was stopped, and continues.
TEST_F(LocalSessionTest, ExpelsAndFencesAMemberWhoseLeaseIsOver) {
  Worker stopped(*log, options);
  ASSERT_TRUE(stopped.PollUntil([&] { return stopped.held.size() == 2; }));
  std::vector<PartitionWork> work;
  work.push_back(stopped.WorkOn({"t", 0}, 0));
  work.back().records = Texts("t", 0, {"late"});
  const std::unique_ptr<Log> other = Open();
  Worker worker(*other, options);
  clock.Advance(kLease);
  worker.Poll();  // it renews its own
  ASSERT_TRUE(worker.PollUntil([&] { return worker.held.size() == 2; }));
  // The commit comes before it has been told that it lost everything.
  const CommitId id = stopped.session().Commit(std::move(work));
  ASSERT_TRUE(stopped.PollUntil([&] { return stopped.committed.contains(id); }));
  EXPECT_THAT(stopped.committed[id], ElementsAre(TopicPartition("t", 0)));
  EXPECT_EQ(stopped.lost.size(), 2);
  EXPECT_THAT(ReadAll(*log, {"t", 0}), ElementsAre());
  // It has joined anew, and gets its share.
  ASSERT_TRUE(worker.PollUntil([&] { return !worker.revoking.empty(); }));
  worker.session().Release(worker.revoking);
  EXPECT_TRUE(stopped.PollUntil([&] { return stopped.held.size() == 1; }));
}

TEST_F(LocalSessionTest, KeepsAMemberThatPolls) {
  Worker first(*log, options);
  ASSERT_TRUE(first.PollUntil([&] { return first.held.size() == 2; }));
  Worker second(*log, options);
  for (int i = 0; i < 20; ++i) {
    clock.Advance(kLease / 4);
    first.Poll();
    second.Poll();
  }
  EXPECT_THAT(first.lost, ElementsAre());
}

// Members are processes of their own here: the kernel gives back their locks, whatever they were doing.
TEST_F(LocalSessionTest, TakesOverFromAKilledProcessAtOnce) {
  int ready[2];
  ASSERT_EQ(::pipe(ready), 0);
  log.reset();  // a database is not to be carried over a fork
  const pid_t child = ::fork();
  ASSERT_GE(child, 0);
  if (child == 0) {
    const std::unique_ptr<Log> own = Open();
    Result<std::unique_ptr<Session>> session = own->Join(options);
    Delivery delivery;
    size_t held = 0;
    while (session && held < 2 && (*session)->Poll(conformance::kShortWait, delivery)) held += delivery.events.size();
    [[maybe_unused]] const ssize_t written = ::write(ready[1], "x", 1);
    ::pause();
    ::_exit(0);
  }
  char byte = 0;
  ASSERT_EQ(::read(ready[0], &byte, 1), 1);
  log = Open();
  Worker worker(*log, options);
  worker.Poll();
  EXPECT_TRUE(worker.held.empty());
  ::kill(child, SIGKILL);
  ::waitpid(child, nullptr, 0);
  const Duration killed = RealClock().Monotonic();
  ASSERT_TRUE(worker.PollUntil([&] { return worker.held.size() == 2; }));
  EXPECT_LT(RealClock().Monotonic() - killed, std::chrono::seconds(1));
  worker.Leave();
  EXPECT_TRUE(std::filesystem::is_empty(MembersPath(directory.path())));
}

// While it joins anew, the group changes on.
TEST_F(LocalSessionTest, JoinsAnewOnce) {
  Worker stopped(*log, options);
  ASSERT_TRUE(stopped.PollUntil([&] { return stopped.held.size() == 2; }));
  const std::unique_ptr<Log> other = Open();
  Worker worker(*other, options);
  clock.Advance(kLease);
  worker.Poll();
  ASSERT_TRUE(worker.PollUntil([&] { return worker.held.size() == 2; }));
  for (int i = 0; i < 20; ++i) {
    const Worker passer_by(*other, options);
    stopped.Poll();
  }
  ASSERT_TRUE(worker.PollUntil([&] { return !worker.revoking.empty(); }));
  worker.session().Release(worker.revoking);
  ASSERT_TRUE(stopped.PollUntil([&] { return stopped.held.size() == 1; }));
  const std::filesystem::directory_iterator members(MembersPath(directory.path()));
  EXPECT_EQ(std::distance(begin(members), end(members)), 2);
}

TEST_F(LocalSessionTest, ShowsNoMemberThatIsDead) {
  Worker worker(*log, options);
  ASSERT_TRUE(worker.PollUntil([&] { return worker.held.size() == 2; }));
  EXPECT_EQ(log->DescribeGroup("g", options.topics, GroupDetail::kTimes)->partitions[0].member, "worker");
  clock.Advance(kLease);
  EXPECT_EQ(log->DescribeGroup("g", options.topics, GroupDetail::kTimes)->partitions[0].member, "");
}

TEST_F(LocalSessionTest, CommitsWhatManyWorkersDoAtOnce) {
  ASSERT_TRUE(log->CreateTopic("out", {.partitions = 1}));
  std::vector<std::thread> threads;
  for (int n = 0; n < 4; ++n) {
    threads.emplace_back([this, n] {
      const std::unique_ptr<Log> own = Open();
      for (int i = 0; i < 50; ++i) EXPECT_TRUE(own->Append(Texts("out", 0, {std::to_string(n), std::to_string(n)})));
    });
  }
  for (std::thread& thread : threads) thread.join();
  const std::vector<std::string> all = ReadAll(*log, {"out", 0});
  ASSERT_EQ(all.size(), 400);
  for (size_t i = 0; i < all.size(); i += 2) EXPECT_EQ(all[i], all[i + 1]);
}

}  // namespace
}  // namespace penstock::local
