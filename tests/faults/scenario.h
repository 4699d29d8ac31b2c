// What one run of the simulation is to be like.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/clock.h"
#include "log/cluster/cluster_session.h"
#include "log/sim/network.h"
#include "log/sim/random.h"

namespace penstock::faults {

inline const std::string kGroup = "g";
inline const std::string kInputTopic = "p.raw-events";
inline const std::string kOutputTopic = "p.model-outputs";
inline const std::string kMoreTopic = "p.more";  // of some inputs, a second output
inline const std::string kDeadTopic = "p.dead-letters";
inline const std::string kSpillTopic = "p.spills";
// Of a record of kMoreTopic: some outputs are larger, and refused.
constexpr int64_t kRecordBytesMax = 2000;

struct Scenario {
  uint64_t seed = 0;
  bool infer = false;  // the stage whose workers do the work: infer, which finishes in any order, or prepare
  bool exactly_once = true;
  int32_t partitions = 1;
  int processes = 1;
  int64_t inputs = 0;
  Duration faulty_time{};  // from the start on: then everything heals
  sim::NetworkFaults network;
  int64_t marker_delay_max_ms = 5;
  int64_t steps_between_faults = 0;  // of the scheduler, in the mean
  size_t metadata_characters_max = 0;
  int64_t slow_per_mille = 0;  // of calls to the model of the stage infer
  bool ordered = false;        // whether outputs are to keep the order of their partition
  bool deletes = false;        // whether retention deletes records before they are read
  bool resets = false;         // whether the group is reset, once, while nobody is there
  cluster::Safeguards safeguards;
  bool knows_stragglers = true;  // whether clients tell that a request may come late
};

// The same for the same seed.
Scenario MakeScenario(uint64_t seed, const cluster::Safeguards& safeguards);

std::string Describe(const Scenario& scenario);

}  // namespace penstock::faults
