// What Caller promises.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "model/call/backoff.h"
#include "model/call/call_table.h"
#include "model/call/caller.h"
#include "model/call/endpoint_set.h"
#include "model/call/timer_heap.h"

namespace penstock::call {

// A call waits in a queue until the limiter permits an attempt and an endpoint is up; then its timer is the attempt's
// time-out; after a failure it is the back-off's, and the call comes into the queue of those that are due. Time in a
// queue is nobody's fault and uses nothing up.
class WorkerCaller final : public Caller, private AttemptSink {
 public:
  WorkerCaller(const CallPolicy& policy, Limiter& limiter, std::function<void()> wake, Transport& transport,
               CallSink& sink, const Clock& clock, uint64_t seed, CallMetrics& metrics);
  ~WorkerCaller() override;
  WorkerCaller(const WorkerCaller&) = delete;
  WorkerCaller& operator=(const WorkerCaller&) = delete;

  void Start(CallId id, std::string payload, int64_t tokens) override;
  void Cancel(CallId id) override;
  bool HasBegun(CallId id) const override;
  size_t PayloadBytes(CallId id) const override;
  Duration Turn() override;
  void Hold(bool hold) override { held_ = hold; }
  void SetShare(double share) override { door_->SetShare(share); }
  bool IsAboveShare() const override { return door_->IsAboveShare(); }

 private:
  struct Arrival {
    AttemptId attempt;
    AttemptOutcome outcome;
  };

  void AttemptEnded(AttemptId id, AttemptOutcome outcome) override;

  void TakeArrivals(Duration now);
  void FireTimers(Duration now);
  void TimeOut(Slot slot, Duration now);
  // Serves the queues, and returns how long there is nothing more to do for them.
  Duration Serve(Duration now);
  void CountWaiting();
  Duration EndForOutage(Duration now);
  Slot NextInQueues() const;
  void BeginAttempt(Slot slot, Duration now);
  // What an outcome means to the limiter, to the endpoint and to the accounts.
  void TakeOutcome(Call& call, const AttemptOutcome& outcome, Duration now);
  // Gives back what the attempt held of the limiter and of its endpoint.
  void ReleaseAttempt(Call& call, Health health, std::optional<int64_t> tokens_used, Duration now);
  // Decides what comes after an attempt.
  void Settle(Slot slot, AttemptOutcome& outcome, Duration now);
  void Retry(Slot slot, AttemptOutcome& outcome, bool in_outage, Duration now);
  void Finish(Slot slot, CallResult result, AttemptOutcome outcome, Duration now);
  void EndPause(Slot slot);
  // Takes a call out of whatever it is in. It stays in the table.
  void Leave(Slot slot);
  void Withdraw();

  const CallPolicy policy_;
  Transport& transport_;
  CallSink& sink_;
  const Clock& clock_;
  CallMetrics& metrics_;
  std::unique_ptr<LimiterDoor> door_;
  EndpointSet endpoints_;
  Backoff backoff_;
  CallTable calls_;
  CallQueue fresh_{calls_};
  CallQueue due_{calls_};
  TimerHeap timers_;
  std::vector<Arrival> arrivals_;  // since the last turn
  bool held_ = false;
  bool asking_ = false;                        // the door keeps a place for us, or a wake for others
  CallWait blocked_by_ = CallWait::kInFlight;  // what the queues wait for, where they are not empty
  int64_t told_pauses_ = 0;                    // calls that pause for as long as the provider said
};

}  // namespace penstock::call
