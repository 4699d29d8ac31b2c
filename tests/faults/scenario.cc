#include "tests/faults/scenario.h"

#include <algorithm>

namespace penstock::faults {
namespace {

constexpr int64_t kOrderedInputsMax = 150;

// From a calm network to one on which every third request goes astray.
sim::NetworkFaults DrawNetwork(sim::Random& random) {
  const int64_t roughness = random.Below(4);
  return {.lost_there = random.Between(0, 20 * roughness),
          .lost_back = random.Between(0, 30 * roughness),
          .late = random.Between(0, 40 * roughness),
          .slow = random.Between(0, 50 * roughness)};
}

}  // namespace

Scenario MakeScenario(uint64_t seed, const cluster::Safeguards& safeguards) {
  sim::Random random(seed ^ 0x5ce7a710);
  Scenario scenario;
  scenario.seed = seed;
  scenario.safeguards = safeguards;
  scenario.infer = !random.Chance(300);
  scenario.partitions = static_cast<int32_t>(random.Between(1, 5));
  scenario.processes = static_cast<int>(random.Between(1, 4));
  scenario.inputs = random.Between(50, 600);
  scenario.faulty_time = std::chrono::seconds(random.Between(10, 60));
  scenario.network = DrawNetwork(random);
  scenario.marker_delay_max_ms = random.Chance(300) ? random.Between(100, 3'000) : 5;
  scenario.steps_between_faults = random.Between(100, 1'000);
  scenario.metadata_characters_max = random.Chance(600) ? 160 : cluster::kMetadataCharactersMax;
  scenario.slow_per_mille = random.Chance(500) ? 400 : 50;
  scenario.deletes = random.Chance(50);
  scenario.resets = !scenario.deletes && random.Chance(100);
  scenario.exactly_once = !random.Chance(100);
  // A reset begins anew, and so does the order.
  scenario.ordered = scenario.infer && scenario.exactly_once && !scenario.resets && random.Chance(150);
  if (scenario.ordered) {
    // One event of a partition at a time takes its time.
    scenario.inputs = std::min<int64_t>(scenario.inputs, kOrderedInputsMax);
    scenario.slow_per_mille = 0;
  }
  return scenario;
}

std::string Describe(const Scenario& s) {
  return "seed " + std::to_string(s.seed) + ": " + (s.infer ? "infer, " : "prepare, ") +
         (s.ordered ? "in order, " : "") + std::to_string(s.processes) + " processes, " + std::to_string(s.partitions) +
         " partitions, " + std::to_string(s.inputs) + " inputs, metadata of " +
         std::to_string(s.metadata_characters_max) + " characters, of 1000 requests " +
         std::to_string(s.network.lost_there) + " lost, " + std::to_string(s.network.lost_back) + " without answer, " +
         std::to_string(s.network.late) + " late, " + std::to_string(s.network.slow) + " slow" +
         (s.deletes ? ", with deletions" : "") + (s.resets ? ", with a reset of the group" : "");
}

}  // namespace penstock::faults
