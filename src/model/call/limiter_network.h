// For tests: processes that ask as much as they may, and when that arrives at the other end of a network.
#pragma once

#include <algorithm>
#include <cstdint>
#include <iterator>
#include <memory>
#include <random>
#include <vector>

#include "base/clock.h"
#include "model/call/limiter.h"

namespace penstock::call {

// How long requests are on their way, besides what all of them take.
enum class Weather : uint8_t {
  kAnything,  // up to the most
  kMostlyGood,
  kJams,  // now and then nothing moves for a while, and then all of it arrives at once
};

// Processes that have parts of a limit, and always want more; and the provider.
class Network {
 public:
  explicit Network(uint64_t seed) : random_(seed), weather_(static_cast<Weather>(seed % 3)), base_(Ms(1, 400)) {
    constexpr int64_t kLimits[] = {8, 64, 104, 192, 600, 5'000, 16'000};
    limit_ = kLimits[seed % std::size(kLimits)];
    workers_.resize(static_cast<size_t>(Between(1, 4)));
    std::vector<int64_t> parts(workers_.size(), 1);
    for (int64_t part = static_cast<int64_t>(workers_.size()); part < kParts; ++part)
      ++parts[static_cast<size_t>(Between(0, static_cast<int64_t>(workers_.size()) - 1))];
    for (size_t i = 0; i < workers_.size(); ++i) {
      workers_[i].limiter = Limiter::Make({1'000'000, limit_, std::nullopt}, clock_);
      workers_[i].door = workers_[i].limiter->NewDoor([] {});
      workers_[i].door->SetShare(static_cast<double>(parts[i]) / kParts);
    }
  }

  void Run(Duration end) {
    while (clock_.Monotonic() < end) {
      Worker& worker = *std::ranges::min_element(workers_, {}, &Worker::due);
      clock_.Advance(std::max(worker.due - clock_.Monotonic(), Duration(0)));
      worker.due = clock_.Monotonic() + Serve(worker) + Ms(0, 10);
    }
    std::ranges::sort(arrivals_);
  }

  int64_t limit() const { return limit_; }
  const std::vector<Duration>& arrivals() const { return arrivals_; }

 private:
  struct Worker {
    std::unique_ptr<Limiter> limiter;  // of its process
    std::unique_ptr<LimiterDoor> door;
    Duration due{};
  };

  static constexpr Duration kDelayMax = std::chrono::milliseconds(1500);
  static constexpr int64_t kParts = 8;

  int64_t Between(int64_t low, int64_t high) {
    return low + static_cast<int64_t>(random_() % static_cast<uint64_t>(high - low + 1));
  }
  Duration Ms(int64_t low, int64_t high) { return std::chrono::milliseconds(Between(low, high)); }

  // Sends what it may, and returns how long there is nothing more to do.
  Duration Serve(Worker& worker) {
    for (;;) {
      const LimiterDoor::Answer answer = worker.door->Ask(0);
      if (!answer.permitted) return answer.wait.value_or(std::chrono::seconds(1));
      worker.door->Release(0, std::nullopt);
      arrivals_.push_back(clock_.Monotonic() + base_ + Delay());
    }
  }

  Duration Delay() {
    constexpr int64_t kMostMs = kDelayMax / std::chrono::milliseconds(1);
    const Duration now = clock_.Monotonic();
    switch (weather_) {
      case Weather::kAnything: return Ms(0, kMostMs);
      case Weather::kMostlyGood: return Ms(0, Between(0, 99) < 3 ? kMostMs : 40);
      case Weather::kJams:
        if (now >= jam_end_ + std::chrono::milliseconds(jam_pause_ms_)) {
          jam_end_ = now + Ms(kMostMs / 2, kMostMs);
          jam_pause_ms_ = Between(1, 40'000);
        }
        return std::max(jam_end_ - now, Duration(0));
    }
    return Duration(0);
  }

  std::mt19937_64 random_;
  ManualClock clock_;
  const Weather weather_;
  const Duration base_;
  int64_t limit_ = 0;
  std::vector<Worker> workers_;
  std::vector<Duration> arrivals_;
  Duration jam_end_{};
  int64_t jam_pause_ms_ = 0;
};

}  // namespace penstock::call
