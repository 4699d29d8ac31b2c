#include "model/embedded/trees/tree_predictor.h"

#include <algorithm>
#include <span>
#include <utility>

#include "model/embedded/row_writer.h"

namespace penstock::trees {
namespace {

using embedded::RowFault;

// Rows of a run: as many as fit the nearer caches, and never more numbers than this.
constexpr size_t kRowsMax = 512;
constexpr size_t kNumbersMax = size_t{1} << 20;

// T: of features.
template <typename T>
class TreePredictor final : public Predictor {
 public:
  TreePredictor(const TreeRun& run, std::vector<uint32_t> outputs)
      : run_(run),
        outputs_(std::move(outputs)),
        rows_max_(std::clamp<size_t>(kNumbersMax / std::max(run.features, run.targets), 1, kRowsMax)),
        shape_{int64_t{run.features}},
        scratch_(run.kernel.NewScratch()),
        prediction_(run.link.size(run.targets)),
        answer_(outputs_.size()) {}

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
    for (const Request& row : rows) {
      T* const out = features_.data() + ids_.size() * run_.features;
      const RowFault fault = write_(row.inputs[0], shape_, out);
      if (fault.ok()) [[likely]] {
        ids_.push_back(row.id);
      } else {
        Refuse(row, fault, answers);
      }
    }
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
      const std::span<const double> margin(margins_.data() + row * run_.targets, run_.targets);
      for (size_t i = 0; i < outputs_.size(); ++i) {
        if (outputs_[i] == kMargin) {
          answer_[i] = ValueOf(margin, answers);
        } else {
          run_.link.Apply(margin, prediction_);
          answer_[i] = ValueOf(prediction_, answers);
        }
      }
      answers.Answer(ids_[row], answer_, {});
    }
  }

  // One number, or a list of them.
  static Value ValueOf(std::span<const double> numbers, AnswerSink& answers) {
    if (numbers.size() == 1) return Value::Double(numbers[0]);
    const std::span<Value> items = answers.arena().template AllocateArray<Value>(numbers.size());
    for (size_t i = 0; i < items.size(); ++i) items[i] = Value::Double(numbers[i]);
    return Value::List(items.data(), static_cast<uint32_t>(items.size()));
  }

  const TreeRun run_;
  const std::vector<uint32_t> outputs_;
  const size_t rows_max_;
  const std::vector<int64_t> shape_;
  const embedded::RowWriter write_ = embedded::NumbersOrNull<T>();
  PredictorMetrics metrics_;

  // Kept from run to run.
  Kernel::ScratchHandle scratch_;
  std::vector<T> features_;
  std::vector<RequestId> ids_;  // of the rows filled
  std::vector<double> margins_;
  std::vector<double> prediction_;
  std::vector<Value> answer_;
};

}  // namespace

std::unique_ptr<Predictor> NewTreePredictor(const TreeRun& run, std::vector<uint32_t> outputs) {
  if (run.features_are_float) return std::make_unique<TreePredictor<float>>(run, std::move(outputs));
  return std::make_unique<TreePredictor<double>>(run, std::move(outputs));
}

}  // namespace penstock::trees
