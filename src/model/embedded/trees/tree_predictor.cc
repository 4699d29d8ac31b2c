#include "model/embedded/trees/tree_predictor.h"

#include <algorithm>
#include <cstddef>
#include <utility>

namespace penstock::trees {
namespace {

using embedded::RowFault;

// Rows of a run: as many as fit the nearer caches, and never more numbers than this.
constexpr size_t kRowsMax = 512;
constexpr size_t kNumbersMax = size_t{1} << 20;

// T: of the kernel's features.
template <typename T>
class TreePredictor final : public Predictor {
 public:
  TreePredictor(const TreeRun& run, std::unique_ptr<RowAnswers> row_answers, size_t outputs)
      : run_(run),
        row_answers_(std::move(row_answers)),
        rows_max_(std::clamp<size_t>(kNumbersMax / std::max(run.features, run.targets), 1, kRowsMax)),
        row_bytes_(run.features * run.written.bytes),
        shape_{int64_t{run.features}},
        scratch_(run.kernel.NewScratch()),
        answer_(outputs) {}

  void Predict(std::span<const Request> batch, AnswerSink& answers) override {
    while (!batch.empty()) {
      const std::span<const Request> part = batch.first(std::min(batch.size(), rows_max_));
      batch = batch.subspan(part.size());
      Fill(part, answers);
      if (ids_.empty()) continue;
      Run();
      Answer(answers);
    }
  }

  const PredictorMetrics& metrics() const override { return metrics_; }

 private:
  void Fill(std::span<const Request> rows, AnswerSink& answers) {
    ids_.clear();
    // Kept at its largest, and never filled with zeros first.
    if (features_.size() < rows.size() * run_.features) features_.resize(rows.size() * run_.features);
    if (run_.cast != nullptr && written_.size() < rows.size() * row_bytes_) written_.resize(rows.size() * row_bytes_);
    std::byte* const out = run_.cast != nullptr ? written_.data() : reinterpret_cast<std::byte*>(features_.data());
    for (const Request& row : rows) {
      const RowFault fault = run_.written.write(row.inputs[0], shape_, out + ids_.size() * row_bytes_);
      if (fault.ok()) [[likely]] {
        ids_.push_back(row.id);
      } else {
        Refuse(row, fault, answers);
      }
    }
    if (run_.cast != nullptr) run_.cast(out, ids_.size() * run_.features, features_.data());
  }

  void Refuse(const Request& row, const RowFault& fault, AnswerSink& answers) {
    const Port& port = run_.info.inputs[0];
    metrics_.failed_rows.Add();
    Failure failure;
    failure.error = {ErrorKind::kInvalid,
                     "input '" + port.name + "' of model " + run_.info.name + ' ' + embedded::Describe(fault, port)};
    answers.Fail(row.id, failure, {});
  }

  void Run() {
    const Duration began = run_.clock.Monotonic();
    margins_.resize(ids_.size() * run_.targets);
    const std::span<const T> rows(features_.data(), ids_.size() * run_.features);
    run_.kernel.Margins(rows, margins_, *scratch_);
    metrics_.runs.Add();
    metrics_.rows.Add(ids_.size());
    metrics_.run_ns.Record((run_.clock.Monotonic() - began).count());
  }

  void Answer(AnswerSink& answers) {
    for (size_t row = 0; row < ids_.size(); ++row) {
      row_answers_->Write({margins_.data() + row * run_.targets, run_.targets}, answer_, answers.arena());
      answers.Answer(ids_[row], answer_, {});
    }
  }

  const TreeRun run_;
  const std::unique_ptr<RowAnswers> row_answers_;
  const size_t rows_max_;
  const size_t row_bytes_;  // as it is written
  const std::vector<int64_t> shape_;
  PredictorMetrics metrics_;

  // Kept from run to run.
  Kernel::ScratchHandle scratch_;
  std::vector<std::byte> written_;  // where it is cast
  std::vector<T> features_;
  std::vector<RequestId> ids_;  // of the rows filled
  std::vector<double> margins_;
  std::vector<Value> answer_;
};

}  // namespace

std::unique_ptr<Predictor> NewTreePredictor(const TreeRun& run, std::unique_ptr<RowAnswers> row_answers,
                                            size_t outputs) {
  if (run.features_are_float) return std::make_unique<TreePredictor<float>>(run, std::move(row_answers), outputs);
  return std::make_unique<TreePredictor<double>>(run, std::move(row_answers), outputs);
}

}  // namespace penstock::trees
