// The way between processes and brokers, on which requests and answers are delayed and lost.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string>

#include "log/cluster/client.h"
#include "log/sim/code.h"
#include "log/sim/random.h"
#include "log/sim/scheduler.h"
#include "log/sim/trace.h"

namespace penstock::sim {

// How many of a thousand requests fare so.
struct NetworkFaults {
  int64_t lost_there = 0;
  int64_t lost_back = 0;  // served, but nobody is told
  int64_t late = 0;       // given up by who sent it, and served long after that
  int64_t slow = 0;
};

// How often what came about: a simulation in which something never does has not tested it.
struct Tally {
  std::map<Code, uint64_t> answers;
  std::map<cluster::Fate, uint64_t> fates;
  uint64_t stragglers = 0;  // transactions that left a request behind
};

// A process. Shared by its clients and by what is on the way to them, which outlives them.
struct Host {
  std::string name;
  bool alive = true;         // once false, for ever: nothing of it runs any more
  Duration stopped_until{};  // nothing of it runs before; what arrives waits
};

class Network {
 public:
  // All outlive the network.
  Network(Scheduler& scheduler, Random& random, Trace& trace) : scheduler_(scheduler), random_(random), trace_(trace) {}

  void SetFaults(const NetworkFaults& faults) { faults_ = faults; }
  // No request reaches a broker before this moment.
  void CutUntil(Duration moment) { cut_until_ = moment; }
  bool IsCut() const { return scheduler_.now() < cut_until_; }

  // Runs `serve` at the brokers, if the request gets there, and then `done(true)` in the process; `done(false)` where
  // the answer does not come, although `serve` may run yet. Of `done` nothing runs once the host or `alive` has ended.
  // `what` is a literal.
  void Send(const std::shared_ptr<Host>& host, const std::weak_ptr<void>& alive, const char* what,
            std::function<void()> serve, std::function<void(bool answered)> done);
  // Runs something in a process, after a delay.
  void Later(const std::shared_ptr<Host>& host, const std::weak_ptr<void>& alive, Duration delay,
             std::function<void()> action);

  Scheduler& scheduler() { return scheduler_; }
  Random& random() { return random_; }
  Trace& trace() { return trace_; }
  Tally& tally() { return tally_; }

 private:
  struct Passage {
    bool arrives = true;
    bool answered = true;
    const char* fate = "";
    Duration there{};
    Duration back{};  // or until the sender gives up
  };

  Passage Draw();

  Scheduler& scheduler_;
  Random& random_;
  Trace& trace_;
  Tally tally_;
  NetworkFaults faults_;
  Duration cut_until_{};
};

}  // namespace penstock::sim
