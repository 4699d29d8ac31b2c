// Random lives of calls, of several processes with several workers each, in virtual time; and what must hold in each.
#pragma once

#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <queue>
#include <random>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "model/call/caller.h"

namespace penstock::call {

// One schedule. All in it follows from the seed.
class Schedule {
 public:
  explicit Schedule(uint64_t seed);
  ~Schedule();
  Schedule(const Schedule&) = delete;
  Schedule& operator=(const Schedule&) = delete;

  // Runs it. Returns what was broken; empty: nothing.
  std::string Run();

  // What came about, so that a test can tell that all of it does.
  std::map<std::string, uint64_t> seen;

 private:
  struct Process;
  struct Worker;
  struct CallLife {
    size_t worker = 0;
    bool over = false;
    uint32_t begun = 0;
    AttemptId open = 0;
    AttemptEnd last = AttemptEnd::kFailed;
    Duration not_before{};
    Duration spent{};  // in attempts
  };
  struct Attempt {
    CallId call = 0;
    size_t worker = 0;
    Duration began{};
    AttemptSink* sink = nullptr;
    AttemptOutcome outcome;
    bool open = true;
  };
  enum class Kind : uint8_t { kOutcome, kStart, kCancel, kHold, kMoveShare, kGrowShare, kOutage };
  struct Event {
    Duration at;
    uint64_t order;
    Kind kind;
    uint64_t subject;
    bool operator>(const Event& other) const { return at != other.at ? at > other.at : order > other.order; }
  };

  int64_t Between(int64_t low, int64_t high);
  bool Chance(int64_t percent) { return Between(0, 99) < percent; }
  Duration BetweenMs(int64_t low, int64_t high);
  void Broken(const std::string& what);

  void ChoosePolicy();
  void ChooseLimits();
  void MakeProcesses();
  void WriteScript();
  void Push(Duration at, Kind kind, uint64_t subject);

  void RunUntil(Duration end);
  void TurnWorkers();
  void Handle(const Event& event);
  void StartCall(size_t number);
  void CancelCall(CallId id);
  void MoveShare();
  void SetPartitions(size_t worker, int64_t partitions);
  AttemptOutcome DrawOutcome(CallId id, bool& hangs);
  void AddQuota(AttemptOutcome& outcome);
  void Deliver(AttemptId id);
  void Drain();
  void CheckAtTheEnd(bool drained);
  void CheckLimiterIsWhole(Process& process);

  // What the workers' transports and sinks report, and the rules that it has to keep.
  void Begun(Worker& worker, AttemptId id, std::string_view payload, AttemptSink& sink);
  void CheckCall(Worker& worker, const CallLife& life, CallId id, std::string_view payload);
  void CheckLimits(const Process& process);
  void CheckTurns(Worker& worker);
  void CheckWaiting(const Worker& worker);
  void CountTokens(int64_t tokens);
  void Closed(AttemptId id);
  void Abandoned(AttemptId id);
  void Ended(Worker& worker, CallId id, const CallEnd& end);
  void CheckResult(const CallLife& life, CallId id, const CallEnd& end);

  uint64_t seed_;
  std::mt19937_64 random_;
  ManualClock clock_;
  CallPolicy policy_;
  Duration lag_{};  // how late a worker may come
  bool learns_limits_ = false;
  bool always_up_ = false;  // no breaker opens
  int64_t tokens_each_ = 0;
  int64_t free_partitions_ = 0;
  bool outage_ = false;
  bool draining_ = false;
  uint64_t turns_ = 0;
  uint64_t order_ = 0;
  std::string broken_;
  std::vector<std::unique_ptr<Process>> processes_;
  std::vector<std::unique_ptr<Worker>> workers_;
  std::vector<CallLife> calls_;
  std::unordered_map<AttemptId, Attempt> attempts_;
  std::priority_queue<Event, std::vector<Event>, std::greater<>> events_;
  std::deque<Duration> begins_;                      // within the last minute
  std::deque<std::pair<Duration, int64_t>> tokens_;  // the same: taken, and given back
  int64_t tokens_in_minute_ = 0;
};

}  // namespace penstock::call
