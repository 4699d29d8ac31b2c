#include "model/embedded/onnx_predictor.h"

#include <algorithm>
#include <optional>
#include <ranges>
#include <string_view>
#include <utility>

#include "model/embedded/tensor_reader.h"

namespace penstock::embedded {
namespace {

// The runtime's words up to what an operator says, which may quote the row: a message never holds what stands in it.
std::string WithoutContents(std::string_view reason) {
  const size_t name = reason.find("while running ");
  const size_t status = reason.find("Status Message:");
  if (name == std::string_view::npos || status == std::string_view::npos || status < name) return {};
  std::string_view where = reason.substr(name, status - name);
  while (where.ends_with(' ')) where.remove_suffix(1);
  return ' ' + std::string(where);
}

// Runs that are over, however they end.
class WatchedRun {
 public:
  WatchedRun(RunWatch::Slot& slot, const Clock& clock) : slot_(slot), clock_(clock), began_(clock.Monotonic()) {
    slot_.Begin(began_);
  }
  ~WatchedRun() { slot_.End(); }
  WatchedRun(const WatchedRun&) = delete;
  WatchedRun& operator=(const WatchedRun&) = delete;

  Duration elapsed() const { return clock_.Monotonic() - began_; }

 private:
  RunWatch::Slot& slot_;
  const Clock& clock_;
  Duration began_;
};

}  // namespace

OnnxPredictor::OnnxPredictor(const OnnxSession& session, RunWatch& watch, const Clock& clock, const std::string& model,
                             std::vector<uint32_t> outputs)
    : session_(session),
      watch_(watch),
      slot_(watch.Add()),
      clock_(clock),
      model_(model),
      outputs_(std::move(outputs)),
      output_values_(outputs_.size(), nullptr) {
  for (const OnnxInput& input : session.ports().inputs) {
    fillers_.emplace_back(session.runtime(), input);
    input_names_.push_back(input.port.name.c_str());
    declared_shape_.insert(declared_shape_.end(), input.port.shape.begin(), input.port.shape.end());
  }
  for (const uint32_t output : outputs_) output_names_.push_back(session.ports().outputs[output].port.name.c_str());
  has_open_shape_ = std::ranges::any_of(declared_shape_, [](int64_t size) { return size < 0; });
}

OnnxPredictor::~OnnxPredictor() { watch_.Remove(slot_); }

void OnnxPredictor::Predict(std::span<const Request> batch, AnswerSink& answers) {
  const MemoryAccount::Scope scope(&session_.account());
  if (has_open_shape_) return PredictByShape(batch, answers);
  PredictRows(declared_shape_, batch, answers);
}

void OnnxPredictor::PredictByShape(std::span<const Request> batch, AnswerSink& answers) {
  std::map<Shape, std::vector<Request>> groups;
  Shape shape;
  for (const Request& row : batch)
    if (ShapeOf(row, shape, answers)) groups[shape].push_back(row);
  for (const auto& [group_shape, rows] : groups) PredictRows(group_shape, rows, answers);
}

bool OnnxPredictor::ShapeOf(const Request& row, Shape& shape, AnswerSink& answers) {
  shape.clear();
  const auto rows_run = static_cast<size_t>(session_.ports().fixed_rows.value_or(1));
  const std::vector<OnnxInput>& inputs = session_.ports().inputs;
  for (size_t i = 0; i < inputs.size(); ++i) {
    const size_t begin = shape.size();
    const Port& port = inputs[i].port;
    const RowFault fault = FindShape(row.inputs[i], port.shape, shape);
    if (!fault.ok()) return Refuse(row, port, {ErrorKind::kInvalid, Describe(fault, port)}, answers);
    if (!CountElements(rows_run, std::span(shape).subspan(begin)))
      return Refuse(row, port,
                    {ErrorKind::kLimit, "takes at most " + std::to_string(kRunElementsMax) + " elements at a time"},
                    answers);
  }
  return true;
}

template <typename Visit>
void OnnxPredictor::ForEachInput(const Shape& shape, Visit visit) const {
  std::span<const int64_t> rest = shape;
  const std::vector<OnnxInput>& inputs = session_.ports().inputs;
  for (size_t i = 0; i < inputs.size(); ++i) {
    const size_t size = inputs[i].port.shape.size();
    visit(i, rest.first(size));
    rest = rest.subspan(size);
  }
}

size_t OnnxPredictor::RowsMax(const Shape& shape) const {
  if (session_.ports().fixed_rows) return static_cast<size_t>(*session_.ports().fixed_rows);
  size_t elements_max = 1;
  ForEachInput(shape, [&elements_max](size_t, std::span<const int64_t> part) {
    elements_max = std::max(elements_max, CountElements(1, part).value_or(kRunElementsMax));
  });
  return std::clamp<size_t>(kRunElementsMax / elements_max, 1, kRows);
}

template <typename Rows>
void OnnxPredictor::PredictRows(const Shape& shape, const Rows& rows, AnswerSink& answers) {
  const size_t rows_max = RowsMax(shape);
  const size_t places = std::min<size_t>(rows_max, std::ranges::size(rows));
  ForEachInput(shape, [&](size_t i, std::span<const int64_t> part) { fillers_[i].Begin(part, places); });
  ids_.clear();
  for (const Request& row : rows) {
    if (!Fill(ids_.size(), row, answers)) continue;
    ids_.push_back(row.id);
    if (ids_.size() < rows_max) continue;
    RunRows(0, ids_.size(), answers);
    ids_.clear();
  }
  if (!ids_.empty()) RunRows(0, ids_.size(), answers);
}

bool OnnxPredictor::Fill(size_t place, const Request& row, AnswerSink& answers) {
  for (size_t i = 0; i < fillers_.size(); ++i) {
    const RowFault fault = fillers_[i].Write(place, row.inputs[i]);
    if (fault.ok()) [[likely]]
      continue;
    const Port& port = session_.ports().inputs[i].port;
    return Refuse(row, port, {ErrorKind::kInvalid, Describe(fault, port)}, answers);
  }
  return true;
}

bool OnnxPredictor::Refuse(const Request& row, const Port& port, Error why, AnswerSink& answers) {
  why.message = "input '" + port.name + "' of model " + model_ + ' ' + why.message;
  FailRow(row.id, why, answers);
  return false;
}

void OnnxPredictor::RunRows(size_t first, size_t count, AnswerSink& answers) {
  const auto rows_run = static_cast<size_t>(session_.ports().fixed_rows.value_or(static_cast<int64_t>(count)));
  const Result<void> made = MakeInputs(first, count, rows_run);
  if (!made) return FailRows(first, count, made.error(), answers);
  const std::optional<std::string> reason = Run();
  if (!reason) {
    const Result<void> answered = Answer(first, count, rows_run, answers);
    if (!answered) FailRows(first, count, answered.error(), answers);
  } else if (count > 1) {
    RunRows(first, count / 2, answers);
    RunRows(first + count / 2, count - count / 2, answers);
  } else {
    FailRows(first, 1, {ErrorKind::kInvalid, "model " + model_ + " failed on this row" + WithoutContents(*reason)},
             answers);
  }
}

Result<void> OnnxPredictor::MakeInputs(size_t first, size_t count, size_t rows_run) {
  input_tensors_.clear();
  input_values_.clear();
  for (TensorFiller& filler : fillers_) {
    TRY_ASSIGN(Handle<OrtValue> tensor, filler.Tensor(first, count, rows_run));
    input_values_.push_back(tensor.get());
    input_tensors_.push_back(std::move(tensor));
  }
  return {};
}

std::optional<std::string> OnnxPredictor::Run() {
  const OnnxRuntime& runtime = session_.runtime();
  const WatchedRun run(slot_, clock_);
  std::ranges::fill(output_values_, nullptr);
  std::optional<std::string> reason = runtime.TakeReason(
      runtime.api().Run(session_.handle(), nullptr, input_names_.data(), input_values_.data(), input_values_.size(),
                        output_names_.data(), output_names_.size(), output_values_.data()));
  metrics_.runs.Add();
  metrics_.run_ns.Record(run.elapsed().count());
  return reason;
}

Result<void> OnnxPredictor::Answer(size_t first, size_t count, size_t rows_run, AnswerSink& answers) {
  const OnnxRuntime& runtime = session_.runtime();
  std::vector<Handle<OrtValue>> tensors;
  for (OrtValue* value : output_values_) tensors.emplace_back(value, runtime.api().ReleaseValue);
  answers_.resize(std::max(answers_.size(), count * outputs_.size()));
  for (size_t i = 0; i < outputs_.size(); ++i) {
    const Result<void> read =
        ReadOutput(runtime, *tensors[i], rows_run, count, answers.arena(), {answers_.data() + i, outputs_.size()});
    if (!read)
      return Fail(read.error().kind,
                  "output '" + std::string(output_names_[i]) + "' of model " + model_ + ' ' + read.error().message);
  }
  metrics_.rows.Add(count);
  for (size_t row = 0; row < count; ++row)
    answers.Answer(ids_[first + row], std::span(answers_).subspan(row * outputs_.size(), outputs_.size()), {});
  return {};
}

void OnnxPredictor::FailRow(RequestId id, const Error& error, AnswerSink& answers) {
  metrics_.failed_rows.Add();
  answers.Fail(id, {.error = error}, {});
}

void OnnxPredictor::FailRows(size_t first, size_t count, const Error& error, AnswerSink& answers) {
  for (size_t row = first; row < first + count; ++row) FailRow(ids_[row], error, answers);
}

}  // namespace penstock::embedded
