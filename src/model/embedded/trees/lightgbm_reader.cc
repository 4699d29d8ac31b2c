#include "model/embedded/trees/lightgbm_reader.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <string>
#include <utility>

#include "model/embedded/trees/ensemble_check.h"
#include "model/embedded/trees/lightgbm_lines.h"
#include "model/embedded/trees/lightgbm_tree.h"

namespace penstock::trees {
namespace {

using Entry = std::pair<std::string_view, Link>;

constexpr std::array kObjectives = {
    Entry{"regression", Link::kNone},
    Entry{"regression_l1", Link::kNone},
    Entry{"huber", Link::kNone},
    Entry{"fair", Link::kNone},
    Entry{"quantile", Link::kNone},
    Entry{"mape", Link::kNone},
    Entry{"poisson", Link::kExp},
    Entry{"gamma", Link::kExp},
    Entry{"tweedie", Link::kExp},
    Entry{"binary", Link::kLogistic},
    Entry{"multiclass", Link::kSoftmax},
    Entry{"multiclassova", Link::kLogistic},
    Entry{"cross_entropy", Link::kLogistic},
    Entry{"cross_entropy_lambda", Link::kLog1pExp},
    Entry{"lambdarank", Link::kNone},
    Entry{"rank_xendcg", Link::kNone},
};

std::string_view TakeWord(std::string_view& rest) {
  const size_t end = std::min(rest.find(' '), rest.size());
  const std::string_view word = rest.substr(0, end);
  rest.remove_prefix(std::min(end + 1, rest.size()));
  return word;
}

// As in "binary sigmoid:1", "regression sqrt"; none at all where the objective was the user's own.
Result<void> ReadObjective(std::string_view text, Ensemble& ensemble) {
  if (text.empty()) return {};
  const std::string_view name = TakeWord(text);
  const auto* const found = std::ranges::find(kObjectives, name, &Entry::first);
  if (found == kObjectives.end())
    return Invalid("its objective '" + std::string(name.substr(0, 40)) + "' is not known here");
  ensemble.link = found->second;
  while (!text.empty()) {
    std::string_view word = TakeWord(text);
    if (word == "sqrt" && ensemble.link == Link::kNone) ensemble.link = Link::kSignedSquare;
    constexpr std::string_view kSigmoid = "sigmoid:";
    if (!word.starts_with(kSigmoid)) continue;
    word.remove_prefix(kSigmoid.size());
    const auto [end, error] = std::from_chars(word.data(), word.data() + word.size(), ensemble.scale);
    if (error != std::errc() || end != word.data() + word.size()) return Invalid("its sigmoid is no number");
  }
  return {};
}

Result<uint32_t> CountOf(const LightgbmBlock& head, std::string_view key, int64_t more, uint32_t max) {
  TRY_ASSIGN(const int64_t number, head.Whole(key));
  if (number < 1 - more || number > int64_t{max} - more)
    return Fail(ErrorKind::kLimit, "its " + std::string(key) + " is " + std::to_string(number));
  return static_cast<uint32_t>(number + more);
}

}  // namespace

Result<Ensemble> ReadLightgbm(std::string_view file) {
  TRY_ASSIGN(const LightgbmText text, ParseLightgbm(file));
  Ensemble ensemble;
  ensemble.features_are_float = false;
  ensemble.sums_are_float = false;
  const bool has_trees_per_round = text.head.has("num_tree_per_iteration");
  TRY_ASSIGN(ensemble.features, CountOf(text.head, "max_feature_idx", 1, kFeaturesMax));
  TRY_ASSIGN(ensemble.targets,
             CountOf(text.head, has_trees_per_round ? "num_tree_per_iteration" : "num_class", 0, kTargetsMax));
  TRY(ReadObjective(text.head.text("objective"), ensemble));
  ensemble.base.assign(ensemble.targets, 0);
  if (text.trees.size() % ensemble.targets != 0)
    return Invalid("it has " + std::to_string(text.trees.size()) + " trees for " + std::to_string(ensemble.targets) +
                   " classes");
  // A forest's sums are divided by the number of all trees, each class's by those of its own.
  const bool is_forest = text.head.has("average_output");
  if (is_forest) ensemble.aggregate = Aggregate::kAverage;
  const double factor = is_forest ? static_cast<double>(ensemble.targets) : 1;
  for (size_t i = 0; i < text.trees.size(); ++i) {
    const Result<void> added =
        AddLightgbmTree(text.trees[i], static_cast<uint32_t>(i % ensemble.targets), factor, ensemble);
    if (!added) return Fail(added.error().kind, "tree " + std::to_string(i) + ": " + added.error().message);
  }
  TRY(Check(ensemble));
  return ensemble;
}

}  // namespace penstock::trees
