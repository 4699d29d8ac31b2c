#include "tests/faults/process.h"

#include <utility>

#include "log/cluster/cluster_session.h"
#include "log/sim/sim_client.h"
#include "tests/faults/engine_worker.h"

namespace penstock::faults {

std::unique_ptr<Session> Process::NewSession(const std::shared_ptr<sim::Host>& host) {
  SessionOptions session;
  session.group = kGroup;
  session.topics = {kInputTopic};
  session.member = host->name;
  session.exactly_once = surroundings_.scenario.exactly_once;
  session.out_of_order = surroundings_.scenario.infer;
  sim::SimClientOptions client;
  client.session = session;
  client.transactional_id = kGroup + "/process-" + std::to_string(number_) + "/0";
  client.knows_stragglers = surroundings_.scenario.knows_stragglers;
  cluster::ClusterSessionOptions options;
  options.session = session;
  options.id = "s" + std::to_string(number_) + "-" + std::to_string(starts_);
  if (session.out_of_order) options.spill_topic = kSpillTopic;
  options.safeguards = surroundings_.scenario.safeguards;
  options.clock = &surroundings_.clock;
  options.logger = &surroundings_.logger;
  return cluster::MakeClusterSession(sim::MakeSimClient(surroundings_.brokers, host, client), std::move(options));
}

void Process::Start() {
  if (runs()) {
    again_ = ending_;
    return;
  }
  ++starts_;
  ending_ = again_ = false;
  host_ = std::make_shared<sim::Host>();
  host_->name = "process-" + std::to_string(number_) + "." + std::to_string(starts_);
  actor_ = MakeEngineWorker(surroundings_.scenario, surroundings_.plan, NewSession(host_),
                            surroundings_.brokers.network().random().Next(), surroundings_.clock, surroundings_.logger,
                            surroundings_.verdict);
  surroundings_.brokers.network().trace().Say(host_->name, "starts");
  StepLater(host_);
}

void Process::Kill() {
  if (!runs()) return;
  surroundings_.brokers.network().trace().Say(host_->name, "is killed");
  host_->alive = false;
  actor_.reset();
}

void Process::Stop(Duration time) {
  if (!runs()) return;
  surroundings_.brokers.network().trace().Say(host_->name, "is stopped");
  host_->stopped_until = surroundings_.clock.Monotonic() + time;
}

void Process::StepLater(const std::shared_ptr<sim::Host>& host) {
  sim::Network& network = surroundings_.brokers.network();
  network.Later(host, host, network.random().BetweenMs(5, 60), [this] { Step(); });
}

void Process::Step() {
  if (!ending_) {
    actor_->Step();
  } else if (actor_->Finish()) {
    surroundings_.brokers.network().trace().Say(host_->name, "has ended");
    actor_.reset();
    if (again_) Start();
    return;
  }
  StepLater(host_);
}

}  // namespace penstock::faults
