// How often a worker looks for the answers of its models.
#pragma once

#include <algorithm>
#include <cstddef>
#include <vector>

#include "base/clock.h"

namespace penstock {

// Answers that come one by one find a thread asleep, and cold caches: taken several at a time, each costs a good part
// less. So a worker lets them lie for a moment, which is short beside what the models take to answer (so long the place
// of a call that has ended is empty) and beside the commit interval, for which their outputs wait anyway. Used by one
// thread.
class AnswerPace {
 public:
  explicit AnswerPace(size_t models) : typical_(models) {}

  // An answer of this model came so long after it was first asked.
  void Note(size_t model, Duration took) {
    Duration& typical = typical_[model];
    typical = typical == Duration(0) ? took : typical + (took - typical) / kNotesSmoothed;
  }

  // How long answers may lie while so many calls are under way. Nothing where hardly one would come meanwhile.
  Duration Rest(size_t calls, Duration commit_interval) const {
    const Duration typical = Typical();
    if (typical == Duration(0) || calls == 0) return Duration(0);
    const Duration between = typical / static_cast<int64_t>(calls);
    const Duration rest =
        std::min({between * kAnswersTogether, typical / kTypicalParts, commit_interval / kIntervalParts});
    return rest < 2 * between ? Duration(0) : rest;
  }

 private:
  static constexpr int kNotesSmoothed = 8;
  static constexpr int kAnswersTogether = 16;
  static constexpr int kTypicalParts = 64;  // an empty place for half of it: less than 1 % of the rate
  static constexpr int kIntervalParts = 5;

  // Of the quickest model that has answered.
  Duration Typical() const {
    Duration shortest(0);
    for (const Duration typical : typical_)
      if (typical > Duration(0) && (shortest == Duration(0) || typical < shortest)) shortest = typical;
    return shortest;
  }

  std::vector<Duration> typical_;  // by model; 0: it has not answered yet
};

}  // namespace penstock
