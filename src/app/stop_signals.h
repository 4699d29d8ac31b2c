// SIGINT and SIGTERM, as something that can be waited for.
#pragma once

#include <csignal>

#include "base/clock.h"

namespace penstock::app {

// Blocks both signals for this thread and all that it starts afterwards. One at a time.
class StopSignals {
 public:
  StopSignals();
  // The signals do again what they did before.
  ~StopSignals();
  StopSignals(const StopSignals&) = delete;
  StopSignals& operator=(const StopSignals&) = delete;

  // Waits for one of them, at most so long; true if one came.
  bool Wait(Duration patience) const;

 private:
  sigset_t signals_;
  sigset_t before_;
};

}  // namespace penstock::app
