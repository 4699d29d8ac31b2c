#include "model/embedded/trees/ensemble_check.h"

#include <cmath>
#include <string>
#include <utility>
#include <vector>

#include "model/embedded/trees/split_rule.h"

namespace penstock::trees {
namespace {

bool IsFloat(double value) { return std::isnan(value) || static_cast<double>(static_cast<float>(value)) == value; }

tl::unexpected<Error> BadNode(size_t node, const std::string& what) {
  return Invalid("node " + std::to_string(node) + ' ' + what);
}

class EnsembleCheck {
 public:
  explicit EnsembleCheck(const Ensemble& ensemble) : ensemble_(ensemble) {}

  Result<void> Run() {
    TRY(CheckSizes());
    TRY(CheckWeights());
    for (size_t i = 0; i < ensemble_.nodes.size(); ++i)
      TRY(ensemble_.nodes[i].test == Test::kLeaf ? CheckLeaf(i) : CheckSplit(i));
    if (leaf_weights_ > ensemble_.weights.size()) return Invalid("leaves share their weights");
    return CheckTrees();
  }

 private:
  Result<void> CheckSizes() const {
    const Ensemble& e = ensemble_;
    if (e.features == 0 || e.features > kFeaturesMax)
      return Fail(ErrorKind::kLimit, "it has " + std::to_string(e.features) + " features, and 1 to " +
                                         std::to_string(kFeaturesMax) + " are possible");
    if (e.targets == 0 || e.targets > kTargetsMax)
      return Fail(ErrorKind::kLimit, "it has " + std::to_string(e.targets) + " targets, and 1 to " +
                                         std::to_string(kTargetsMax) + " are possible");
    if (e.base.size() != e.targets)
      return Invalid("it has " + std::to_string(e.targets) + " targets, and base values for " +
                     std::to_string(e.base.size()));
    if (e.nodes.size() > UINT32_MAX || e.weights.size() > UINT32_MAX)
      return Fail(ErrorKind::kLimit, "it has more than 2^32 nodes or weights");
    if (!std::isfinite(e.scale)) return Invalid("its scale is no number");
    return {};
  }

  Result<void> CheckWeights() const {
    for (size_t i = 0; i < ensemble_.weights.size(); ++i) {
      const Weight& weight = ensemble_.weights[i];
      if (weight.target >= ensemble_.targets)
        return Invalid("weight " + std::to_string(i) + " is of target " + std::to_string(weight.target) +
                       ", and there are " + std::to_string(ensemble_.targets));
      if (ensemble_.sums_are_float && !IsFloat(weight.value))
        return Invalid("weight " + std::to_string(i) + " is no float");
    }
    for (const double base : ensemble_.base)
      if (ensemble_.sums_are_float && !IsFloat(base)) return Invalid("a base value is no float");
    return {};
  }

  Result<void> CheckLeaf(size_t i) {
    const Node& leaf = ensemble_.nodes[i];
    if (leaf.yes > leaf.no || leaf.no > ensemble_.weights.size()) return BadNode(i, "has weights that are not there");
    leaf_weights_ += leaf.no - leaf.yes;
    return {};
  }

  Result<void> CheckSplit(size_t i) const {
    const Node& split = ensemble_.nodes[i];
    if (split.yes >= ensemble_.nodes.size() || split.no >= ensemble_.nodes.size())
      return BadNode(i, "has a child that is not there");
    if (split.feature >= ensemble_.features)
      return BadNode(i, "asks for feature " + std::to_string(split.feature) + ", and there are " +
                            std::to_string(ensemble_.features));
    if (IsSetTest(split.test)) {
      if (split.set >= ensemble_.sets.size()) return BadNode(i, "has a set of categories that is not there");
      return {};
    }
    if (std::isnan(split.threshold)) return BadNode(i, "has a threshold that is no number");
    if (ensemble_.features_are_float && !IsFloat(split.threshold))
      return BadNode(i, "has a threshold that is no float");
    return {};
  }

  // From the roots down, level by level. A node that is met twice has two parents, or is its own ancestor.
  Result<void> CheckTrees() const {
    std::vector<bool> met(ensemble_.nodes.size());
    std::vector<uint32_t> level;
    const auto meet = [&](uint32_t node) -> Result<void> {
      if (met[node]) return BadNode(node, "is part of two trees, or of one twice");
      met[node] = true;
      if (ensemble_.nodes[node].test != Test::kLeaf) level.push_back(node);
      return {};
    };
    for (const uint32_t root : ensemble_.roots) {
      if (root >= ensemble_.nodes.size()) return Invalid("the root of a tree is not there");
      TRY(meet(root));
    }
    for (uint32_t depth = 1; !level.empty(); ++depth) {
      if (depth > kDepthMax)
        return Fail(ErrorKind::kLimit, "a tree is deeper than " + std::to_string(kDepthMax) + " splits");
      for (const uint32_t split : std::exchange(level, {})) {
        TRY(meet(ensemble_.nodes[split].yes));
        TRY(meet(ensemble_.nodes[split].no));
      }
    }
    return {};
  }

  const Ensemble& ensemble_;
  uint64_t leaf_weights_ = 0;
};

}  // namespace

Result<void> Check(const Ensemble& ensemble) { return EnsembleCheck(ensemble).Run(); }

}  // namespace penstock::trees
