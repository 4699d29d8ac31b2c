#include "log/local/store.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <fstream>
#include <random>

#include "base/temporary_directory.h"
#include "log/local/directory.h"
#include "log/local/failing_disk.h"
#include "log/local/local_log.h"
#include "log/test_worker.h"

namespace penstock::local {
namespace {

using conformance::Numbers;
using conformance::ReadAll;
using conformance::Texts;
using ::testing::AllOf;
using ::testing::HasSubstr;

class StoreTest : public ::testing::Test {
 public:
  Result<std::unique_ptr<Log>> Open() { return OpenLocalLog({.directory = directory.path()}); }
  void Run(const char* sql) {
    Result<Database> database = Database::Open(DatabasePath(directory.path()));
    ASSERT_TRUE(database);
    const Result<void> done = database->Execute(sql);
    ASSERT_TRUE(done) << done.error().message;
  }
  void ExpectRefused(const std::string& reason) {
    const auto log = Open();
    ASSERT_FALSE(log);
    EXPECT_EQ(log.error().kind, ErrorKind::kUnavailable);
    EXPECT_THAT(log.error().message, AllOf(HasSubstr(DatabasePath(directory.path())), HasSubstr(reason)));
  }

  TemporaryDirectory directory;
};

TEST_F(StoreTest, RefusesANewerFormat) {
  ASSERT_TRUE(Open());
  Run("PRAGMA user_version = 9");
  ExpectRefused("format 9");
}

TEST_F(StoreTest, RefusesADatabaseOfAnotherProgram) {
  Run("CREATE TABLE theirs (x)");
  ExpectRefused("another program");
}

TEST_F(StoreTest, RefusesAFileThatIsNoDatabase) {
  std::ofstream(DatabasePath(directory.path())) << std::string(10'000, 'x');
  ExpectRefused("no log of Penstock");
}

TEST_F(StoreTest, TellsWhereRecordsAreDamaged) {
  {
    const auto log = Open();
    ASSERT_TRUE((*log)->CreateTopic("t", {.partitions = 2}));
    ASSERT_TRUE((*log)->Append(Texts("t", 1, Numbers(0, 5))));
    ASSERT_TRUE((*log)->Append(Texts("t", 1, Numbers(5, 100))));
  }
  Run("UPDATE rows SET data = CAST(substr(data, 1, 7) || 'x' || substr(data, 9) AS BLOB) WHERE count = 95");
  const auto log = Open();
  ASSERT_TRUE(log);
  const auto reader = (*log)->Read({"t", 1}, AtOffset{7});
  const auto records = (*reader)->Read(Duration(0));
  ASSERT_FALSE(records);
  EXPECT_EQ(records.error().kind, ErrorKind::kUnavailable);
  EXPECT_THAT(records.error().message, AllOf(HasSubstr("t/1"), HasSubstr("offset 5"), HasSubstr("log.db")));
}

TEST_F(StoreTest, RefusesARecordThatIsTooLarge) {
  const auto log = Open();
  ASSERT_TRUE((*log)->CreateTopic("t", {}));
  const std::string large(size_t{64} << 20, 'x');
  OutBatch batch;
  batch.Add({.topic = batch.TopicNumber("t"), .partition = 0, .value = large});
  ASSERT_TRUE((*log)->Append(batch));
  batch.Add({.topic = 0, .partition = 0, .key = "k", .value = large});
  const Result<void> appended = (*log)->Append(batch);
  ASSERT_FALSE(appended);
  EXPECT_EQ(appended.error().kind, ErrorKind::kLimit);
  EXPECT_THAT(appended.error().message, AllOf(HasSubstr("'t'"), HasSubstr("67108865")));
  EXPECT_EQ(ReadAll(**log, {"t", 0}).at(0).size(), large.size());
}

// Appends pairs until something fails, and returns how many were acknowledged.
int AppendPairs(Log& log, int count, Error& error) {
  for (int i = 0; i < count; ++i) {
    const Result<void> appended =
        log.Append(Texts("t", 0, {std::to_string(i), std::to_string(i) + std::string(9000, 'x')}));
    if (!appended) {
      error = appended.error();
      return i;
    }
  }
  return count;
}

// Whole pairs, from the first one on, at least those that were acknowledged, and at most one more.
void ExpectPairs(Log& log, int acknowledged) {
  const std::vector<std::string> all = ReadAll(log, {"t", 0});
  ASSERT_EQ(all.size() % 2, 0);
  const auto pairs = static_cast<int>(all.size() / 2);
  EXPECT_GE(pairs, acknowledged);
  EXPECT_LE(pairs, acknowledged + 1);
  for (int i = 0; i < pairs; ++i) EXPECT_EQ(all[static_cast<size_t>(2 * i)], std::to_string(i));
}

TEST_F(StoreTest, LosesNothingWhenTheDiskIsFullAtAnyWrite) {
  constexpr int kPairs = 6;
  FailingDisk disk;
  int failures = 0;
  for (int n = 1; n < 2000; ++n) {
    const TemporaryDirectory fresh;
    {
      const auto log = OpenLocalLog({.directory = fresh.path()});
      ASSERT_TRUE(log && (*log)->CreateTopic("t", {}));
      disk.FailFromWrite(n);
      Error error;
      const int acknowledged = AppendPairs(**log, kPairs, error);
      disk.Heal();
      if (acknowledged < kPairs) {
        ++failures;
        ASSERT_EQ(error.kind, ErrorKind::kUnavailable) << error.message;
        ASSERT_THAT(error.message, AllOf(HasSubstr(fresh.path()), HasSubstr("full")));
      }
      ExpectPairs(**log, acknowledged);
      // There is room again: it goes on.
      ASSERT_TRUE((*log)->Append(Texts("t", 0, {"more"})));
      if (acknowledged == kPairs) break;
    }
    const auto again = OpenLocalLog({.directory = fresh.path()});
    ASSERT_EQ(ReadAll(**again, {"t", 0}).back(), "more");
  }
  EXPECT_GT(failures, 10);
}

TEST_F(StoreTest, KeepsItsWriteAheadLogShort) {
  std::mt19937_64 random(1);
  std::string value(1 << 20, 0);
  for (char& byte : value) byte = static_cast<char>(random());
  const auto log = Open();
  ASSERT_TRUE((*log)->CreateTopic("t", {}));
  const auto reader = (*log)->Read({"t", 0}, AtStart{});
  for (int i = 0; i < 100; ++i) {
    ASSERT_TRUE((*log)->Append(Texts("t", 0, {value})));
    ASSERT_EQ((*reader)->Read(Duration(0))->size(), 1);
  }
  EXPECT_LT(std::filesystem::file_size(DatabasePath(directory.path()) + "-wal"), size_t{40} << 20);
}

TEST_F(StoreTest, LosesNothingWhenItsProcessIsKilled) {
  int acknowledged = 0;
  ASSERT_TRUE((*Open())->CreateTopic("t", {}));
  for (int round = 0; round < 10; ++round) {
    int pipe_ends[2];
    ASSERT_EQ(::pipe(pipe_ends), 0);
    const pid_t child = ::fork();
    ASSERT_GE(child, 0);
    if (child == 0) {
      const auto log = Open();
      for (int i = acknowledged;; ++i) {
        if (!(*log)->Append(Texts("t", 0, {std::to_string(i), std::to_string(i) + std::string(9000, 'x')}))) ::_exit(1);
        if (::write(pipe_ends[1], "x", 1) != 1) ::_exit(1);
      }
    }
    ::close(pipe_ends[1]);
    char bytes[16];
    const int wanted = acknowledged + 20 + round * 7;
    while (acknowledged < wanted) {
      const ssize_t got = ::read(pipe_ends[0], bytes, sizeof bytes);
      ASSERT_GT(got, 0);
      acknowledged += static_cast<int>(got);
    }
    ::kill(child, SIGKILL);
    ::waitpid(child, nullptr, 0);
    for (ssize_t got = 1; got > 0;) {
      got = ::read(pipe_ends[0], bytes, sizeof bytes);
      acknowledged += static_cast<int>(std::max<ssize_t>(got, 0));
    }
    ::close(pipe_ends[0]);
    const auto log = Open();
    ExpectPairs(**log, acknowledged);
    acknowledged = static_cast<int>(ReadAll(**log, {"t", 0}).size() / 2);
  }
}

}  // namespace
}  // namespace penstock::local
