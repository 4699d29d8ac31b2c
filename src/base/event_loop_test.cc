#include "base/event_loop.h"

#include <gtest/gtest.h>
#include <sys/epoll.h>
#include <unistd.h>

#include <array>
#include <functional>
#include <thread>
#include <vector>

namespace penstock {
namespace {

constexpr Duration kLong = std::chrono::seconds(30);  // a test that waits so long has failed

class Watcher final : public DescriptorWatcher {
 public:
  explicit Watcher(std::function<void(int)> on_ready) : on_ready_(std::move(on_ready)) {}
  void OnReady(int descriptor, uint32_t events) override {
    if ((events & EPOLLIN) != 0) on_ready_(descriptor);
  }

 private:
  std::function<void(int)> on_ready_;
};

struct Pipe {
  Pipe() {
    std::array<int, 2> ends{};
    EXPECT_EQ(::pipe(ends.data()), 0);
    read = FileDescriptor(ends[0]);
    write = FileDescriptor(ends[1]);
  }
  void Fill() const { EXPECT_EQ(::write(write.get(), "x", 1), 1); }

  FileDescriptor read;
  FileDescriptor write;
};

class EventLoopTest : public ::testing::Test {
 protected:
  const std::unique_ptr<EventLoop> loop_ = *EventLoop::Make();
};

TEST_F(EventLoopTest, TellsWhoWatchesWhatIsReady) {
  const Pipe pipe;
  int told = -1;
  Watcher watcher([&](int descriptor) { told = descriptor; });
  ASSERT_TRUE(loop_->Watch(pipe.read.get(), EPOLLIN, &watcher));
  loop_->Wait(Duration(0));
  EXPECT_EQ(told, -1);
  pipe.Fill();
  loop_->Wait(kLong);
  EXPECT_EQ(told, pipe.read.get());
}

TEST_F(EventLoopTest, ADescriptorWithoutAWatcherEndsAWait) {
  const Pipe pipe;
  ASSERT_TRUE(loop_->Watch(pipe.read.get(), EPOLLIN, nullptr));
  pipe.Fill();
  loop_->Wait(kLong);
}

TEST_F(EventLoopTest, IsSilentOnceForgotten) {
  const Pipe pipe;
  Watcher watcher([](int) { ADD_FAILURE() << "told"; });
  ASSERT_TRUE(loop_->Watch(pipe.read.get(), EPOLLIN, &watcher));
  loop_->Forget(pipe.read.get());
  loop_->Forget(pipe.read.get());
  pipe.Fill();
  loop_->Wait(Duration(0));
}

// What was ready of a descriptor that someone forgot meanwhile is told to nobody, also not to who watches one of the
// same number.
TEST_F(EventLoopTest, AnEventOfAnEarlierWatchIsDropped) {
  const Pipe first;
  const Pipe second;
  int told = 0;
  Watcher other([](int) { ADD_FAILURE() << "told of another's event"; });
  const auto replace = [&](int descriptor) {
    ++told;
    const int peer = descriptor == first.read.get() ? second.read.get() : first.read.get();
    loop_->Forget(peer);
    EXPECT_TRUE(loop_->Watch(peer, EPOLLOUT, &other));
  };
  Watcher watcher(replace);
  ASSERT_TRUE(loop_->Watch(first.read.get(), EPOLLIN, &watcher));
  ASSERT_TRUE(loop_->Watch(second.read.get(), EPOLLIN, &watcher));
  first.Fill();
  second.Fill();
  loop_->Wait(kLong);
  EXPECT_EQ(told, 1);
}

TEST_F(EventLoopTest, AParkedDescriptorIsSilentUntilItIsWatchedAgain) {
  const Pipe pipe;
  int told = 0;
  Watcher watcher([&](int) { ++told; });
  ASSERT_TRUE(loop_->Watch(pipe.read.get(), EPOLLIN, &watcher));
  loop_->Park(pipe.read.get());
  ASSERT_TRUE(loop_->Watch(pipe.read.get(), EPOLLIN, &watcher));
  pipe.Fill();
  loop_->Wait(kLong);
  EXPECT_EQ(told, 1);
  loop_->Park(pipe.read.get());
  loop_->Wait(kLong);  // there is something to read still, and nobody is told
  loop_->Wait(Duration(0));
  EXPECT_EQ(told, 1);
  ASSERT_TRUE(loop_->Watch(pipe.read.get(), EPOLLIN, &watcher));
  loop_->Wait(kLong);
  EXPECT_EQ(told, 2);
}

TEST_F(EventLoopTest, AnotherThreadEndsAWait) {
  loop_->Wake();
  loop_->Wait(kLong);
  std::thread other([this] { loop_->Wake(); });
  loop_->Wait(kLong);
  other.join();
}

TEST_F(EventLoopTest, LeavesWhatIsNotUrgentForTheNextWait) {
  const Pipe pipe;
  const Pipe urgent;
  std::vector<int> told;
  Watcher watcher([&](int descriptor) {
    told.push_back(descriptor);
    char byte = 0;
    EXPECT_EQ(::read(descriptor, &byte, 1), 1);
  });
  ASSERT_TRUE(loop_->Watch(pipe.read.get(), EPOLLIN, &watcher));
  ASSERT_TRUE(loop_->WatchUrgent(urgent.read.get(), &watcher));
  pipe.Fill();
  urgent.Fill();
  loop_->WaitForUrgent(kLong);
  EXPECT_EQ(told, std::vector<int>{urgent.read.get()});
  loop_->WaitForUrgent(std::chrono::microseconds(1));
  EXPECT_EQ(told.size(), 1U);
  loop_->Wait(kLong);
  EXPECT_EQ(told, (std::vector<int>{urgent.read.get(), pipe.read.get()}));
  urgent.Fill();
  loop_->Wait(kLong);
  EXPECT_EQ(told.size(), 3U);
}

TEST_F(EventLoopTest, AWakeIsUrgent) {
  loop_->Wake();
  loop_->WaitForUrgent(kLong);
}

TEST_F(EventLoopTest, IsSilentOfWhatWasUrgentOnceForgotten) {
  const Pipe pipe;
  Watcher watcher([](int) { ADD_FAILURE() << "told"; });
  ASSERT_TRUE(loop_->WatchUrgent(pipe.read.get(), &watcher));
  loop_->Forget(pipe.read.get());
  pipe.Fill();
  loop_->WaitForUrgent(Duration(0));
}

TEST_F(EventLoopTest, WhatCannotBeWatchedIsAnError) { EXPECT_FALSE(loop_->Watch(-1, EPOLLIN, nullptr)); }

}  // namespace
}  // namespace penstock
