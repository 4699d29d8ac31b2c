// A process of the simulation: it starts, works, is stopped, is killed, and starts again.
#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "base/log.h"
#include "log/session.h"
#include "log/sim/sim_cluster.h"
#include "pipeline/plan.h"
#include "tests/faults/actor.h"
#include "tests/faults/scenario.h"

namespace penstock::faults {

// What all processes of a run share.
struct Surroundings {
  const Scenario& scenario;
  const Plan& plan;
  sim::SimCluster& brokers;
  const Clock& clock;
  const Logger& logger;
  Verdict& verdict;
};

class Process {
 public:
  // The surroundings, and what is scheduled, live as long as the process at least; it does not move.
  Process(int number, Surroundings surroundings) : number_(number), surroundings_(surroundings) {}
  Process(const Process&) = delete;
  Process& operator=(const Process&) = delete;
  ~Process() { Kill(); }

  bool runs() const { return actor_ != nullptr; }
  // With the transactional id that it always has, and a session that is new. Where it is about to end, after that.
  void Start();
  // At this moment, with everything that it has.
  void Kill();
  // It finishes what it has begun, and leaves the group.
  void End() { ending_ = true; }
  // Nothing of it runs for so long; it does not know.
  void Stop(Duration time);

 private:
  void StepLater(const std::shared_ptr<sim::Host>& host);
  void Step();
  std::unique_ptr<Session> NewSession(const std::shared_ptr<sim::Host>& host);

  const int number_;
  Surroundings surroundings_;
  int starts_ = 0;
  bool ending_ = false;
  bool again_ = false;               // starts once it has ended
  std::shared_ptr<sim::Host> host_;  // also of what is on the way to it
  std::unique_ptr<Actor> actor_;
};

}  // namespace penstock::faults
