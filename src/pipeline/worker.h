// One thread that runs a stage over the partitions which its session holds.
#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <vector>

#include "base/clock.h"
#include "base/counter.h"
#include "base/event_loop.h"
#include "base/gauge.h"
#include "base/histogram.h"
#include "base/log.h"
#include "base/result.h"
#include "log/session.h"
#include "pipeline/arrivals.h"
#include "pipeline/plan.h"
#include "pipeline/stage.h"

namespace penstock {

// How far a worker is behind on a partition that it holds.
struct PartitionLag {
  TopicPartition partition;
  int64_t records = 0;
  int64_t time_ms = 0;  // between the last record that was read and now; 0 where none is left
};

// What a worker counts. The worker writes, any thread reads.
struct alignas(kInterferenceBytes) WorkerMetrics {
  explicit WorkerMetrics(const Plan& plan) : stage(plan) {}

  StageMetrics stage;
  Counter commits;
  Counter fenced_partitions;
  Counter lost_records;  // deleted by retention before they were read
  Counter repeated;      // records of which an earlier owner had done later ones: their models may have been asked
  Counter given_up;      // events whose calls were given up, because their partition was wanted elsewhere
  Gauge in_flight;       // events that are taken, and not done
  Gauge in_flight_bytes;
  Gauge buffered_bytes;
  Histogram commit_ns;      // from Commit to Committed
  Histogram latency_ns;     // from a record's timestamp to the commit of what became of it
  Histogram processing_ns;  // from the arrival of a record's batch to that commit

  std::vector<PartitionLag> Lags() const;
  void SetLags(std::vector<PartitionLag> lags);

 private:
  mutable std::mutex mutex_;
  std::vector<PartitionLag> lags_;
};

struct WorkerLimits {
  size_t buffered_bytes_max = size_t{8} << 20;  // of outputs that are not committed yet; above, nothing more is read
  size_t commit_bytes = size_t{4} << 20;        // so much is committed before the interval is over
  size_t record_bytes_max = size_t{60} << 20;   // what is larger becomes a dead letter
  // Of events that are with a model or wait for one; above, nothing more is read. Of those that wait, one partition may
  // have half.
  size_t in_flight_max = 2048;
  size_t calls_max = 0;  // so many of them may be with the models at one time
  size_t in_flight_bytes_max = size_t{64} << 20;
  int32_t partitions = 1;  // of all topics that the stage reads: what is held is a share of them
};

// Makes a worker's stage, which tells `arrivals` of each event that is done.
using StageMaker = std::function<Result<std::unique_ptr<Stage>>(Arrivals& arrivals)>;

// Used by one thread, but for Stop().
class Worker : private DescriptorWatcher {
 public:
  // Runs the stage `prepare`. All outlive the worker.
  static Result<std::unique_ptr<Worker>> Make(const Plan& plan, std::unique_ptr<Session> session,
                                              WorkerMetrics& metrics, const Clock& clock, const Logger& logger,
                                              const WorkerLimits& limits = {});
  // Runs another stage. The worker waits in the loop, which outlives it; without one, in its session.
  static Result<std::unique_ptr<Worker>> MakeWith(const Plan& plan, const StageMaker& make_stage,
                                                  std::unique_ptr<Session> session, EventLoop* loop,
                                                  WorkerMetrics& metrics, const Clock& clock, const Logger& logger,
                                                  const WorkerLimits& limits);
  ~Worker() override;
  Worker(const Worker&) = delete;
  Worker& operator=(const Worker&) = delete;

  // Works until it is stopped, or cannot go on. When it was stopped, everything that was read is committed, or given up
  // because the commit took longer than ten seconds: then others will do it again.
  Result<void> Run();

  // One round of Run: polls, processes, commits. For tests and simulations. False when it is done.
  Result<bool> Step(Duration wait);

  // From any thread. Run returns soon.
  void Stop();

  // Any thread.
  SessionHealth Health() const { return session_->Health(); }

  const Stage& stage() const { return *stage_; }

 private:
  // A partition that this worker holds, and what was done of it since the last commit.
  struct Held : HeldPartition {
    std::optional<Duration> drain_until;  // another member wants it: until then, calls may go on
    bool paused = false;
    int64_t begun_end = 0;  // an earlier owner had done records up to here, but not all
    PartitionLag lag;
    int64_t last_timestamp_ms = 0;

    bool revoking() const { return drain_until.has_value(); }
  };

  Worker(const Plan& plan, std::unique_ptr<Session> session, WorkerMetrics& metrics, const Clock& clock,
         const Logger& logger, const WorkerLimits& limits, EventLoop* loop);

  Result<void> Wait(Duration wait);
  // For the session alone, as long as answers may lie.
  void WaitInLoop(Duration wait);
  void OnReady(int /*descriptor*/, uint32_t /*events*/) override { session_ready_ = true; }
  void BeginStop(Duration now);
  void Handle(const Assigned& event);
  void Handle(const Revoking& event);
  void Handle(const Lost& event);
  void Handle(const Committed& event);
  // Commits the work again, with dead letters in the place of what was refused.
  Result<void> Handle(Refused& event);
  Result<void> HandleEvents();
  void Process(const Delivery& delivery);
  void NoteLoss(const Fetched& fetched);
  void NoteRepeats(const Held& held, const Fetched& fetched);
  // Gives up calls whose time to drain is over.
  void EndDrains(Duration now);
  void GiveUp(Held& held, bool only_queued);
  void HoldWhileCommitHangs(Duration now);
  void UpdateShare();
  void TellLags(Duration now);
  void CommitIfDue(Duration now);
  void Commit(Duration now);
  void ReleaseRevoked();
  void ApplyBackPressure();
  bool HasWork() const;
  bool IsFull(const InFlight& in_flight, size_t parts, bool paused) const;
  size_t BufferedBytes() const;
  Held* Find(const TopicPartition& partition);
  static bool IsBefore(const std::unique_ptr<Held>& held, const TopicPartition& partition) {
    return held->partition < partition;
  }
  std::vector<TopicPartition> HeldPartitions() const;
  Duration WaitUntilDue(Duration now) const;
  // Where records may come twice, nothing waits for a commit; but for answers that took a model long: they come one by
  // one, and a commit of each would cost more than all else that is done for it.
  Duration CommitInterval() const;

  const Plan& plan_;
  WorkerMetrics& metrics_;
  const Clock& clock_;
  const Logger& logger_;
  WorkerLimits limits_;
  std::unique_ptr<Session> session_;
  std::unique_ptr<Stage> stage_;
  Delivery delivery_;
  std::vector<std::unique_ptr<Held>> held_;  // of stable addresses, in the order of their partitions
  std::optional<CommitId> committing_;
  size_t committing_bytes_ = 0;  // of outputs that it has taken
  Duration commit_started_{};
  Duration last_commit_{};
  Arrivals arrivals_;                         // since the last commit was begun
  std::vector<Arrival> committing_arrivals_;  // of the commit that is under way
  bool paused_ = false;                       // all partitions
  std::optional<Duration> lags_told_;         // none: partitions have gone since
  bool holding_ = false;
  EventLoop* loop_;
  bool session_ready_ = true;  // it may have something
  Duration last_poll_{};
  Duration answers_taken_{};  // when they were last looked for
  Duration stage_due_{};      // the next moment at which the stage has something to do
  std::atomic<bool> stopping_{false};
  std::optional<Duration> stop_deadline_;
};

}  // namespace penstock
