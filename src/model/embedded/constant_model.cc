#include "model/embedded/constant_model.h"

#include <utility>

#include "event/json_parser.h"

namespace penstock::embedded {
namespace {

class ConstantPredictor final : public Predictor {
 public:
  explicit ConstantPredictor(const Value& answer) : answer_(answer) {}

  void Predict(std::span<const Request> batch, AnswerSink& answers) override {
    metrics_.runs.Add();
    metrics_.rows.Add(batch.size());
    for (const Request& request : batch) answers.Answer(request.id, {&answer_, 1}, {});
  }
  const PredictorMetrics& metrics() const override { return metrics_; }

 private:
  Value answer_;
  PredictorMetrics metrics_;
};

class ConstantModel final : public Model {
 public:
  ConstantModel(std::string name, std::string version, std::string json) : json_(std::move(json)) {
    info_.name = std::move(name);
    info_.version = version.empty() ? "constant" : std::move(version);
    info_.outputs = {{"answer", "any", {}}};
  }

  Result<void> Parse() {
    JsonParser parser;
    TRY_ASSIGN(const JsonDocument* const document, parser.Parse(json_, arena_));
    answer_ = document->root();
    return {};
  }

  const ModelInfo& info() const override { return info_; }
  Result<std::unique_ptr<Predictor>> NewPredictor(PredictorOptions /*options*/) override {
    return std::make_unique<ConstantPredictor>(answer_);
  }
  std::optional<int64_t> NativeBytes() const override { return std::nullopt; }
  std::optional<Duration> LongestRun() const override { return std::nullopt; }

 private:
  std::string json_;
  Arena arena_;  // of the document, which borrows from the text
  Value answer_;
  ModelInfo info_;
};

}  // namespace

Result<std::unique_ptr<Model>> MakeConstant(std::string name, std::string version, std::string json) {
  auto model = std::make_unique<ConstantModel>(std::move(name), std::move(version), std::move(json));
  TRY(model->Parse());
  return model;
}

}  // namespace penstock::embedded
