// Deletes and compacts what a topic need not keep, little by little.
#pragma once

#include "base/clock.h"
#include "base/log.h"
#include "base/result.h"
#include "log/local/store.h"

namespace penstock::local {

// Done by writers, after what they came for.
class Upkeep {
 public:
  Upkeep(Store& store, const Clock& clock, const Logger* logger) : store_(store), clock_(clock), logger_(logger) {}

  // A bounded step, if the last one was long enough ago.
  Result<void> RunNowAndThen();

 private:
  [[maybe_unused]] Store& store_;
  [[maybe_unused]] const Clock& clock_;
  [[maybe_unused]] const Logger* logger_;
};

}  // namespace penstock::local
