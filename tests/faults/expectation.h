// What is to come of each input, and whether it has.
#pragma once

#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "log/sim/sim_cluster.h"
#include "tests/faults/scenario.h"

namespace penstock::faults {

// The topics in which the input of this number has a record each. The stage `prepare` writes to only one topic.
std::vector<std::string> OutputTopicsOf(int64_t number, bool infer);
// Whether its output is larger than kMoreTopic allows.
bool IsTooLarge(int64_t number);

// Outputs of a topic, by the input's number: how many are committed.
using OutputCounts = std::map<std::string, int64_t>;
OutputCounts CountOutputs(sim::SimCluster& brokers, const std::string& topic);

// Compares what is committed with what is to be there.
class Expectation {
 public:
  // Both outlive this.
  Expectation(sim::SimCluster& brokers, const Scenario& scenario) : brokers_(brokers), scenario_(scenario) {}

  // Somebody sets the group's position: whatever stands from there on has its outputs once more.
  void NoteReset(const TopicPartition& partition, int64_t position);
  // Before records below `offset` are deleted: those that are not answered may never be.
  void NoteDeletion(const TopicPartition& partition, int64_t offset);

  // What is wrong, in words, at most a few of each kind. To be called when everything has been worked off.
  std::vector<std::string> Check();
  // Whether the group has come to the end of its partitions; with delivery at least once, whether all outputs are
  // there.
  bool IsDone();

 private:
  // Whether so many outputs are right, where so many are to be there.
  bool IsRight(const std::string& input, int64_t outputs, int64_t expected) const;
  void CheckTopic(const std::string& topic, std::vector<std::string>& violations);
  void CheckValues(const std::string& topic, std::vector<std::string>& violations);
  bool Belongs(const std::string& input, const std::string& topic) const;
  void CheckOrder(const std::string& topic, std::vector<std::string>& violations);
  void CheckEpochs(const std::string& topic, std::vector<std::string>& violations);
  std::map<std::string, int64_t> InputsOf(const std::string& topic);

  sim::SimCluster& brokers_;
  const Scenario& scenario_;
  std::map<std::string, std::map<std::string, int64_t>> before_reset_;  // by topic and input: these are there already
  std::map<TopicPartition, int64_t> reset_at_;
  std::set<std::string> may_be_lost_;
};

}  // namespace penstock::faults
