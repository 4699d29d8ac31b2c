#include "app/run_loop.h"

#include <unistd.h>

#include <optional>
#include <set>
#include <string>

#include "pipeline/drain.h"
#include "pipeline/summary.h"

namespace penstock::app {
namespace {

constexpr Duration kTick = std::chrono::milliseconds(50);
constexpr Duration kDrainInterval = std::chrono::milliseconds(200);  // each look asks the log, or its cluster
constexpr Duration kLiveInterval = std::chrono::milliseconds(500);
constexpr Duration kLogInterval = std::chrono::seconds(10);
constexpr Duration kHangPatience = std::chrono::seconds(10);  // a run of an embedded model that takes longer hangs
constexpr Duration kWatchInterval = std::chrono::seconds(1);
constexpr int kExitStoppedTwice = 130;

// The status, again and again.
class StatusReport {
 public:
  StatusReport(const Engine& engine, bool live, const Clock& clock, const Logger& logger)
      : engine_(engine), live_(live), clock_(clock), logger_(logger), last_at_(clock.Monotonic()) {}

  // The terminal goes on below the last status.
  ~StatusReport() {
    if (shown_) Write("\n");
  }
  StatusReport(const StatusReport&) = delete;
  StatusReport& operator=(const StatusReport&) = delete;

  void ShowIfDue() {
    const Duration now = clock_.Monotonic();
    if (now - last_at_ < (live_ ? kLiveInterval : kLogInterval)) return;
    EngineSnapshot snapshot = engine_.Snapshot();
    const std::string line = StatusLine(snapshot, last_, now - last_at_);
    if (live_) {
      shown_ = true;
      Write(std::string(kClearLine) + line);
    } else if (snapshot.records != last_.records) {
      logger_.Info("running", {{"status", line}});
    }
    last_ = std::move(snapshot);
    last_at_ = now;
  }

 private:
  // A terminal that takes nothing any more is no reason to stop.
  static void Write(const std::string& text) { (void)!write(STDERR_FILENO, text.data(), text.size()); }

  const Engine& engine_;
  bool live_;
  const Clock& clock_;
  const Logger& logger_;
  EngineSnapshot last_;
  Duration last_at_;
  bool shown_ = false;
};

// Names each model that hangs, once each time.
class ModelWatch {
 public:
  ModelWatch(const Engine& engine, const Logger& logger) : engine_(engine), logger_(logger) {}

  void LookIfDue(Duration now) {
    if (now < next_look_) return;
    next_look_ = now + kWatchInterval;
    for (const BoundModel& bound : engine_.plan().models) {
      const std::optional<Duration> run = bound.model->LongestRun();
      if (!run || *run < kHangPatience)
        hanging_.erase(bound.name);
      else if (hanging_.insert(bound.name).second)
        logger_.Warn("a model has not come back", {{"model", bound.name},
                                                   {"version", bound.model->info().version},
                                                   {"running_s", run->count() / 1'000'000'000}});
    }
  }

 private:
  const Engine& engine_;
  const Logger& logger_;
  Duration next_look_{};
  std::set<std::string> hanging_;
};

void StopOnSignal(Engine& engine, const Logger& logger, int& signals_seen) {
  if (++signals_seen > 1) _exit(kExitStoppedTwice);
  logger.Info("stopping: finishing what was read; a second signal stops at once");
  engine.RequestStop();
}

}  // namespace

Result<void> RunLoop(Engine& engine, Log& log, const StopSignals& signals, const RunLoopOptions& options,
                     const Clock& clock, const Logger& logger) {
  std::optional<PipelineDrain> drain;
  if (options.drain) {
    TRY_ASSIGN(drain, PipelineDrain::Begin(engine.plan(), log));
  }
  StatusReport status(engine, options.live, clock, logger);
  ModelWatch watch(engine, logger);
  int signals_seen = 0;
  Duration next_look = clock.Monotonic();
  while (!engine.HasEnded()) {
    if (signals.Wait(kTick)) StopOnSignal(engine, logger, signals_seen);
    status.ShowIfDue();
    watch.LookIfDue(clock.Monotonic());
    if (!drain || signals_seen > 0 || clock.Monotonic() < next_look) continue;
    next_look = clock.Monotonic() + kDrainInterval;
    const Result<bool> drained = drain->IsDone();
    // The workers wait too while the log is away.
    if (!drained && drained.error().kind != ErrorKind::kUnavailable) return tl::unexpected<Error>(drained.error());
    if (!drained || !*drained) continue;
    drain.reset();
    engine.RequestStop();
  }
  return engine.Join();
}

}  // namespace penstock::app
