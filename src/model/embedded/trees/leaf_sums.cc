#include "model/embedded/trees/leaf_sums.h"

#include <algorithm>
#include <optional>

namespace penstock::trees {

template <typename Sum>
LeafSums<Sum>::LeafSums(const Ensemble& ensemble, std::span<const uint32_t> leaf_of_slot)
    : aggregate_(ensemble.aggregate),
      is_extreme_(ensemble.aggregate == Aggregate::kMin || ensemble.aggregate == Aggregate::kMax),
      trees_(static_cast<Sum>(std::max<size_t>(1, ensemble.roots.size()))) {
  for (const double base : ensemble.base) base_.push_back(static_cast<Sum>(base));
  if (leaf_of_slot.empty()) return;
  for (const Weight& weight : ensemble.weights) entries_.push_back({weight.target, static_cast<Sum>(weight.value)});
  for (const uint32_t slot : leaf_of_slot) {
    const Node* const leaf = LeafAt(ensemble, slot);
    ranges_.push_back(leaf != nullptr ? Range{leaf->yes, leaf->no} : Range{0, 0});
  }
}

template <typename Sum>
void LeafSums<Sum>::Begin(Row row) const {
  if (aggregate_ == Aggregate::kSum)
    std::ranges::copy(base_, row.sums);
  else
    std::fill_n(row.sums, base_.size(), Sum{0});
  if (is_extreme_) std::fill_n(row.is_set, base_.size(), uint8_t{0});
}

template <typename Sum>
void LeafSums<Sum>::AddExtreme(Row row, Range range) const {
  for (uint32_t i = range.begin; i < range.end; ++i) {
    const Entry& entry = entries_[i];
    Sum& extreme = row.sums[entry.target];
    const bool is_better = aggregate_ == Aggregate::kMin ? entry.value < extreme : entry.value > extreme;
    if (row.is_set[entry.target] == 0 || is_better) extreme = entry.value;
    row.is_set[entry.target] = 1;
  }
}

template <typename Sum>
void LeafSums<Sum>::Finish(Row row, double* margins) const {
  for (size_t i = 0; i < base_.size(); ++i) {
    Sum sum = row.sums[i];
    if (aggregate_ == Aggregate::kAverage) sum = sum / trees_ + base_[i];
    if (is_extreme_) sum = base_[i] + sum;
    margins[i] = static_cast<double>(sum);
  }
}

template class LeafSums<float>;
template class LeafSums<double>;

namespace {

// The one target of the leaves below `root`; nothing where there is no such.
std::optional<uint32_t> TargetOf(const Ensemble& ensemble, uint32_t root, std::vector<uint32_t>& open) {
  std::optional<uint32_t> target;
  open.assign(1, root);
  while (!open.empty()) {
    const Node& node = ensemble.nodes[open.back()];
    open.pop_back();
    if (node.test != Test::kLeaf) {
      open.push_back(node.yes);
      open.push_back(node.no);
      continue;
    }
    if (node.no - node.yes != 1) return std::nullopt;
    const uint32_t here = ensemble.weights[node.yes].target;
    if (target.value_or(here) != here) return std::nullopt;
    target = here;
  }
  return target;
}

}  // namespace

std::vector<uint32_t> TargetOfTrees(const Ensemble& ensemble) {
  if (ensemble.aggregate == Aggregate::kMin || ensemble.aggregate == Aggregate::kMax) return {};
  std::vector<uint32_t> targets;
  std::vector<uint32_t> open;
  for (const uint32_t root : ensemble.roots) {
    const std::optional<uint32_t> target = TargetOf(ensemble, root, open);
    if (!target) return {};
    targets.push_back(*target);
  }
  return targets;
}

}  // namespace penstock::trees
