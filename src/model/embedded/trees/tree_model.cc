#include "model/embedded/trees/tree_model.h"

#include <utility>
#include <vector>

#include "base/hash.h"
#include "model/embedded/model_file.h"
#include "model/embedded/trees/kernel.h"
#include "model/embedded/trees/lightgbm_reader.h"
#include "model/embedded/trees/link.h"
#include "model/embedded/trees/tree_predictor.h"
#include "model/embedded/trees/xgboost_reader.h"

namespace penstock::trees {
namespace {

// Which of the outputs is which.
constexpr uint32_t kPrediction = 0;
constexpr uint32_t kMargin = 1;

Port PortOf(std::string name, bool is_float, size_t size) {
  Port port{std::move(name), is_float ? "float32" : "float64", {}};
  if (size > 1) port.shape.push_back(static_cast<int64_t>(size));
  return port;
}

ModelInfo InfoOf(const TreeOptions& options, std::string_view file, const Ensemble& ensemble) {
  ModelInfo info{options.name, options.version.empty() ? ContentName(file) : options.version, {}, {}, {}};
  info.inputs.push_back(
      {"features", ensemble.features_are_float ? "float32" : "float64", {int64_t{ensemble.features}}});
  const size_t predictions = LinkFunction::Of(ensemble).size(ensemble.targets);
  info.outputs.push_back(PortOf("prediction", ensemble.sums_are_float, predictions));
  info.outputs.push_back(PortOf("margin", ensemble.sums_are_float, ensemble.targets));
  return info;
}

Value NumberOrList(std::span<const double> numbers, Arena& arena) {
  return numbers.size() == 1 ? Value::Double(numbers[0]) : NumberList(numbers, arena);
}

class MarginAnswers final : public RowAnswers {
 public:
  MarginAnswers(const LinkFunction& link, size_t targets, std::vector<uint32_t> outputs)
      : link_(link), outputs_(std::move(outputs)), prediction_(link.size(targets)) {}

  void Write(std::span<double> margin, std::span<Value> values, Arena& arena) override {
    for (size_t i = 0; i < outputs_.size(); ++i) {
      if (outputs_[i] == kPrediction) link_.Apply(margin, prediction_);
      values[i] = NumberOrList(outputs_[i] == kMargin ? std::span<const double>(margin) : prediction_, arena);
    }
  }

 private:
  const LinkFunction link_;
  const std::vector<uint32_t> outputs_;
  std::vector<double> prediction_;
};

// null is a missing value.
embedded::ElementFormat FeatureFormat(bool is_float) {
  if (is_float) return {embedded::NumbersOrNull<float>(), sizeof(float)};
  return {embedded::NumbersOrNull<double>(), sizeof(double)};
}

class TreeModel final : public Model {
 public:
  TreeModel(ModelInfo info, const Ensemble& ensemble, std::unique_ptr<const Kernel> kernel, const Clock& clock)
      : info_(std::move(info)),
        kernel_(std::move(kernel)),
        link_(LinkFunction::Of(ensemble)),
        run_{.info = info_,
             .kernel = *kernel_,
             .features = ensemble.features,
             .targets = ensemble.targets,
             .features_are_float = ensemble.features_are_float,
             .written = FeatureFormat(ensemble.features_are_float),
             .cast = nullptr,
             .clock = clock} {}

  const ModelInfo& info() const override { return info_; }

  Result<std::unique_ptr<Predictor>> NewPredictor(PredictorOptions options) override {
    if (options.outputs.empty()) return Invalid("model " + info_.name + " is asked for none of its outputs");
    for (const uint32_t output : options.outputs)
      if (output >= info_.outputs.size())
        return Fail(ErrorKind::kInternal, "model " + info_.name + " has no output " + std::to_string(output));
    const size_t outputs = options.outputs.size();
    return NewTreePredictor(run_, std::make_unique<MarginAnswers>(link_, run_.targets, std::move(options.outputs)),
                            outputs);
  }

  // All of it is memory of ours.
  std::optional<int64_t> NativeBytes() const override { return std::nullopt; }
  // Every tree ends, so that no run can hang.
  std::optional<Duration> LongestRun() const override { return std::nullopt; }

 private:
  const ModelInfo info_;
  const std::unique_ptr<const Kernel> kernel_;
  const LinkFunction link_;
  const TreeRun run_;
};

std::string_view NameOf(TreeFormat format) { return format == TreeFormat::kXgboost ? "XGBoost" : "LightGBM"; }

Result<Ensemble> Read(TreeFormat format, std::string_view file) {
  return format == TreeFormat::kXgboost ? ReadXgboost(file) : ReadLightgbm(file);
}

}  // namespace

Result<std::unique_ptr<Model>> LoadTrees(const TreeOptions& options, const Clock& clock) {
  const std::string& path = options.first_runs.path;
  TRY_ASSIGN(const std::string file, embedded::ReadModelFile(path));
  const Result<Ensemble> ensemble = Read(options.format, file);
  if (!ensemble)
    return Fail(ensemble.error().kind, path + " cannot be used as a model of " + std::string(NameOf(options.format)) +
                                           ": " + ensemble.error().message);
  TRY_ASSIGN(std::unique_ptr<const Kernel> kernel, Kernel::Make(*ensemble));
  auto model = std::make_unique<TreeModel>(InfoOf(options, file, *ensemble), *ensemble, std::move(kernel), clock);
  TRY(embedded::RunFirst(*model, {kPrediction, kMargin}, options.first_runs));
  return model;
}

}  // namespace penstock::trees
