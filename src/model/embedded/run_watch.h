// Which runs of a model are under way, and for how long.
#pragma once

#include <algorithm>
#include <atomic>
#include <cstdint>
#include <list>
#include <mutex>
#include <optional>

#include "base/clock.h"

namespace penstock::embedded {

// Predictors write their own slots, without a lock; whoever watches over models reads them all.
class RunWatch {
 public:
  class Slot {
   public:
    void Begin(Duration now) { since_.store(now.count(), std::memory_order_relaxed); }
    void End() { since_.store(kIdle, std::memory_order_relaxed); }

   private:
    friend class RunWatch;
    static constexpr int64_t kIdle = INT64_MIN;
    std::atomic<int64_t> since_{kIdle};
  };

  // The slot lives until Remove().
  Slot& Add() {
    const std::lock_guard lock(mutex_);
    return slots_.emplace_back();
  }

  void Remove(const Slot& slot) {
    const std::lock_guard lock(mutex_);
    slots_.remove_if([&slot](const Slot& other) { return &other == &slot; });
  }

  std::optional<Duration> Longest(Duration now) const {
    const std::lock_guard lock(mutex_);
    std::optional<Duration> longest;
    for (const Slot& slot : slots_) {
      const int64_t since = slot.since_.load(std::memory_order_relaxed);
      if (since == Slot::kIdle) continue;
      // A run may begin after `now` was read.
      longest = std::max({longest.value_or(Duration(0)), now - Duration(since)});
    }
    return longest;
  }

 private:
  mutable std::mutex mutex_;
  std::list<Slot> slots_;
};

}  // namespace penstock::embedded
