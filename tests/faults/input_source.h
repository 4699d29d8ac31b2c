// Those who write the inputs: some in transactions, of which some are aborted.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "log/sim/sim_cluster.h"

namespace penstock::faults {

// Writes inputs over time, in virtual time, until all are there.
class InputSource {
 public:
  // The cluster outlives the source; the source outlives what is scheduled.
  InputSource(sim::SimCluster& brokers, int32_t partitions, int64_t inputs, Duration time);

  void Start() { WriteLater(); }
  // Everything is written and decided.
  bool IsDone() const { return written_ >= inputs_ && open_ == 0; }

 private:
  void WriteLater();
  void Write();
  void WriteInTransaction(sim::PartitionLog& log, std::vector<sim::StoredRecord> records);

  sim::SimCluster& brokers_;
  const int32_t partitions_;
  const int64_t inputs_;
  const int64_t batches_;
  const Duration time_;
  int64_t written_ = 0;
  int64_t next_producer_ = 1;  // each transaction has its own
  int64_t open_ = 0;
};

}  // namespace penstock::faults
