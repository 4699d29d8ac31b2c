#include "base/log.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <sstream>
#include <string>
#include <thread>
#include <vector>

namespace penstock {
namespace {

using namespace std::chrono_literals;

class LoggerTest : public testing::Test {
 protected:
  LogSink Capture() {
    return [this](std::string_view line) { written_ += line; };
  }

  ManualClock clock_{std::chrono::sys_days(2026y / 11 / 21) + 7h};
  std::string written_;
};

TEST_F(LoggerTest, WritesEachLineAsItsClockTells) {
  const Logger log({}, Capture(), clock_);
  log.Info("started");
  clock_.Advance(1500ms);
  log.Error("cannot open file", {{"path", "a b"}, {"errno", 2}});
  EXPECT_EQ(written_,
            "2026-11-21T07:00:00.000Z INFO started\n"
            "2026-11-21T07:00:01.500Z ERROR cannot open file path=\"a b\" errno=2\n");
}

TEST_F(LoggerTest, TakesOneFieldOfTwoLiterals) {
  const Logger log({}, Capture(), clock_);
  log.Info("m", {{"name", "value"}});
  EXPECT_EQ(written_, "2026-11-21T07:00:00.000Z INFO m name=value\n");
}

TEST_F(LoggerTest, WritesJson) {
  const Logger log({.format = LogFormat::kJson}, Capture(), clock_);
  log.Warn("slow", {{"lag_ms", 12.5}});
  EXPECT_EQ(written_, "{\"ts\":\"2026-11-21T07:00:00.000Z\",\"level\":\"warn\",\"msg\":\"slow\",\"lag_ms\":12.5}\n");
}

TEST_F(LoggerTest, WritesNothingBelowItsLevel) {
  constexpr std::array kLevels = {LogLevel::kDebug, LogLevel::kInfo, LogLevel::kWarn, LogLevel::kError};
  for (size_t i = 0; i < kLevels.size(); ++i) {
    written_.clear();
    const Logger log({.level = kLevels[i]}, Capture(), clock_);
    log.Debug("");
    log.Info("");
    log.Warn("");
    log.Error("");
    EXPECT_EQ(std::count(written_.begin(), written_.end(), '\n'), kLevels.size() - i);
    EXPECT_TRUE(log.Enabled(LogLevel::kError));
    EXPECT_EQ(log.Enabled(LogLevel::kDebug), i == 0);
  }
}

TEST_F(LoggerTest, HidesSecretsOnceItKnowsThem) {
  Logger log({}, Capture(), clock_);
  log.Redact("hunter2");
  log.Info("connecting with hunter2", {{"url", "http://me:hunter2@host"}});
  EXPECT_EQ(written_, "2026-11-21T07:00:00.000Z INFO connecting with *** url=http://me:***@host\n");
  EXPECT_EQ(log.redactor().Redact("hunter2"), "***");
}

TEST_F(LoggerTest, KeepsLinesOfSeveralThreadsApart) {
  constexpr int kThreads = 4;
  constexpr int kLines = 200;
  Logger log({.format = LogFormat::kJson}, Capture(), clock_);
  std::vector<std::thread> threads;
  for (int thread = 0; thread < kThreads; ++thread) {
    threads.emplace_back([&, thread] {
      for (int i = 0; i < kLines; ++i) log.Info("line", {{"thread", thread}, {"i", i}});
      log.Redact("secret" + std::to_string(thread));
    });
  }
  for (std::thread& thread : threads) thread.join();

  std::istringstream lines(written_);
  int count = 0;
  for (std::string line; std::getline(lines, line); ++count) {
    EXPECT_TRUE(line.starts_with("{\"ts\":"));
    EXPECT_TRUE(line.ends_with("}"));
  }
  EXPECT_EQ(count, kThreads * kLines);
}

// A pipe that holds less than one line, and a reader that takes a little at a time.
TEST_F(LoggerTest, WaitsForASlowDescriptor) {
  std::array<int, 2> pipe_ends;
  ASSERT_EQ(pipe2(pipe_ends.data(), O_NONBLOCK), 0);
  const std::string text(1 << 20, 'x');
  std::thread writer([&, descriptor = pipe_ends[1]] {
    const Logger log({}, DescriptorLogSink(descriptor), clock_);
    log.Info("long", {{"text", text}});
    close(descriptor);
  });

  ASSERT_EQ(fcntl(pipe_ends[0], F_SETFL, 0), 0);
  std::string received;
  std::array<char, 1000> piece;
  for (ssize_t bytes; (bytes = read(pipe_ends[0], piece.data(), piece.size())) > 0;)
    received.append(piece.data(), static_cast<size_t>(bytes));
  writer.join();
  close(pipe_ends[0]);
  EXPECT_EQ(received, "2026-11-21T07:00:00.000Z INFO long text=" + text + "\n");
}

TEST_F(LoggerTest, LosesLinesThatItsDescriptorRefuses) {
  const int full = open("/dev/full", O_WRONLY);
  ASSERT_GE(full, 0);
  const Logger log({}, DescriptorLogSink(full), clock_);
  log.Info("no room");
  close(full);
  log.Info("closed");
}

}  // namespace
}  // namespace penstock
