// Context records -> outputs, by models that answer later.
#pragma once

#include <algorithm>
#include <cstdint>
#include <deque>
#include <memory>
#include <string>
#include <unordered_map>
#include <vector>

#include "base/clock.h"
#include "base/event_loop.h"
#include "base/result.h"
#include "expr/activation.h"
#include "pipeline/answer_pace.h"
#include "pipeline/answer_path.h"
#include "pipeline/arrivals.h"
#include "pipeline/context_record.h"
#include "pipeline/kept_record.h"
#include "pipeline/later_runner.h"
#include "pipeline/output_writer.h"
#include "pipeline/plan.h"
#include "pipeline/stage.h"
#include "steps/batch.h"
#include "steps/step_context.h"

namespace penstock {

struct InferOptions {
  EventLoop* loop = nullptr;  // the worker's, where it has one; outlives the stage
  uint64_t seed = 0;
  size_t record_bytes_max = kRecordBytesMax;
};

// An event keeps a copy of its context record while it waits; everything else is made of that again when the answer is
// there. So thousands of them wait in little memory.
class InferStage final : public Stage, private LaterModels, private LaterAnswers {
 public:
  // All outlive the stage. `arrivals` takes each event that is done.
  static Result<std::unique_ptr<InferStage>> Make(const Plan& plan, StageMetrics& metrics, Arrivals& arrivals,
                                                  const Clock& clock, const InferOptions& options);
  ~InferStage() override;

  bool answers_later() const override { return true; }
  void Process(std::span<const StageInput> inputs) override;
  Duration Turn() override;
  void Hold(bool hold) override;
  void GiveUp(HeldPartition& home, bool only_queued) override;
  void SetShare(double share) override;
  bool IsAboveShare() const override;
  Duration AnswersMayLie() const override {
    return pace_.Rest(std::min(in_flight_.events, calls_max_), plan_.settings.commit_interval);
  }
  InFlight in_flight() const override { return in_flight_; }
  const PredictorMetrics* ModelMetrics(size_t model) const override;
  const CallMetrics* ModelCalls(size_t model) const override;

 private:
  static constexpr uint32_t kNoSlot = UINT32_MAX;

  // An event that waits: for its model, or for an earlier event of its key.
  struct Slot {
    HeldPartition* home = nullptr;  // null: free
    KeptRecord record;
    Duration read_at{};
    uint32_t generation = 0;
    uint32_t model = 0;        // that it waits for
    size_t request_bytes = 0;  // that the model keeps
    uint32_t asked = 0;        // of its chain
    bool in_line = false;      // it waits for its key
    std::string fallback;
  };

  // What a row of the batch comes from.
  struct Work {
    HeldPartition* home;
    const Record* record;
    uint32_t slot;
    Duration read_at;
  };

  // Events of one key, or of one partition, that wait for the one before them.
  using Line = std::deque<uint32_t>;
  using Lines = std::unordered_map<std::string, Line>;

  InferStage(const Plan& plan, StageMetrics& metrics, Arrivals& arrivals, const Clock& clock,
             const InferOptions& options);

  void ProcessPartition(const StageInput& input, Duration now);
  void Take(const Record& record, HeldPartition& home, Duration now);
  // False, where the event has to wait for another one; it stands in the line then.
  bool EnterLine(const Record& record, HeldPartition& home, Duration now);
  // The event is done: the next one in its line may go.
  void LeaveLine(const Work& work);
  // Nobody stands at its head any more, or in it.
  void EndLine(const HeldPartition* home, const std::string& name);
  std::optional<std::string> LineOf(const Record& record) const;

  Row& AddRow(const Work& work);
  void AskLater(Row& row, size_t model) override;
  void Answered(RequestId id, const std::function<void(Row&)>& finish, const CallReport& report) override;
  Arena& arena() override { return batch_.arena; }
  // All rows of the batch go on, until they wait again or are done; also those that could begin because of that.
  void Flush();
  void FlushBatch();
  void FinishRow(Row& row, int64_t now_ms);
  void Done(const Work& work, int64_t timestamp_ms);

  uint32_t NewSlot(const Record& record, HeldPartition& home, Duration read_at);
  void FreeSlot(uint32_t number);
  void CountRequest(Slot& slot, size_t bytes);
  void SetInLine(Slot& slot, bool in_line);
  RequestId IdOf(uint32_t slot) const { return (RequestId{slots_[slot].generation} << 32) | slot; }

  const Plan& plan_;
  StageMetrics& metrics_;
  Arrivals& arrivals_;
  const Clock& clock_;
  Batch batch_;
  expr::Activation activation_;
  StepContext context_;
  ContextReader reader_;
  OutputWriter writer_;
  std::unique_ptr<AnswerPath> answers_;
  std::vector<std::unique_ptr<LaterRunner>> runners_;  // by model; null for one that answers at once
  std::vector<Work> works_;                            // by Row::origin
  std::deque<Slot> slots_;                             // of stable addresses
  std::vector<uint32_t> free_slots_;
  std::unordered_map<const HeldPartition*, Lines> lines_;
  std::vector<uint32_t> next_in_line_;  // slots whose turn has come
  InFlight in_flight_;
  size_t calls_max_ = 0;  // that the models' limits allow at one time
  AnswerPace pace_;
  bool asked_ = false;  // since the last round of Turn
};

}  // namespace penstock
