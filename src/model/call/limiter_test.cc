#include "model/call/limiter.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <vector>

#include "model/call/token_bucket.h"

namespace penstock {
namespace {

using std::chrono::milliseconds;
using std::chrono::minutes;
using std::chrono::seconds;

constexpr Duration kWindow = call::TokenBucket::kWindow;
// Of 60 in a window, one takes so long.
constexpr Duration kSecond = kWindow / 60;

struct Worker {
  std::unique_ptr<LimiterDoor> door;
  int wakes = 0;
  int permits = 0;
};

struct Process {
  Process(const CallLimits& limits, size_t workers, double share) : limiter(Limiter::Make(limits, clock)) {
    all.resize(workers);
    for (Worker& worker : all) {
      worker.door = limiter->NewDoor([&worker] { ++worker.wakes; });
      worker.door->SetShare(share / static_cast<double>(workers));
    }
  }

  ManualClock clock;
  std::unique_ptr<Limiter> limiter;
  std::vector<Worker> all;
};

CallLimits InFlight(int64_t in_flight) { return {in_flight, std::nullopt, std::nullopt}; }
CallLimits Requests(int64_t requests) { return {1'000'000, requests, std::nullopt}; }

bool Permits(Worker& worker, int64_t tokens = 0) { return worker.door->Ask(tokens).permitted; }

TEST(Limiter, PermitsNothingWithoutAShare) {
  Process process(InFlight(10), 2, 0);
  const LimiterDoor::Answer answer = process.all[0].door->Ask(1);
  EXPECT_FALSE(answer.permitted);
  EXPECT_EQ(answer.wait, std::nullopt);
  process.all[1].door->SetShare(1);
  EXPECT_FALSE(Permits(process.all[0]));
  EXPECT_TRUE(Permits(process.all[1]));
  process.all[0].door->SetShare(0.1);
  EXPECT_TRUE(Permits(process.all[0]));
}

TEST(Limiter, IsAboveAShareThatHasBecomeSmaller) {
  Process process(InFlight(4), 1, 1);
  Worker& worker = process.all[0];
  for (int i = 0; i < 4; ++i) EXPECT_TRUE(Permits(worker));
  EXPECT_FALSE(worker.door->IsAboveShare());
  worker.door->SetShare(0.5);
  EXPECT_TRUE(worker.door->IsAboveShare());
  worker.door->Release(0, std::nullopt);
  worker.door->Release(0, std::nullopt);
  EXPECT_FALSE(worker.door->IsAboveShare());
  for (int i = 0; i < 2; ++i) worker.door->Release(0, std::nullopt);
}

// Each goes on with what its own calls leave, as long as it has no more than its part: nobody has to be woken for that.
TEST(Limiter, WhoHasAnEqualPartIsNotWokenForTheCallsOfOthers) {
  Process process(InFlight(4), 2, 1);
  for (Worker& worker : process.all) {
    EXPECT_TRUE(Permits(worker) && Permits(worker));
  }
  for (Worker& worker : process.all) EXPECT_FALSE(Permits(worker));
  for (Worker& worker : process.all) worker.wakes = 0;
  for (int round = 0; round < 3; ++round)
    for (Worker& worker : process.all) {
      worker.door->Release(0, std::nullopt);
      EXPECT_TRUE(Permits(worker));
      EXPECT_FALSE(Permits(worker));
    }
  for (const Worker& worker : process.all) EXPECT_EQ(worker.wakes, 0);
  for (Worker& worker : process.all)
    for (int i = 0; i < 2; ++i) worker.door->Release(0, std::nullopt);
}

TEST(Limiter, WhoseCallsEndTogetherIsPermittedAsManyAndWakesNobody) {
  Process process(InFlight(8), 2, 1);
  Worker& one = process.all[0];
  Worker& other = process.all[1];
  for (Worker& worker : process.all)
    for (int i = 0; i < 4; ++i) EXPECT_TRUE(Permits(worker));
  for (Worker& worker : process.all) EXPECT_FALSE(Permits(worker));
  for (Worker& worker : process.all) worker.wakes = 0;
  for (int round = 0; round < 3; ++round) {
    for (int i = 0; i < 3; ++i) one.door->Release(0, std::nullopt);
    for (int i = 0; i < 3; ++i) EXPECT_TRUE(Permits(one));
    EXPECT_FALSE(Permits(one));
  }
  EXPECT_EQ(other.wakes, 0);
  // What it does not want is the other's.
  for (int i = 0; i < 3; ++i) one.door->Release(0, std::nullopt);
  EXPECT_TRUE(Permits(one));
  EXPECT_EQ(other.wakes, 0);
  one.door->Withdraw();
  EXPECT_EQ(other.wakes, 1);
  EXPECT_TRUE(Permits(other) && Permits(other));
  EXPECT_FALSE(Permits(other));
  for (int i = 0; i < 2; ++i) one.door->Release(0, std::nullopt);
  for (int i = 0; i < 6; ++i) other.door->Release(0, std::nullopt);
  EXPECT_EQ(process.limiter->in_flight(), 0);
}

// One that has less than its part gets what the calls of others leave.
TEST(Limiter, WhoHasLessThanItsPartComesFirst) {
  Process process(InFlight(2), 2, 1);
  Worker& first = process.all[0];
  Worker& second = process.all[1];
  EXPECT_TRUE(Permits(first) && Permits(first));
  EXPECT_FALSE(Permits(second));
  EXPECT_FALSE(Permits(first));
  first.door->Release(0, std::nullopt);
  EXPECT_EQ(second.wakes, 1);
  EXPECT_FALSE(Permits(first));
  EXPECT_TRUE(Permits(second));
  first.door->Release(0, std::nullopt);
  second.door->Release(0, std::nullopt);
}

TEST(Limiter, BoundsWhatIsInFlightByTheProcessesShare) {
  for (const auto& [share, most] : {std::pair(1.0, 10), {0.55, 5}, {0.05, 1}, {0.3, 3}}) {
    Process process(InFlight(10), 3, share);
    for (int i = 0; i < most; ++i) EXPECT_TRUE(Permits(process.all[0]));
    const LimiterDoor::Answer answer = process.all[0].door->Ask(0);
    EXPECT_FALSE(answer.permitted);
    EXPECT_EQ(answer.gate, Gate::kInFlight);
    EXPECT_EQ(answer.wait, std::nullopt);
    EXPECT_EQ(process.limiter->in_flight(), most);
    process.all[0].door->Release(0, std::nullopt);
    EXPECT_TRUE(Permits(process.all[0]));
  }
}

TEST(Limiter, WakesWhoWaitsWhenSomethingEnds) {
  Process process(InFlight(1), 3, 1);
  EXPECT_TRUE(Permits(process.all[0]));
  EXPECT_FALSE(Permits(process.all[1]));
  EXPECT_FALSE(Permits(process.all[2]));
  process.all[0].door->Release(0, std::nullopt);
  EXPECT_EQ(process.all[1].wakes, 1);
  EXPECT_EQ(process.all[2].wakes, 0);
  // It is kept for who was first, who is not woken again and again.
  EXPECT_FALSE(Permits(process.all[0]));
  EXPECT_FALSE(Permits(process.all[2]));
  EXPECT_TRUE(Permits(process.all[1]));
  process.all[1].door->Release(0, std::nullopt);
  EXPECT_EQ(process.all[1].wakes, 1);
}

TEST(Limiter, PassesThePlaceOnWhenOneWithdrawsOrEnds) {
  Process process(InFlight(1), 4, 1);
  EXPECT_TRUE(Permits(process.all[0]));
  for (const size_t worker : {1, 2, 3}) EXPECT_FALSE(Permits(process.all[worker]));
  process.all[0].door->Release(0, std::nullopt);
  process.all[1].door->Withdraw();
  EXPECT_EQ(process.all[2].wakes, 1);
  process.all[2].door.reset();
  EXPECT_EQ(process.all[3].wakes, 1);
  EXPECT_TRUE(Permits(process.all[3]));
  process.all[3].door.reset();
  EXPECT_EQ(process.limiter->in_flight(), 0);
}

TEST(Limiter, HoldsUpNobodyForWhoIsSlowToCome) {
  Process process(InFlight(2), 2, 1);
  EXPECT_TRUE(Permits(process.all[0]));
  EXPECT_TRUE(Permits(process.all[0]));
  EXPECT_FALSE(Permits(process.all[1]));
  for (int i = 0; i < 2; ++i) process.all[0].door->Release(0, std::nullopt);
  // Worker 1 has been woken, and does not come. One is kept for it; the other goes round.
  EXPECT_TRUE(Permits(process.all[0]));
  EXPECT_FALSE(Permits(process.all[0]));
  EXPECT_TRUE(Permits(process.all[1]));
}

TEST(Limiter, LosesItsPlaceWithItsShareAndComesBackAtTheEnd) {
  Process process(InFlight(1), 3, 1);
  EXPECT_TRUE(Permits(process.all[0]));
  EXPECT_FALSE(Permits(process.all[1]));
  EXPECT_FALSE(Permits(process.all[2]));
  process.all[1].door->SetShare(0);
  EXPECT_EQ(process.all[2].wakes, 1);
  process.all[1].door->SetShare(0.3);
  process.all[0].door->Release(0, std::nullopt);
  EXPECT_FALSE(Permits(process.all[1]));
  EXPECT_TRUE(Permits(process.all[2]));
}

TEST(Limiter, GivesEveryWorkerAsMuchWhereThereIsTooLittle) {
  Process process(Requests(600), 4, 1);
  std::array<int, 4> permits{};
  // Worker 0 asks ten times as often as the others.
  for (int tick = 0; tick < 60'000; ++tick) {
    for (size_t worker = 0; worker < 4; ++worker)
      if ((worker == 0 || tick % 10 == 0) && Permits(process.all[worker])) {
        ++permits[worker];
        process.all[worker].door->Release(0, std::nullopt);
      }
    process.clock.Advance(milliseconds(1));
  }
  const auto [least, most] = std::ranges::minmax(permits);
  EXPECT_LE(most - least, 12);  // what the burst held when only one asked
  EXPECT_GE(permits[0] + permits[1] + permits[2] + permits[3], 570);
  EXPECT_LE(permits[0] + permits[1] + permits[2] + permits[3], 600);
}

TEST(Limiter, SaysWhenToAskAgain) {
  Process process(Requests(60), 2, 1);
  EXPECT_TRUE(Permits(process.all[0]));
  const LimiterDoor::Answer first = process.all[0].door->Ask(0);
  EXPECT_EQ(first.gate, Gate::kRequests);
  EXPECT_EQ(first.wait, kSecond);
  // Who is not first is woken when the first has gone.
  EXPECT_EQ(process.all[1].door->Ask(0).wait, std::nullopt);
  process.clock.Advance(kSecond);
  EXPECT_TRUE(Permits(process.all[0]));
  EXPECT_EQ(process.all[1].wakes, 1);
  EXPECT_EQ(process.all[1].door->Ask(0).wait, kSecond);
}

TEST(Limiter, CorrectsTokensByWhatWasUsed) {
  Process process({100, std::nullopt, 60'000}, 2, 1);
  process.clock.Advance(seconds(10));  // a burst of 601
  EXPECT_TRUE(Permits(process.all[0], 601));
  const LimiterDoor::Answer answer = process.all[1].door->Ask(500);
  EXPECT_EQ(answer.gate, Gate::kTokens);
  ASSERT_TRUE(answer.wait);
  EXPECT_NEAR(static_cast<double>(answer.wait->count()), 500 * 61.5e9 / 59'400, 1);
  process.all[0].door->Release(601, 101);
  EXPECT_EQ(process.all[1].wakes, 1);
  EXPECT_TRUE(Permits(process.all[1], 500));
  process.all[1].door->Release(500, 31'000);
  EXPECT_GT(process.all[0].door->Ask(1).wait, seconds(30));
}

TEST(Limiter, KeepsTokensForACallThatIsLargerThanABurst) {
  Process process({100, std::nullopt, 60'000}, 2, 1);
  process.clock.Advance(seconds(10));
  EXPECT_TRUE(Permits(process.all[0], 300));
  EXPECT_FALSE(Permits(process.all[0], 50'000));
  EXPECT_FALSE(Permits(process.all[1], 1));
  process.clock.Advance(seconds(1));
  EXPECT_FALSE(Permits(process.all[1], 1));
  EXPECT_TRUE(Permits(process.all[0], 50'000));
  process.clock.Advance(seconds(50));
  EXPECT_FALSE(Permits(process.all[1], 1));
  process.clock.Advance(seconds(2));
  EXPECT_TRUE(Permits(process.all[1], 1));
}

TEST(Limiter, LearnsFromTheProvider) {
  Process process(InFlight(100), 2, 0.5);
  Quota quota;
  quota.requests.remaining = 0;
  quota.requests.reset = seconds(7);
  process.all[0].door->Learn(quota);
  const LimiterDoor::Answer closed = process.all[1].door->Ask(0);
  EXPECT_EQ(closed.gate, Gate::kProvider);
  EXPECT_EQ(closed.wait, seconds(7));
  process.clock.Advance(seconds(7));
  EXPECT_TRUE(Permits(process.all[1]));
  Quota limit;
  limit.requests.limit = 60;
  process.all[0].door->Learn(limit);
  EXPECT_TRUE(Permits(process.all[0]));
  EXPECT_EQ(process.all[0].door->Ask(0).wait, 2 * kSecond);
}

TEST(Limiter, WakesEverybodyWhenItsShareChanges) {
  Process process(Requests(60), 3, 0.001);
  EXPECT_TRUE(Permits(process.all[0]));
  EXPECT_GT(process.all[0].door->Ask(0).wait, minutes(1));
  EXPECT_FALSE(Permits(process.all[1]));
  process.all[2].door->SetShare(0.9);
  EXPECT_EQ(process.all[0].wakes, 1);
  EXPECT_EQ(process.all[1].wakes, 1);
  EXPECT_LT(process.all[0].door->Ask(0).wait, seconds(3));
}

// One worker has all the work, and all partitions are at this process at first, then half of them, then all again.
TEST(Limiter, UsesTheQuotaWithOneHotWorkerAndThroughChangesOfTheShare) {
  Process here(Requests(600), 4, 1);
  Process there(Requests(600), 4, 0);
  int permits = 0;
  const auto run = [&](Duration elapsed) {
    for (Duration passed{0}; passed < elapsed; passed += milliseconds(1)) {
      for (Process* const process : {&here, &there}) {
        if (Permits(process->all[0])) {
          ++permits;
          process->all[0].door->Release(0, std::nullopt);
        }
        process->clock.Advance(milliseconds(1));
      }
    }
  };
  const auto move = [](Process& from, Process& to, double share_from, double share_to) {
    for (Worker& worker : from.all) worker.door->SetShare(share_from / 4);
    for (Worker& worker : to.all) worker.door->SetShare(share_to / 4);
  };
  run(minutes(3));
  EXPECT_GE(permits, 3 * 600 * 95 / 100);
  EXPECT_LE(permits, 3 * 600);
  move(here, there, 0.5, 0.5);
  run(minutes(3));
  EXPECT_GE(permits, 6 * 600 * 95 / 100);
  move(there, here, 0, 1);
  run(minutes(3));
  EXPECT_GE(permits, 9 * 600 * 95 / 100);
  EXPECT_LE(permits, 9 * 600);
}

}  // namespace
}  // namespace penstock
