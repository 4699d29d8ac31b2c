// Events at the end of their way -> records.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "base/counter.h"
#include "log/out_batch.h"
#include "pipeline/plan.h"
#include "steps/batch.h"
#include "steps/step_context.h"

namespace penstock {

// What the embedded log takes at most, with room for its own framing.
constexpr size_t kRecordBytesMax = size_t{60} << 20;

// What was written. One thread writes, any reads.
struct OutputMetrics {
  Counter outputs;
  Counter contexts;
  Counter waiting;  // of these contexts, those whose model answers later
  Counter reviews;
  Counter delivered;        // to topics of `deliver`
  Counter delivery_errors;  // conditions of `deliver` that could not be evaluated over an answer
  std::array<Counter, kDeadKinds> dead;
};

// What became of one event, for those who test pipelines.
struct Outcome {
  std::vector<std::string_view> delivered;  // topics
  bool review = false;
  std::string_view value;  // of the output record; empty where there is none
};

// One for each worker and plan; used by that worker's thread.
class OutputWriter {
 public:
  // All outlive the writer. What would make a larger record becomes a dead letter.
  OutputWriter(const Plan& plan, OutputMetrics& metrics, size_t record_bytes_max = kRecordBytesMax);

  // Adds all records of an event that was not dropped: of one that waits, what the model will be given. `now_ms`: the
  // time of writing. Kills the row where its output cannot be made. With `outcome`, says what it did.
  void Write(Row& row, StepContext& context, int64_t now_ms, OutBatch& out, Outcome* outcome = nullptr);

 private:
  void WriteLive(Row& row, StepContext& context, int64_t now_ms, OutBatch& out, Outcome* outcome);
  // What the model was given; false, and the row dead, where that is too large.
  bool WriteGiven(Row& row, StepContext& context, OutRecord record, OutBatch& out, std::span<const Header> more);
  // What the model will be given, and what of the raw record the stage `infer` has to know.
  void WriteWaiting(Row& row, StepContext& context, int64_t now_ms, OutBatch& out);
  void Deliver(const Row& row, StepContext& context, const OutRecord& record, OutBatch& out, Outcome* outcome);
  void WriteDead(const Row& row, int64_t now_ms, OutBatch& out);
  void WriteReview(const Row& row, OutRecord record, OutBatch& out);
  // Whether the rule wants the output, and the sample has it.
  bool Wants(const DeliveryRule& rule, const Row& row, StepContext& context);
  // The output's value in `text_`; false, and the row dead, where it cannot be made.
  bool MakeValue(Row& row, StepContext& context);
  bool MakeEmitted(Row& row, StepContext& context);
  // Without its end; with so many of the added names.
  void AppendEvent(const Row& row, size_t names);
  void AppendWhole(const Row& row);
  std::span<const Header> HeadersOf(const Row& row, OutBatch& out, std::span<const Header> more) const;
  static void AddLineage(const Row& row, Arena& arena, std::vector<Header>& headers);
  std::string_view SourceText(const Row& row, Arena& arena) const;

  const Plan& plan_;
  OutputMetrics& metrics_;
  const size_t record_bytes_max_;
  std::string text_;                         // scratch
  std::vector<std::string> added_prefixes_;  // `,"name":`
  mutable std::vector<Header> headers_;      // scratch
  bool sends_headers_;                       // some expression looks at the raw record's
};

}  // namespace penstock
