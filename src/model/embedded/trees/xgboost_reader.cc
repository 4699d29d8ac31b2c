#include "model/embedded/trees/xgboost_reader.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <string>
#include <utility>
#include <vector>

#include "model/embedded/trees/ensemble_check.h"
#include "model/embedded/trees/json_walk.h"
#include "model/embedded/trees/ubj_walk.h"
#include "model/embedded/trees/xgboost_fields.h"
#include "model/embedded/trees/xgboost_objective.h"

namespace penstock::trees {
namespace {

constexpr uint64_t kSetWordsMax = (uint64_t{64} << 20) / sizeof(uint64_t);

Result<uint32_t> ParseCount(const std::string& text, const char* name, uint32_t fallback) {
  if (text.empty()) return fallback;
  uint32_t count = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), count);
  if (error != std::errc() || end != text.data() + text.size())
    return Invalid("its " + std::string(name) + " is '" + text + "', which is no count");
  return count;
}

// "5E-1", or "[5E-1]", or with several numbers in the brackets, one a target.
Result<std::vector<float>> ParseBaseScore(const std::string& text) {
  const auto wrong = [&text] { return Invalid("its base_score is '" + text + "', which is no number"); };
  std::string_view rest = text;
  if (rest.starts_with('[') != rest.ends_with(']')) return wrong();
  if (rest.starts_with('[')) rest = rest.substr(1, rest.size() - 2);
  std::vector<float> scores;
  while (true) {
    while (rest.starts_with(' ')) rest.remove_prefix(1);
    float score = 0;
    const auto [end, error] = std::from_chars(rest.data(), rest.data() + rest.size(), score);
    if (error != std::errc()) return wrong();
    scores.push_back(score);
    rest.remove_prefix(static_cast<size_t>(end - rest.data()));
    if (rest.empty()) return scores;
    if (!rest.starts_with(',')) return wrong();
    rest.remove_prefix(1);
  }
}

XgboostVersion VersionOf(const std::vector<double>& numbers) {
  XgboostVersion version{};
  for (size_t i = 0; i < version.size() && i < numbers.size(); ++i)
    version[i] = static_cast<int64_t>(std::clamp(numbers[i], 0.0, 1e6));
  return version;
}

class XgboostReader {
 public:
  explicit XgboostReader(XgboostModel model) : model_(std::move(model)), version_(VersionOf(model_.version)) {}

  Result<Ensemble> Read() && {
    TRY(CheckBooster());
    Ensemble& ensemble = model_.trees;
    TRY_ASSIGN(ensemble.features, ParseCount(model_.num_feature, "num_feature", 0));
    TRY(ReadTargets());
    TRY(ReadBase());
    TRY(AssignTargets());
    TRY(ApplyFactors());
    TRY(Check(ensemble));
    return std::move(ensemble);
  }

 private:
  Result<void> CheckBooster() const {
    if (model_.booster == "gblinear") return Invalid("it is a linear model (gblinear), and has no trees");
    if (!model_.has_booster_model || (model_.booster != "gbtree" && model_.booster != "dart"))
      return Invalid("it is no model of XGBoost: its booster is '" + model_.booster + "'");
    return {};
  }

  Result<void> ReadTargets() {
    TRY_ASSIGN(const uint32_t classes, ParseCount(model_.num_class, "num_class", 0));
    TRY_ASSIGN(const uint32_t targets, ParseCount(model_.num_target, "num_target", 1));
    model_.trees.targets = std::max({classes, targets, 1U});
    if (model_.trees.targets > kTargetsMax)
      return Fail(ErrorKind::kLimit, "it has " + std::to_string(model_.trees.targets) + " classes or targets");
    return {};
  }

  Result<void> ReadBase() {
    Ensemble& ensemble = model_.trees;
    TRY_ASSIGN(const XgboostObjective objective, FindXgboostObjective(model_.objective, version_, ensemble.targets));
    ensemble.link = objective.link;
    TRY_ASSIGN(std::vector<float> scores, ParseBaseScore(model_.base_score));
    if (scores.size() == 1) scores.resize(ensemble.targets, scores[0]);
    if (scores.size() != ensemble.targets)
      return Invalid("its base_score has " + std::to_string(scores.size()) + " numbers for " +
                     std::to_string(ensemble.targets) + " targets");
    for (const float score : scores) ensemble.base.push_back(static_cast<double>(objective.MarginOf(score)));
    return {};
  }

  // Trees with one weight a leaf are of the target that tree_info names.
  Result<void> AssignTargets() {
    const size_t trees = model_.tree_weights_ends.size();
    if (model_.tree_targets.size() != trees)
      return Invalid("it has " + std::to_string(trees) + " trees, and tree_info for " +
                     std::to_string(model_.tree_targets.size()));
    uint32_t weight = 0;
    for (size_t tree = 0; tree < trees; ++tree) {
      const double target = model_.tree_targets[tree];
      if (!(target >= 0 && target < static_cast<double>(model_.trees.targets)))
        return Invalid("tree " + std::to_string(tree) + " is of a target that is not there");
      const uint32_t end = model_.tree_weights_ends[tree];
      if (!model_.tree_has_all_targets[tree])
        for (; weight < end; ++weight) model_.trees.weights[weight].target = static_cast<uint32_t>(target);
      weight = end;
    }
    return {};
  }

  // Of DART: each tree counts for a part of it. That is how predict() computes it; inplace_predict() of versions up
  // to 3.2 adds the base to what a tree says, and takes it away again, and so is off by what that rounds.
  Result<void> ApplyFactors() {
    if (model_.tree_factors.size() > model_.tree_weights_ends.size())
      return Invalid("its weight_drop names too many trees");
    uint32_t i = 0;
    for (size_t tree = 0; tree < model_.tree_factors.size(); ++tree) {
      const auto factor = static_cast<float>(model_.tree_factors[tree]);
      for (; i < model_.tree_weights_ends[tree]; ++i) {
        double& value = model_.trees.weights[i].value;
        value = static_cast<double>(static_cast<float>(value) * factor);
      }
    }
    return {};
  }

  XgboostModel model_;
  XgboostVersion version_;
};

// Objects of both begin with '{'; in UBJ, the length of the first key follows, which is no key of JSON.
bool IsJson(std::string_view file) {
  const size_t brace = file.find_first_not_of(" \t\r\n");
  if (brace == std::string_view::npos || file[brace] != '{') return false;
  const size_t next = file.find_first_not_of(" \t\r\n", brace + 1);
  return next != std::string_view::npos && (file[next] == '"' || file[next] == '}');
}

}  // namespace

Result<Ensemble> ReadXgboost(std::string_view file) {
  XgboostFields fields(kSetWordsMax);
  if (!file.starts_with('{') && !IsJson(file))
    return Invalid("it is no model of XGBoost in JSON or UBJ; save it anew as model.json or model.ubj");
  TRY(IsJson(file) ? WalkJson(file, fields) : WalkUbj(file, fields));
  if (fields.error()) return tl::unexpected<Error>(*fields.error());
  return XgboostReader(std::move(fields.model())).Read();
}

}  // namespace penstock::trees
