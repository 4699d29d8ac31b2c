// Many threads at one limiter: for ThreadSanitizer, and for wakes that are lost.
#include <gtest/gtest.h>

#include <atomic>
#include <barrier>
#include <condition_variable>
#include <mutex>
#include <thread>
#include <vector>

#include "model/call/limiter.h"

namespace penstock {
namespace {

using std::chrono::minutes;

constexpr int kThreads = 4;
constexpr int kPermitsEach = 3'000;
constexpr int64_t kInFlight = 3;

// Waits as a worker's loop does.
class Bell {
 public:
  void Ring() {
    const std::lock_guard lock(mutex_);
    rung_ = true;
    changed_.notify_one();
  }
  // False, when nobody rang for so long that nobody will.
  bool Wait() {
    std::unique_lock lock(mutex_);
    const bool rung = changed_.wait_for(lock, minutes(1), [&] { return rung_; });
    rung_ = false;
    return rung;
  }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  bool rung_ = false;
};

struct Shared {
  std::unique_ptr<Limiter> limiter;
  std::atomic<int64_t> in_flight{0};
  std::atomic<int64_t> most{0};
  std::atomic<int> lost_wakes{0};
  std::barrier<> begun{kThreads};
  std::barrier<> done{kThreads};
};

void Hold(Shared& shared) {
  const int64_t now = shared.in_flight.fetch_add(1) + 1;
  int64_t most = shared.most.load();
  while (now > most && !shared.most.compare_exchange_weak(most, now)) {
  }
}

void LetGo(Shared& shared, LimiterDoor& door) {
  shared.in_flight.fetch_sub(1);
  door.Release(10, 5);
}

// Up to two at a time, as a worker that asks on while others are in flight.
void Work(Shared& shared) {
  Bell bell;
  const std::unique_ptr<LimiterDoor> door = shared.limiter->NewDoor([&bell] { bell.Ring(); });
  door->SetShare(1.0 / kThreads);
  shared.begun.arrive_and_wait();
  int held = 0;
  for (int permits = 0; permits < kPermitsEach;) {
    if (held < 2 && door->Ask(10).permitted) {
      ++permits;
      ++held;
      Hold(shared);
      // So that others find nothing left.
      std::this_thread::yield();
    } else if (held > 0) {
      --held;
      LetGo(shared, *door);
      if (permits % 100 == 0) door->Withdraw();
    } else if (!bell.Wait()) {
      shared.lost_wakes.fetch_add(1);
      break;
    }
  }
  for (; held > 0; --held) LetGo(shared, *door);
  door->Withdraw();
  // The part of those that are done must stay until all are.
  shared.done.arrive_and_wait();
}

TEST(LimiterThreads, LosesNeitherPermitsNorWakes) {
  Shared shared;
  shared.limiter = Limiter::Make({kInFlight, std::nullopt, std::nullopt}, RealClock());
  std::vector<std::thread> threads;
  for (int i = 0; i < kThreads; ++i) threads.emplace_back([&] { Work(shared); });
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(shared.lost_wakes.load(), 0);
  EXPECT_EQ(shared.limiter->in_flight(), 0);
  EXPECT_LE(shared.most.load(), kInFlight);
}

TEST(LimiterThreads, LetsDoorsComeAndGoWhileOthersLearn) {
  const std::unique_ptr<Limiter> limiter = Limiter::Make({100, 1'000'000, 1'000'000}, RealClock());
  std::vector<std::thread> threads;
  std::atomic<int> wakes{0};
  for (int i = 0; i < kThreads; ++i)
    threads.emplace_back([&, i] {
      for (int round = 0; round < 300; ++round) {
        const std::unique_ptr<LimiterDoor> door = limiter->NewDoor([&] { wakes.fetch_add(1); });
        door->SetShare(round % 2 == 0 ? 0.25 : 0.1);
        for (int call = 0; call < 10; ++call) static_cast<void>(door->Ask(i));
        Quota quota;
        quota.requests.limit = 1'000 + round;
        quota.tokens.remaining = round % 7;
        quota.tokens.reset = Duration(100);
        door->Learn(quota);
        static_cast<void>(limiter->in_flight());
      }
    });
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(limiter->in_flight(), 0);
}

}  // namespace
}  // namespace penstock
