#include <algorithm>
#include <array>
#include <numeric>
#include <string>
#include <utility>

#include "model/embedded/trees/onnx_nodes.h"

namespace penstock::trees {
namespace {

using Mode = std::pair<std::string_view, Test>;

constexpr std::array kModes = {
    Mode{"LEAF", Test::kLeaf},           Mode{"BRANCH_LEQ", Test::kLessEqual},
    Mode{"BRANCH_LT", Test::kLess},      Mode{"BRANCH_GTE", Test::kGreaterEqual},
    Mode{"BRANCH_GT", Test::kGreater},   Mode{"BRANCH_EQ", Test::kEqual},
    Mode{"BRANCH_NEQ", Test::kNotEqual},
};

// Where the nodes stand that are known by tree and number.
class NodePlaces {
 public:
  NodePlaces(std::span<const int64_t> trees, std::span<const int64_t> numbers)
      : trees_(trees), numbers_(numbers), sorted_(trees.size()) {
    std::iota(sorted_.begin(), sorted_.end(), uint32_t{0});
    const auto key = [this](uint32_t place) { return KeyOf(place); };
    if (!std::ranges::is_sorted(sorted_, {}, key)) std::ranges::sort(sorted_, {}, key);
  }

  bool HasDuplicates() const {
    return std::ranges::adjacent_find(sorted_, {}, [this](uint32_t place) { return KeyOf(place); }) != sorted_.end();
  }

  Result<uint32_t> Find(int64_t tree, int64_t number) const {
    const auto found =
        std::ranges::lower_bound(sorted_, std::pair(tree, number), {}, [this](uint32_t place) { return KeyOf(place); });
    if (found == sorted_.end() || KeyOf(*found) != std::pair(tree, number))
      return Invalid("node " + std::to_string(number) + " of tree " + std::to_string(tree) + " is not there");
    return *found;
  }

 private:
  std::pair<int64_t, int64_t> KeyOf(uint32_t place) const { return {trees_[place], numbers_[place]}; }

  std::span<const int64_t> trees_;
  std::span<const int64_t> numbers_;
  std::vector<uint32_t> sorted_;
};

class NodeList {
 public:
  NodeList(const OnnxAttributes& attributes, const char* votes, Ensemble& ensemble)
      : attributes_(attributes),
        votes_(votes),
        ensemble_(ensemble),
        trees_(attributes.Ints("nodes_treeids")),
        numbers_(attributes.Ints("nodes_nodeids")) {}

  Result<void> Add() {
    if (trees_.size() >= UINT32_MAX) return Fail(ErrorKind::kLimit, "it has more than 2^32 nodes");
    if (numbers_.size() != trees_.size()) return Invalid("its lists of nodes are of different sizes");
    const NodePlaces places(trees_, numbers_);
    if (places.HasDuplicates()) return Invalid("a node is there twice");
    TRY(AddNodes(places));
    return AddWeights(places);
  }

 private:
  Result<std::vector<double>> Numbers(const std::string& name) const {
    TRY_ASSIGN(std::vector<double> numbers, attributes_.Numbers(name + "_as_tensor"));
    if (!numbers.empty()) return numbers;
    return attributes_.Numbers(name);
  }

  Result<void> AddNodes(const NodePlaces& places) {
    const std::vector<std::string_view> modes = attributes_.Texts("nodes_modes");
    const std::span<const int64_t> features = attributes_.Ints("nodes_featureids");
    const std::span<const int64_t> yes = attributes_.Ints("nodes_truenodeids");
    const std::span<const int64_t> no = attributes_.Ints("nodes_falsenodeids");
    const std::span<const int64_t> tracks = attributes_.Ints("nodes_missing_value_tracks_true");
    TRY_ASSIGN(const std::vector<double> thresholds, Numbers("nodes_values"));
    for (const size_t size : {modes.size(), features.size(), yes.size(), no.size(), thresholds.size()})
      if (size != trees_.size()) return Invalid("its lists of nodes are of different sizes");
    ensemble_.nodes.resize(trees_.size());
    for (size_t i = 0; i < trees_.size(); ++i) {
      if (i == 0 || trees_[i] != trees_[i - 1]) ensemble_.roots.push_back(static_cast<uint32_t>(i));
      Node& node = ensemble_.nodes[i];
      TRY_ASSIGN(node.test, TestOf(modes[i]));
      if (node.test == Test::kLeaf) continue;
      if (features[i] < 0 || features[i] > UINT32_MAX) return Invalid("a node asks for a feature that is not there");
      node.feature = static_cast<uint32_t>(features[i]);
      node.threshold = thresholds[i];
      // What is no number is unlike every threshold.
      node.missing_is_yes = node.test == Test::kNotEqual || (i < tracks.size() && tracks[i] == 1);
      TRY_ASSIGN(node.yes, places.Find(trees_[i], yes[i]));
      TRY_ASSIGN(node.no, places.Find(trees_[i], no[i]));
    }
    return {};
  }

  static Result<Test> TestOf(std::string_view mode) {
    const auto* const found = std::ranges::find(kModes, mode, &Mode::first);
    if (found == kModes.end()) return Invalid("a node has the mode '" + std::string(mode.substr(0, 40)) + "'");
    return found->second;
  }

  // Those of a leaf in the order in which they are listed. Weights of splits count for nothing.
  Result<void> AddWeights(const NodePlaces& places) {
    const std::string votes = votes_;
    const std::span<const int64_t> targets = attributes_.Ints(votes + "_ids");
    const std::span<const int64_t> trees = attributes_.Ints(votes + "_treeids");
    const std::span<const int64_t> numbers = attributes_.Ints(votes + "_nodeids");
    TRY_ASSIGN(const std::vector<double> values, Numbers(votes + "_weights"));
    for (const size_t size : {trees.size(), numbers.size(), values.size()})
      if (size != targets.size()) return Invalid("its lists of weights are of different sizes");
    std::vector<uint32_t> leaves(targets.size());
    for (size_t i = 0; i < targets.size(); ++i) {
      TRY_ASSIGN(leaves[i], places.Find(trees[i], numbers[i]));
      Node& leaf = ensemble_.nodes[leaves[i]];
      if (leaf.test == Test::kLeaf) ++leaf.no;
    }
    uint32_t begin = 0;
    for (Node& node : ensemble_.nodes) {
      if (node.test != Test::kLeaf) continue;
      node.yes = begin;
      begin += std::exchange(node.no, begin);
    }
    ensemble_.weights.resize(begin);
    for (size_t i = 0; i < targets.size(); ++i) {
      Node& leaf = ensemble_.nodes[leaves[i]];
      if (leaf.test != Test::kLeaf) continue;
      if (targets[i] < 0 || targets[i] >= ensemble_.targets)
        return Invalid("a weight is of a target that is not there");
      ensemble_.weights[leaf.no++] = {static_cast<uint32_t>(targets[i]), values[i]};
    }
    return {};
  }

  const OnnxAttributes& attributes_;
  const char* votes_;
  Ensemble& ensemble_;
  std::span<const int64_t> trees_;
  std::span<const int64_t> numbers_;
};

}  // namespace

Result<void> AddListedNodes(const OnnxAttributes& attributes, const char* votes, Ensemble& ensemble) {
  return NodeList(attributes, votes, ensemble).Add();
}

}  // namespace penstock::trees
