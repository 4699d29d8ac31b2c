// What a worker does to records.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "base/clock.h"
#include "base/counter.h"
#include "base/histogram.h"
#include "event/record.h"
#include "log/out_batch.h"
#include "log/partition.h"
#include "log/progress.h"
#include "model/model.h"
#include "pipeline/output_writer.h"
#include "pipeline/plan.h"

namespace penstock {

// What a stage counts. One thread writes, any reads.
struct StageMetrics {
  explicit StageMetrics(const Plan& plan)
      : drops(plan.drop_rules.size()), routes(plan.routes.size()), route_errors(plan.routes.size()) {}

  Counter records;
  Counter record_bytes;  // of values
  Counter batches;
  Histogram batch_ns;
  std::vector<Counter> drops;         // by Plan::drop_rules
  std::vector<Counter> routes;        // matches, by Plan::routes
  std::vector<Counter> route_errors;  // evaluations that failed, by Plan::routes
  OutputMetrics outputs;
};

// What events of a partition, or of all, hold that are taken and not done.
struct InFlight {
  size_t events = 0;
  size_t bytes = 0;    // what they keep of their records, and of what models are asked about them
  size_t in_line = 0;  // events, of these, that wait for an earlier one of their key or partition
};

// A partition that a worker holds, and what was done of it since the worker's last commit.
struct HeldPartition {
  TopicPartition partition;
  Epoch epoch = 0;
  Progress progress;
  OutBatch out;
  bool changed = false;  // there is something to commit
  InFlight in_flight;
};

// Records of one partition, and where what becomes of them goes.
struct StageInput {
  std::span<const Record> records;
  // The offsets that these are of: [begin, end). Those of them without a record count as done.
  int64_t begin = 0;
  int64_t end = 0;
  HeldPartition* home = nullptr;  // lives until it is given up
};

// Used by one worker's thread.
class Stage {
 public:
  virtual ~Stage() = default;

  // Whether records are done later than Process returns.
  virtual bool answers_later() const { return false; }

  // Takes the records. As each is done, what became of it is in its partition's `out`, and its offset in the progress:
  // at once, or from Turn().
  virtual void Process(std::span<const StageInput> inputs) = 0;

  // Does what is due; returns how long nothing is due by itself.
  virtual Duration Turn() { return Duration::max(); }
  // While held, nothing new is asked of models that answer later.
  virtual void Hold(bool /*hold*/) {}
  // Gives up what is not done of the partition; it is not marked as done. With `only_queued`, what no model was asked
  // for yet.
  virtual void GiveUp(HeldPartition& /*home*/, bool /*only_queued*/) {}
  // The worker's part of all partitions that the stage reads.
  virtual void SetShare(double /*share*/) {}
  // Whether more is asked of models at this time than that part allows, since it has become smaller.
  virtual bool IsAboveShare() const { return false; }
  // How long answers of models may lie before they are looked for, so that several are taken at a time.
  virtual Duration AnswersMayLie() const { return Duration(0); }
  // Of all partitions.
  virtual InFlight in_flight() const { return {}; }

  // Of the plan's model with this number; null where the stage does not run it.
  virtual const PredictorMetrics* ModelMetrics(size_t model) const = 0;
  // The same, of its calls; null where it answers at once.
  virtual const CallMetrics* ModelCalls(size_t /*model*/) const { return nullptr; }
};

}  // namespace penstock
