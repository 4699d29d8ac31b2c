#include "model/embedded/trees/onnx_reader.h"

#include <onnx.pb.h>

#include <algorithm>
#include <array>
#include <string_view>
#include <utility>

#include "model/embedded/trees/ensemble_check.h"
#include "model/embedded/trees/link.h"
#include "model/embedded/trees/onnx_attributes.h"
#include "model/embedded/trees/onnx_nodes.h"

namespace penstock::trees {
namespace {

constexpr std::string_view kClassifier = "TreeEnsembleClassifier";
constexpr std::string_view kRegressor = "TreeEnsembleRegressor";
constexpr std::string_view kEnsemble = "TreeEnsemble";

template <typename T>
using Named = std::pair<std::string_view, T>;

constexpr std::array kLinks = {Named<Link>{"NONE", Link::kNone}, Named<Link>{"SOFTMAX", Link::kSoftmax},
                               Named<Link>{"LOGISTIC", Link::kLogistic},
                               Named<Link>{"SOFTMAX_ZERO", Link::kSoftmaxZero}, Named<Link>{"PROBIT", Link::kProbit}};
constexpr std::array kAggregates = {Named<Aggregate>{"AVERAGE", Aggregate::kAverage},
                                    Named<Aggregate>{"SUM", Aggregate::kSum}, Named<Aggregate>{"MIN", Aggregate::kMin},
                                    Named<Aggregate>{"MAX", Aggregate::kMax}};

template <typename List>
Result<decltype(List::value_type::second)> FindByName(const List& list, std::string_view name) {
  const auto* const found = std::ranges::find(list, name, &List::value_type::first);
  if (found == list.end()) return Invalid("'" + std::string(name.substr(0, 40)) + "' is not known here");
  return found->second;
}

// TreeEnsemble has numbers for names.
template <typename List>
Result<decltype(List::value_type::second)> FindByNumber(const List& list, int64_t number) {
  if (number < 0 || number >= static_cast<int64_t>(list.size()))
    return Invalid("'" + std::to_string(number) + "' is not known here");
  return list[static_cast<size_t>(number)].second;
}

Result<uint32_t> TargetsOf(int64_t count) {
  if (count < 1 || count > int64_t{kTargetsMax})
    return Fail(ErrorKind::kLimit, "it has " + std::to_string(count) + " targets or classes");
  return static_cast<uint32_t>(count);
}

Result<std::vector<double>> BaseOf(const OnnxAttributes& attributes) {
  TRY_ASSIGN(std::vector<double> base, attributes.Numbers("base_values_as_tensor"));
  if (!base.empty()) return base;
  return attributes.Numbers("base_values");
}

// Links of several targets only, but for the one; and base values that are not one a target count for nothing.
void FinishRegressor(Link link, std::vector<double> base, Ensemble& ensemble) {
  ensemble.link = ensemble.targets > 1 || link == Link::kProbit ? link : Link::kNone;
  if (base.size() != ensemble.targets) base.assign(ensemble.targets, 0);
  ensemble.base = std::move(base);
}

// Whether every leaf of some tree has a weight for each class (true), or none has one for it (false), class by class.
// Between the two, ONNX Runtime decides row by row.
class ScoredClasses {
 public:
  static Result<std::vector<bool>> Find(const Ensemble& ensemble) {
    std::vector<uint64_t> leaves(ensemble.targets);
    std::vector<bool> always(ensemble.targets);
    std::vector<bool> ever(ensemble.targets);
    std::vector<uint32_t> pending;
    for (const uint32_t root : ensemble.roots) {
      std::ranges::fill(leaves, 0);
      const uint64_t count = CountLeaves(ensemble, root, pending, leaves);
      for (size_t target = 0; target < leaves.size(); ++target) {
        if (leaves[target] > 0) ever[target] = true;
        if (leaves[target] == count) always[target] = true;
      }
    }
    if (always != ever) return Invalid("some of its leaves have votes for a class, and others have none");
    return always;
  }

 private:
  static uint64_t CountLeaves(const Ensemble& ensemble, uint32_t root, std::vector<uint32_t>& pending,
                              std::vector<uint64_t>& leaves) {
    uint64_t count = 0;
    pending.assign(1, root);
    while (!pending.empty()) {
      const Node& node = ensemble.nodes[pending.back()];
      pending.pop_back();
      if (node.test != Test::kLeaf) {
        pending.push_back(node.yes);
        pending.push_back(node.no);
        continue;
      }
      ++count;
      for (uint32_t i = node.yes; i < node.no; ++i) ++leaves[ensemble.weights[i].target];
    }
    return count;
  }
};

Result<void> ReadLabels(const OnnxAttributes& attributes, OnnxTrees& trees) {
  for (const std::string_view label : attributes.Texts("classlabels_strings")) trees.text_labels.emplace_back(label);
  const std::span<const int64_t> numbers = attributes.Ints("classlabels_int64s");
  trees.number_labels.assign(numbers.begin(), numbers.end());
  if (trees.text_labels.empty() == trees.number_labels.empty())
    return Invalid("its classes have no names, or two each");
  TRY_ASSIGN(trees.ensemble.targets,
             TargetsOf(static_cast<int64_t>(std::max(trees.text_labels.size(), trees.number_labels.size()))));
  if (trees.ensemble.targets == 1) return Invalid("it has a single class");
  return {};
}

// What versions of ONNX Runtime answer differently, and nothing writes that trains or converts.
Result<void> CheckTwo(const OnnxScores& scores) {
  if (!scores.weights_one_class) return {};
  if (scores.base.size() == 2) return Invalid("it has one sum, but two base values, for two classes");
  if (scores.scores_second) return {};
  if (scores.link == Link::kProbit) return Invalid("it has one sum, and the transformation PROBIT, for two classes");
  if (scores.link == Link::kLogistic && scores.weights_are_positive)
    return Invalid("it has one sum that is never negative, and the transformation LOGISTIC, for two classes");
  return {};
}

Result<void> FinishClassifier(Link link, std::vector<double> base, OnnxTrees& trees) {
  Ensemble& ensemble = trees.ensemble;
  const size_t classes = ensemble.targets;
  ensemble.base.assign(classes, 0);
  TRY(Check(ensemble));
  TRY_ASSIGN(const std::vector<bool> scored, ScoredClasses::Find(ensemble));
  const auto scored_count = std::ranges::count(scored, true);
  if (scored_count == 0 || (classes > 2 && base.size() != classes && scored_count < static_cast<int64_t>(classes)))
    return Invalid("none of its leaves has a vote for some class");
  if (classes > 2 && !base.empty() && base.size() != classes) return Invalid("its base values are not one a class");
  if (classes == 2 && base.size() > 2) return Invalid("its base values are not one a class");
  OnnxScores scores;
  scores.link = link;
  scores.base = std::move(base);
  scores.is_float = ensemble.sums_are_float;
  scores.weights_one_class = classes == 2 && scored_count == 1;
  scores.weights_are_positive = std::ranges::all_of(ensemble.weights, [](const Weight& w) { return w.value >= 0; });
  scores.scores_second = scored[1];
  TRY(CheckTwo(scores));
  trees.scores = std::move(scores);
  return {};
}

Result<void> ReadListed(const OnnxAttributes& attributes, bool classifier, OnnxTrees& trees) {
  Ensemble& ensemble = trees.ensemble;
  if (classifier) {
    TRY(ReadLabels(attributes, trees));
  } else {
    TRY_ASSIGN(ensemble.targets, TargetsOf(attributes.Int("n_targets", 0)));
    TRY_ASSIGN(ensemble.aggregate, FindByName(kAggregates, attributes.Text("aggregate_function", "SUM")));
  }
  TRY_ASSIGN(const Link link, FindByName(kLinks, attributes.Text("post_transform", "NONE")));
  TRY_ASSIGN(std::vector<double> base, BaseOf(attributes));
  TRY(AddListedNodes(attributes, classifier ? "class" : "target", ensemble));
  if (classifier) return FinishClassifier(link, std::move(base), trees);
  FinishRegressor(link, std::move(base), ensemble);
  return {};
}

Result<void> ReadPlaced(const OnnxAttributes& attributes, Ensemble& ensemble) {
  TRY_ASSIGN(ensemble.targets, TargetsOf(attributes.Int("n_targets", 0)));
  TRY_ASSIGN(ensemble.aggregate, FindByNumber(kAggregates, attributes.Int("aggregate_function", 1)));
  TRY_ASSIGN(const Link link, FindByNumber(kLinks, attributes.Int("post_transform", 0)));
  TRY(AddPlacedNodes(attributes, ensemble));
  FinishRegressor(link, {}, ensemble);
  return {};
}

}  // namespace

int64_t OnnxTrees::Score(std::span<double> margin, std::span<float> scores_out) const {
  if (scores) return scores->Apply(margin, scores_out);
  if (ensemble.link == Link::kSoftmax && ensemble.sums_are_float) {
    OnnxSoftmax(margin, scores_out);
    return 0;
  }
  LinkFunction::Of(ensemble).Apply(margin, margin);
  std::ranges::transform(margin, scores_out.begin(), [](double x) { return static_cast<float>(x); });
  return 0;
}

int64_t OnnxTrees::label_number(int64_t index) const {
  return scores->label_is_value(ensemble.targets) ? index : number_labels[static_cast<size_t>(index)];
}

bool IsTreeEnsemble(const onnx::Node& node) {
  return node.domain() == "ai.onnx.ml" &&
         (node.op_type() == kClassifier || node.op_type() == kRegressor || node.op_type() == kEnsemble);
}

Result<OnnxTrees> ReadOnnxTrees(const onnx::Node& node, uint32_t features, bool doubles) {
  if (!IsTreeEnsemble(node)) return Invalid("it is no tree ensemble");
  const OnnxAttributes attributes(node);
  OnnxTrees trees;
  trees.ensemble.features = features;
  const bool wide = doubles || std::ranges::any_of(std::array{"nodes_values_as_tensor", "nodes_splits"},
                                                   [&](const char* name) { return attributes.IsDouble(name); });
  trees.ensemble.features_are_float = !wide;
  trees.ensemble.sums_are_float = !wide;
  if (node.op_type() == kEnsemble) {
    TRY(ReadPlaced(attributes, trees.ensemble));
  } else {
    TRY(ReadListed(attributes, node.op_type() == kClassifier, trees));
  }
  TRY(Check(trees.ensemble));
  return trees;
}

}  // namespace penstock::trees
