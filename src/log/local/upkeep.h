// Deletes and compacts what a topic need not keep, little by little.
#pragma once

#include <optional>
#include <vector>

#include "base/clock.h"
#include "base/log.h"
#include "base/result.h"
#include "log/local/compaction.h"
#include "log/local/store.h"

namespace penstock::local {

// Done by writers, after what they came for, in transactions that are bounded: whoever waits for a turn to write does
// not wait long. Several processes may do it at once. Used by the store's thread.
class Upkeep {
 public:
  // `logger` may be null.
  Upkeep(Store& store, const Clock& clock, const Logger* logger) : store_(store), clock_(clock), logger_(logger) {}

  // A step of it, if the last one was long enough ago. What fails is logged, and tried again: those who append have
  // their records in the log already.
  void RunNowAndThen();

  // All of it.
  Result<void> Run();

 private:
  struct Place {
    const Topic* topic = nullptr;
    int64_t slot = 0;
  };

  // One bounded step. True when all is done.
  Result<bool> Step();
  // Those that keep less than everything.
  Result<void> ListPlaces();
  // True where nothing was left to do.
  Result<bool> StepOf(const Place& place);

  Store& store_;
  const Clock& clock_;
  const Logger* logger_;
  std::optional<Duration> last_;
  std::vector<Place> places_;  // still to be looked after in this round
  std::optional<Compaction> compaction_;
};

}  // namespace penstock::local
