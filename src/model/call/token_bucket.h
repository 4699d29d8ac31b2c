// Paces what a minute may hold.
#pragma once

#include <cstdint>
#include <optional>

#include "base/clock.h"

namespace penstock::call {

// Of a limit L, it holds credit for a burst of 1 + L/100, and gains L - L/100 in a window of 61.5 s. So each half-open
// window takes less than L + 1 of it: at most L, and 99 % of L (all of a small L) where something always waits. All is
// integers: no credit is lost or earned by rounding.
//
// Whoever counts at the other end of a network sees what was taken a while later. As long as this while varies by no
// more than 1.5 s, what arrives there within a minute was taken within a window: at most L; and on average, 96.5 % of
// L.
//
// Where several processes have a limit together, and each the whole number of its part, their sum holds as well. While
// parts move from one to another, each giver may have taken up to one more than its time was worth, so who gains pays
// for eight givers and for their bursts: 8 + 1/16 of its gain. Only what is gained within the first seconds, when a
// process's workers get their partitions one after another, costs nothing.
//
// A part of less than 1 comes to 1 in so many windows: its average holds, a single window need not.
//
// Used by one thread at a time; `now` never goes back.
class TokenBucket {
 public:
  // What holds no more than the limit of a minute.
  static constexpr Duration kWindow = std::chrono::milliseconds(61'500);

  // `first`: the credit to begin with, as far as a burst holds it.
  TokenBucket(int64_t first, Duration now) : first_(first), refilled_(now) {}

  // A limit of 0 lets nothing through. Credit never grows by a change.
  void SetLimit(double per_minute, Duration now);

  // Nothing: not ever, as it is. Zero: `amount` can be taken now, and `reserved` is left for others. What is larger
  // than a burst needs but a full bucket.
  std::optional<Duration> WaitFor(int64_t amount, int64_t reserved, Duration now);

  // Credit may become negative.
  void Take(int64_t amount);
  // What was taken in vain; takes more where it is negative, up to ten windows' worth of debt.
  void Return(int64_t amount, Duration now);

  int64_t burst() const { return burst_; }

 private:
  // A unit of credit is what a rate of one millionth a window gains in a nanosecond.
  __extension__ using Credit = __int128;

  Credit Capacity() const;
  void Refill(Duration now);
  void Change(int64_t limit_millionths, Duration now);

  int64_t first_;
  int64_t limit_millionths_ = 0;
  int64_t rate_millionths_ = 0;  // a window
  int64_t burst_ = 1;
  Credit credit_ = 0;
  Duration refilled_;
  std::optional<Duration> begun_;  // when it first had a limit
};

}  // namespace penstock::call
