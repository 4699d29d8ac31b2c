// Time is an argument: what needs the time is given a Clock. Steps get none: their time is the event's.
#pragma once

#include <atomic>
#include <chrono>
#include <string>

namespace penstock {

using Duration = std::chrono::nanoseconds;

// A moment in UTC, without leap seconds, from the year 1678 to 2262.
using WallTime = std::chrono::sys_time<Duration>;

// Used by many threads at once.
class Clock {
 public:
  virtual ~Clock() = default;

  // The time of day. It may jump, forwards and backwards, when someone sets the machine's clock.
  virtual WallTime Now() const = 0;

  // The time since an arbitrary start that is the same for the whole process. It never goes back: for deadlines and
  // latencies.
  virtual Duration Monotonic() const = 0;
};

// The machine's clock; it lives as long as the process.
const Clock& RealClock();

// A clock that stands still until it is moved: for tests and simulations.
class ManualClock final : public Clock {
 public:
  explicit ManualClock(WallTime now = {}) : now_(now.time_since_epoch()) {}

  WallTime Now() const override { return WallTime(now_.load()); }
  Duration Monotonic() const override { return monotonic_.load(); }

  // Sets the time of day, as someone who sets the machine's clock would: monotonic time does not change.
  void Set(WallTime now) { now_.store(now.time_since_epoch()); }

  // Lets time pass, for both clocks. `elapsed` is not negative. One thread at a time moves the clock.
  void Advance(Duration elapsed);

 private:
  std::atomic<Duration> now_;
  std::atomic<Duration> monotonic_{Duration(0)};
};

// As in "2026-11-21T07:42:00.123Z": RFC 3339, in UTC, rounded down to the millisecond.
std::string FormatRfc3339(WallTime time);

}  // namespace penstock
