#include "model/embedded/trees/reference.h"

#include <algorithm>
#include <cmath>
#include <optional>

#include "model/embedded/trees/split_rule.h"

namespace penstock::trees {
namespace {

const Node& LeafOf(const Ensemble& ensemble, uint32_t root, std::span<const double> row) {
  const Node* node = &ensemble.nodes[root];
  while (node->test != Test::kLeaf) {
    double value = row[node->feature];
    if (ensemble.features_are_float) value = static_cast<double>(static_cast<float>(value));
    bool yes = node->missing_is_yes;
    if (!IsMissing(node->missing, value)) yes = Holds(ensemble, *node, std::isnan(value) ? 0.0 : value);
    node = &ensemble.nodes[yes ? node->yes : node->no];
  }
  return *node;
}

double Add(const Ensemble& ensemble, double sum, double value) {
  if (!ensemble.sums_are_float) return sum + value;
  return static_cast<double>(static_cast<float>(sum) + static_cast<float>(value));
}

double Divide(const Ensemble& ensemble, double sum, size_t count) {
  if (!ensemble.sums_are_float) return sum / static_cast<double>(count);
  return static_cast<double>(static_cast<float>(sum) / static_cast<float>(count));
}

std::vector<double> Sums(const Ensemble& ensemble, std::span<const double> row, std::vector<double> sums) {
  for (const uint32_t root : ensemble.roots) {
    const Node& leaf = LeafOf(ensemble, root, row);
    for (uint32_t i = leaf.yes; i < leaf.no; ++i) {
      const Weight& weight = ensemble.weights[i];
      sums[weight.target] = Add(ensemble, sums[weight.target], weight.value);
    }
  }
  return sums;
}

std::vector<double> Averages(const Ensemble& ensemble, std::span<const double> row) {
  std::vector<double> sums = Sums(ensemble, row, std::vector<double>(ensemble.targets, 0));
  for (size_t i = 0; i < sums.size(); ++i)
    sums[i] = Add(ensemble, Divide(ensemble, sums[i], std::max<size_t>(1, ensemble.roots.size())), ensemble.base[i]);
  return sums;
}

std::vector<double> Extremes(const Ensemble& ensemble, std::span<const double> row) {
  std::vector<std::optional<double>> extremes(ensemble.targets);
  for (const uint32_t root : ensemble.roots) {
    const Node& leaf = LeafOf(ensemble, root, row);
    for (uint32_t i = leaf.yes; i < leaf.no; ++i) {
      const Weight& weight = ensemble.weights[i];
      std::optional<double>& extreme = extremes[weight.target];
      const bool better =
          !extreme || (ensemble.aggregate == Aggregate::kMin ? weight.value < *extreme : weight.value > *extreme);
      if (better) extreme = weight.value;
    }
  }
  std::vector<double> margin = ensemble.base;
  for (size_t i = 0; i < margin.size(); ++i) margin[i] = Add(ensemble, margin[i], extremes[i].value_or(0));
  return margin;
}

}  // namespace

std::vector<double> Margin(const Ensemble& ensemble, std::span<const double> row) {
  switch (ensemble.aggregate) {
    case Aggregate::kSum: return Sums(ensemble, row, ensemble.base);
    case Aggregate::kAverage: return Averages(ensemble, row);
    case Aggregate::kMin:
    case Aggregate::kMax: break;
  }
  return Extremes(ensemble, row);
}

}  // namespace penstock::trees
