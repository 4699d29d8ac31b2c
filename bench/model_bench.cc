// From parsed events to a model's scores: a gradient-boosted ensemble of 29 features. Counters: rows/s, what the run
// itself takes of a row (run_ns), and what we take (ours_ns): filling the tensor, reading the answers, splitting.
#include <benchmark/benchmark.h>

#include <cstdio>
#include <random>
#include <string>
#include <vector>

#include "event/json_parser.h"
#include "model/embedded/onnx_model.h"

namespace penstock {
namespace {

constexpr size_t kFeatures = 29;
// So many that the processor cannot learn by heart which way they go through the trees.
constexpr size_t kRows = 4096;

// Rows as lists of a parsed text, from a fixed seed.
class Rows {
 public:
  Rows() : texts_(kRows), values_(kRows) {
    std::mt19937_64 random(42);
    std::normal_distribution<double> feature(0.0, 1.0);
    for (size_t row = 0; row < kRows; ++row) {
      for (size_t f = 0; f < kFeatures; ++f) {
        char number[32];
        std::snprintf(number, sizeof number, "%c%.12g", f == 0 ? '[' : ',', feature(random));
        texts_[row] += number;
      }
      texts_[row] += ']';
      values_[row] = (*JsonParser().Parse(texts_[row], arena_))->root();
      requests_.push_back({row, {&values_[row], 1}});
    }
  }

  // The next batch; all rows come in turn. `size` divides their count.
  std::span<const Request> Next(size_t size) {
    next_ = (next_ + size) % kRows;
    return std::span(requests_).subspan(next_, size);
  }

 private:
  std::vector<std::string> texts_;
  std::vector<Value> values_;
  std::vector<Request> requests_;
  size_t next_ = 0;
  Arena arena_;
};

class CountingSink final : public AnswerSink {
 public:
  Arena& arena() override { return arena_; }
  void Answer(RequestId, std::span<const Value> outputs, const CallReport&) override {
    benchmark::DoNotOptimize(outputs.data());
  }
  void Fail(RequestId, const Failure&, const CallReport&) override { ++failures_; }

  // Before the next batch.
  size_t Reset() {
    arena_.Reset();
    return failures_;
  }

 private:
  Arena arena_;
  size_t failures_ = 0;
};

std::unique_ptr<Model> LoadModel(std::string_view name) {
  embedded::OnnxOptions options;
  options.name = name;
  options.path = std::string(PENSTOCK_SOURCE_DIR) + "/examples/card-fraud/models/" + options.name + ".onnx";
  return std::move(*embedded::LoadOnnx(options, RealClock()));
}

void BM_Predict(benchmark::State& state, std::string_view name) {
  const std::unique_ptr<Model> model = LoadModel(name);
  const std::unique_ptr<Predictor> predictor = std::move(*model->NewPredictor({.outputs = {1}}));
  Rows rows;
  CountingSink sink;
  const Duration began = RealClock().Monotonic();
  for (auto _ : state) {
    predictor->Predict(rows.Next(static_cast<size_t>(state.range(0))), sink);
    if (sink.Reset() != 0) state.SkipWithError("the model refuses a row");
  }
  const auto total_ns = static_cast<double>((RealClock().Monotonic() - began).count());
  const double run_ns = predictor->metrics().run_ns.Snapshot().sum;
  const auto answered = static_cast<double>(predictor->metrics().rows.value());
  state.SetItemsProcessed(static_cast<int64_t>(answered));
  state.counters["run_ns"] = run_ns / answered;
  state.counters["ours_ns"] = (total_ns - run_ns) / answered;
  state.counters["ours_share"] = (total_ns - run_ns) / total_ns;
}
BENCHMARK_CAPTURE(BM_Predict, small_40_trees, "fraud-v1")->Arg(1)->Arg(8)->Arg(32)->Arg(256)->Arg(1024);
BENCHMARK_CAPTURE(BM_Predict, large_160_trees, "fraud-v2")->Arg(1)->Arg(8)->Arg(32)->Arg(256)->Arg(1024);

}  // namespace
}  // namespace penstock
