#include "pipeline/infer_stage.h"

#include <algorithm>
#include <utility>

namespace penstock {
namespace {

constexpr size_t kBatchRowsMax = 512;

size_t BytesOf(const KeptRecord& record) { return record.bytes() + sizeof(KeptRecord); }

}  // namespace

Result<std::unique_ptr<InferStage>> InferStage::Make(const Plan& plan, StageMetrics& metrics, Arrivals& arrivals,
                                                     const Clock& clock, const InferOptions& options) {
  std::unique_ptr<InferStage> stage(new InferStage(plan, metrics, arrivals, clock, options));
  TRY_ASSIGN(stage->answers_, AnswerPath::Make(plan, stage->batch_.arena, stage.get()));
  for (const BoundModel& model : plan.models) {
    std::unique_ptr<LaterRunner>& runner = stage->runners_.emplace_back();
    if (!model.model->answers_later()) continue;
    stage->calls_max_ += static_cast<size_t>(model.in_flight);
    const uint64_t seed = options.seed + stage->runners_.size();
    TRY_ASSIGN(runner,
               LaterRunner::Make(model, *stage, stage->context_, {.outputs = {}, .loop = options.loop, .seed = seed}));
  }
  return stage;
}

InferStage::InferStage(const Plan& plan, StageMetrics& metrics, Arrivals& arrivals, const Clock& clock,
                       const InferOptions& options)
    : plan_(plan),
      metrics_(metrics),
      arrivals_(arrivals),
      clock_(clock),
      activation_(*plan.environment, batch_.arena),
      context_(*plan.variables, activation_, batch_.arena, metrics.drops),
      reader_(plan),
      writer_(plan, metrics.outputs, options.record_bytes_max),
      pace_(plan.models.size()) {}

InferStage::~InferStage() = default;

const PredictorMetrics* InferStage::ModelMetrics(size_t model) const {
  return runners_[model] == nullptr ? answers_->ModelMetrics(model) : &runners_[model]->predictor().metrics();
}

const CallMetrics* InferStage::ModelCalls(size_t model) const {
  return runners_[model] == nullptr ? nullptr : runners_[model]->predictor().call_metrics();
}

void InferStage::Process(std::span<const StageInput> inputs) {
  const Duration now = clock_.Monotonic();
  for (const StageInput& input : inputs) ProcessPartition(input, now);
  Flush();
}

void InferStage::ProcessPartition(const StageInput& input, Duration now) {
  HeldPartition& home = *input.home;
  int64_t next = input.begin;
  const auto skip_to = [&](int64_t offset) {
    if (offset > next) {
      home.progress.Add(next, offset);
      home.changed = true;
    }
  };
  for (const Record& record : input.records) {
    if (IsAnswered(record)) continue;
    skip_to(record.source.offset);
    next = record.source.offset + 1;
    Take(record, home, now);
    if (batch_.rows.size() >= kBatchRowsMax) FlushBatch();
  }
  skip_to(input.end);
  // The records live no longer than this call, and rows borrow from them.
  FlushBatch();
}

void InferStage::Take(const Record& record, HeldPartition& home, Duration now) {
  metrics_.records.Add();
  metrics_.record_bytes.Add(record.value ? record.value->size() : 0);
  if (EnterLine(record, home, now)) AddRow({&home, &record, kNoSlot, now});
}

std::optional<std::string> InferStage::LineOf(const Record& record) const {
  switch (plan_.settings.order) {
    case Order::kNone: return std::nullopt;
    case Order::kPartition: return std::string();
    // What has no key has no order.
    case Order::kKey: return record.key ? std::optional(std::string(*record.key)) : std::nullopt;
  }
  return std::nullopt;
}

bool InferStage::EnterLine(const Record& record, HeldPartition& home, Duration now) {
  std::optional<std::string> name = LineOf(record);
  if (!name) return true;
  const auto [line, first] = lines_[&home].try_emplace(*std::move(name));
  if (first) return true;
  const uint32_t slot = NewSlot(record, home, now);
  SetInLine(slots_[slot], true);
  line->second.push_back(slot);
  return false;
}

void InferStage::LeaveLine(const Work& work) {
  const std::optional<std::string> name = LineOf(*work.record);
  if (!name) return;
  const auto line = lines_[work.home].find(*name);
  if (line->second.empty()) return EndLine(work.home, *name);
  next_in_line_.push_back(line->second.front());
  line->second.pop_front();
}

void InferStage::EndLine(const HeldPartition* home, const std::string& name) {
  const auto lines = lines_.find(home);
  lines->second.erase(name);
  // The next partition may be held at the same address.
  if (lines->second.empty()) lines_.erase(lines);
}

Row& InferStage::AddRow(const Work& work) {
  works_.push_back(work);
  return reader_.Read(*work.record, static_cast<uint32_t>(works_.size() - 1), batch_, context_);
}

void InferStage::AskLater(Row& row, size_t model) {
  Work& work = works_[row.origin];
  const bool is_new = work.slot == kNoSlot;
  if (is_new) work.slot = NewSlot(*work.record, *work.home, work.read_at);
  Slot& slot = slots_[work.slot];
  work.record = &slot.record.record();  // the row's own bytes still live; what comes later has these
  slot.model = static_cast<uint32_t>(model);
  slot.asked = row.asked;
  ++slot.generation;  // an answer to an earlier request is none to this one
  if (row.lineage != nullptr) slot.fallback = row.lineage->fallback;
  if (!runners_[model]->Ask(IdOf(work.slot), row)) return;  // it goes on as a dead one
  CountRequest(slot, runners_[model]->predictor().HeldBytes(IdOf(work.slot)));
  row.fate = Fate::kWaiting;
  asked_ = true;
}

void InferStage::Answered(RequestId id, const std::function<void(Row&)>& finish, const CallReport& report) {
  const auto number = static_cast<uint32_t>(id);
  if (number >= slots_.size() || slots_[number].home == nullptr || IdOf(number) != id) return;
  Slot& slot = slots_[number];
  CountRequest(slot, 0);
  if (report.latency > Duration(0)) pace_.Note(slot.model, report.latency);
  const BoundModel& model = plan_.models[slot.model];
  Row& row = AddRow({slot.home, &slot.record.record(), number, slot.read_at});
  row.asked = slot.asked;
  row.model = model.name;
  row.model_version =
      report.version.empty() ? std::string_view(model.model->info().version) : batch_.arena.Copy(report.version);
  row.lineage = batch_.arena.New(Lineage{.prompt = model.prompt,
                                         .fallback = batch_.arena.Copy(slot.fallback),
                                         .answer = batch_.arena.Copy(report.answer),
                                         .attempts = report.attempts,
                                         .input_tokens = report.input_tokens,
                                         .output_tokens = report.output_tokens,
                                         .latency = report.latency});
  finish(row);
  if (batch_.rows.size() >= kBatchRowsMax) FlushBatch();
}

Duration InferStage::Turn() {
  for (;;) {
    asked_ = false;
    Duration wait = Duration::max();
    for (const std::unique_ptr<LaterRunner>& runner : runners_)
      if (runner != nullptr) wait = std::min(wait, runner->predictor().Turn());
    Flush();
    // What was asked just now may be due at once.
    if (!asked_) return wait;
  }
}

void InferStage::Hold(bool hold) {
  for (const std::unique_ptr<LaterRunner>& runner : runners_)
    if (runner != nullptr) runner->predictor().Hold(hold);
}

void InferStage::SetShare(double share) {
  for (const std::unique_ptr<LaterRunner>& runner : runners_)
    if (runner != nullptr) runner->predictor().SetShare(share);
}

bool InferStage::IsAboveShare() const {
  return std::ranges::any_of(runners_, [](const std::unique_ptr<LaterRunner>& runner) {
    return runner != nullptr && runner->predictor().IsAboveShare();
  });
}

void InferStage::GiveUp(HeldPartition& home, bool only_queued) {
  for (uint32_t number = 0; number < slots_.size(); ++number) {
    Slot& slot = slots_[number];
    if (slot.home != &home) continue;
    if (!slot.in_line) {
      Predictor& predictor = runners_[slot.model]->predictor();
      if (only_queued && predictor.HasBegun(IdOf(number))) continue;
      predictor.Cancel(IdOf(number));
      if (const std::optional<std::string> line = LineOf(slot.record.record())) EndLine(&home, *line);
    }
    FreeSlot(number);
  }
  // Nobody follows in the lines that are left: what stood in them is free by now.
  if (const auto lines = lines_.find(&home); lines != lines_.end())
    for (auto& [name, line] : lines->second) line.clear();
}

void InferStage::Flush() {
  FlushBatch();
  while (!next_in_line_.empty()) {
    for (const uint32_t number : std::exchange(next_in_line_, {})) {
      Slot& slot = slots_[number];
      SetInLine(slot, false);
      AddRow({slot.home, &slot.record.record(), number, slot.read_at});
    }
    FlushBatch();
  }
}

void InferStage::FlushBatch() {
  if (batch_.rows.empty()) return;
  const Duration start = clock_.Monotonic();
  const int64_t now_ms = clock_.Now().time_since_epoch() / std::chrono::milliseconds(1);
  answers_->Run(batch_, context_);
  for (Row& row : batch_.rows) FinishRow(row, now_ms);
  metrics_.batches.Add();
  metrics_.batch_ns.Record((clock_.Monotonic() - start).count());
  batch_.Clear();
  works_.clear();
}

void InferStage::FinishRow(Row& row, int64_t now_ms) {
  if (row.fate == Fate::kWaiting) return;
  const Work& work = works_[row.origin];
  if (row.fate != Fate::kDropped) writer_.Write(row, context_, now_ms, work.home->out);
  Done(work, row.event.record.timestamp_ms);
}

void InferStage::Done(const Work& work, int64_t timestamp_ms) {
  const int64_t offset = work.record->source.offset;
  work.home->progress.Add(offset, offset + 1);
  work.home->changed = true;
  arrivals_.Note(work.read_at, timestamp_ms);
  LeaveLine(work);
  if (work.slot != kNoSlot) FreeSlot(work.slot);
}

uint32_t InferStage::NewSlot(const Record& record, HeldPartition& home, Duration read_at) {
  if (free_slots_.empty()) {
    free_slots_.push_back(static_cast<uint32_t>(slots_.size()));
    slots_.emplace_back();
  }
  const uint32_t number = free_slots_.back();
  free_slots_.pop_back();
  Slot& slot = slots_[number];
  slot.home = &home;
  slot.record = KeptRecord::Of(record, home.partition.topic);
  slot.read_at = read_at;
  for (InFlight* const in_flight : {&in_flight_, &home.in_flight}) {
    ++in_flight->events;
    in_flight->bytes += BytesOf(slot.record);
  }
  return number;
}

void InferStage::CountRequest(Slot& slot, size_t bytes) {
  for (InFlight* const in_flight : {&in_flight_, &slot.home->in_flight})
    in_flight->bytes = in_flight->bytes - slot.request_bytes + bytes;
  slot.request_bytes = bytes;
}

void InferStage::SetInLine(Slot& slot, bool in_line) {
  if (slot.in_line == in_line) return;
  slot.in_line = in_line;
  for (InFlight* const in_flight : {&in_flight_, &slot.home->in_flight})
    in_line ? ++in_flight->in_line : --in_flight->in_line;
}

void InferStage::FreeSlot(uint32_t number) {
  Slot& slot = slots_[number];
  CountRequest(slot, 0);
  SetInLine(slot, false);
  for (InFlight* const in_flight : {&in_flight_, &slot.home->in_flight}) {
    --in_flight->events;
    in_flight->bytes -= BytesOf(slot.record);
  }
  const uint32_t generation = slot.generation + 1;
  slot = Slot();
  slot.generation = generation;
  free_slots_.push_back(number);
}

}  // namespace penstock
