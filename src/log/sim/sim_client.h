// A client of a cluster in memory, in a process that is simulated.
#pragma once

#include <memory>
#include <string>

#include "log/cluster/client.h"
#include "log/log.h"
#include "log/sim/sim_cluster.h"

namespace penstock::sim {

struct SimClientOptions {
  SessionOptions session;
  std::string transactional_id;
  Duration transaction_timeout = std::chrono::seconds(10);
  Duration session_timeout = std::chrono::seconds(10);
  Duration poll_interval_max = std::chrono::seconds(15);
  // Off, no producer is retired because a request of it may come late: to see what that does.
  bool knows_stragglers = true;
};

// Its Poll never waits: the scheduler moves time between the calls, and who polls until some time has passed gets an
// error after many polls of one moment. Its WakeFd is -1. Where its host is no longer alive
// at its end, it ends as a killed process does, without a word to anybody. The cluster outlives it.
std::unique_ptr<cluster::Client> MakeSimClient(SimCluster& cluster, std::shared_ptr<Host> host,
                                               const SimClientOptions& options);

}  // namespace penstock::sim
