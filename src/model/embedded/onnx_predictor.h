// One worker's way to an ONNX model.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <span>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/result.h"
#include "model/embedded/onnx_session.h"
#include "model/embedded/run_watch.h"
#include "model/embedded/tensor_filler.h"
#include "model/model.h"

namespace penstock::embedded {

// Answers before Predict() returns. Rows that fit are run together, as many as kRows at a time; where the model leaves
// inner dimensions open, those of one shape together. If a run fails, its halves are run, until the row that the model
// cannot take is alone: only that one fails.
class OnnxPredictor final : public Predictor {
 public:
  static constexpr size_t kRows = 4096;

  // All but the outputs outlive it. `outputs` are indexes of outputs that can be read.
  OnnxPredictor(const OnnxSession& session, RunWatch& watch, const Clock& clock, const std::string& model,
                std::vector<uint32_t> outputs);
  ~OnnxPredictor() override;
  OnnxPredictor(const OnnxPredictor&) = delete;
  OnnxPredictor& operator=(const OnnxPredictor&) = delete;

  void Predict(std::span<const Request> batch, AnswerSink& answers) override;
  const PredictorMetrics& metrics() const override { return metrics_; }

 private:
  // The shapes of all inputs of a row, one after another.
  using Shape = std::vector<int64_t>;

  void PredictByShape(std::span<const Request> batch, AnswerSink& answers);
  template <typename Rows>
  void PredictRows(const Shape& shape, const Rows& rows, AnswerSink& answers);
  bool ShapeOf(const Request& row, Shape& shape, AnswerSink& answers);
  // How many rows of a shape are run at a time.
  size_t RowsMax(const Shape& shape) const;
  // Calls visit(index, shape) for the inputs' parts of a shape.
  template <typename Visit>
  void ForEachInput(const Shape& shape, Visit visit) const;
  bool Fill(size_t place, const Request& row, AnswerSink& answers);
  // Fails the row, and returns false.
  bool Refuse(const Request& row, const Port& port, Error why, AnswerSink& answers);
  // Of the rows filled, those from `first` on.
  void RunRows(size_t first, size_t count, AnswerSink& answers);
  Result<void> MakeInputs(size_t first, size_t count, size_t rows_run);
  // The reason why the model could not.
  std::optional<std::string> Run();
  Result<void> Answer(size_t first, size_t count, size_t rows_run, AnswerSink& answers);
  void FailRow(RequestId id, const Error& error, AnswerSink& answers);
  void FailRows(size_t first, size_t count, const Error& error, AnswerSink& answers);

  const OnnxSession& session_;
  RunWatch& watch_;
  RunWatch::Slot& slot_;
  const Clock& clock_;
  const std::string& model_;
  const std::vector<uint32_t> outputs_;
  bool has_open_shape_ = false;
  Shape declared_shape_;
  PredictorMetrics metrics_;

  // Kept from run to run.
  std::vector<TensorFiller> fillers_;
  std::vector<RequestId> ids_;  // of the rows filled
  std::vector<const char*> input_names_;
  std::vector<const char*> output_names_;
  std::vector<Handle<OrtValue>> input_tensors_;
  std::vector<const OrtValue*> input_values_;
  std::vector<OrtValue*> output_values_;
  std::vector<Value> answers_;  // row by row
};

}  // namespace penstock::embedded
