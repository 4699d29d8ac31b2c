// For tests: a pipeline's file, and models that need none.
#pragma once

#include <gtest/gtest.h>

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "event/collection.h"
#include "pipeline/plan.h"

namespace penstock {

// Answers `y`, which is its input `x`; fails where `x` is negative.
class EchoPredictor final : public Predictor {
 public:
  void Predict(std::span<const Request> batch, AnswerSink& answers) override {
    metrics_.runs.Add();
    for (const Request& request : batch) {
      const Value x = request.inputs[0];
      const bool negative = x.Is(ValueKind::kDouble) && x.as_double() < 0;
      if (negative) {
        metrics_.failed_rows.Add();
        answers.Fail(request.id, {.error = {ErrorKind::kInvalid, "x is negative"}}, {});
      } else {
        metrics_.rows.Add();
        answers.Answer(request.id, {&x, 1}, {});
      }
    }
  }
  const PredictorMetrics& metrics() const override { return metrics_; }

 private:
  PredictorMetrics metrics_;
};

class EchoModel final : public Model {
 public:
  explicit EchoModel(const ModelFile& file) {
    info_.name = file.name;
    info_.version = file.version.empty() ? "1" : file.version;
    info_.inputs = {{"x", "float64", {}}};
    info_.outputs = {{"y", "float64", {}}, {"a/b:0", "float64", {}}};
  }

  const ModelInfo& info() const override { return info_; }
  Result<std::unique_ptr<Predictor>> NewPredictor(PredictorOptions /*options*/) override {
    return std::make_unique<EchoPredictor>();
  }
  std::optional<int64_t> NativeBytes() const override { return 4096; }
  std::optional<Duration> LongestRun() const override { return std::nullopt; }

 private:
  ModelInfo info_;
};

inline Result<std::unique_ptr<Model>> LoadEcho(const ModelFile& file) { return std::make_unique<EchoModel>(file); }

inline PipelineFile Compile(const std::string& yaml) { return CompilePipeline("p.yaml", yaml, LoadEcho); }

// Of a text that is right.
inline PipelineFile CompileGood(const std::string& yaml) {
  PipelineFile file = Compile(yaml);
  EXPECT_NE(file.plan, nullptr) << file.problems.Text();
  return file;
}

// What is wrong with a text.
inline std::string Complaints(const std::string& yaml) {
  const PipelineFile file = Compile(yaml);
  EXPECT_EQ(file.plan == nullptr, file.problems.has_errors());
  return file.problems.Text();
}

}  // namespace penstock
