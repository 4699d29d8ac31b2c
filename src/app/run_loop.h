// What the main thread does while a pipeline runs.
#pragma once

#include <string_view>

#include "app/stop_signals.h"
#include "base/clock.h"
#include "base/log.h"
#include "base/result.h"
#include "log/log.h"
#include "pipeline/engine.h"

namespace penstock::app {

// Sends a terminal's cursor to the start of its line, and clears that.
inline constexpr std::string_view kClearLine = "\r\x1b[K";

struct RunLoopOptions {
  bool drain = false;
  bool live = false;  // one line on stderr that is written over and over, instead of log lines
};

// Shows how the pipeline is doing, and names models that hang, until it is drained, stopped by a signal, or cannot go
// on. Then waits for its workers. A second signal ends the process at once, with the exit code 130: what was committed
// is whole, and the rest will be done again.
Result<void> RunLoop(Engine& engine, Log& log, const StopSignals& signals, const RunLoopOptions& options,
                     const Clock& clock, const Logger& logger);

}  // namespace penstock::app
