// For tests: ensembles made by hand.
#pragma once

#include <cstdint>
#include <initializer_list>

#include "model/embedded/trees/ensemble.h"

namespace penstock::trees {

inline Node Split(Test test, uint32_t feature, double threshold, uint32_t yes, uint32_t no) {
  Node node;
  node.test = test;
  node.feature = feature;
  node.threshold = threshold;
  node.yes = yes;
  node.no = no;
  return node;
}

// Adds a leaf, and says which node it is.
inline uint32_t AddLeaf(Ensemble& ensemble, std::initializer_list<Weight> weights) {
  Node leaf;
  leaf.yes = static_cast<uint32_t>(ensemble.weights.size());
  ensemble.weights.insert(ensemble.weights.end(), weights);
  leaf.no = static_cast<uint32_t>(ensemble.weights.size());
  ensemble.nodes.push_back(leaf);
  return static_cast<uint32_t>(ensemble.nodes.size() - 1);
}

// One split, which gives 1 for yes and 2 for no.
inline Ensemble OneSplit(Test test, double threshold) {
  Ensemble ensemble;
  ensemble.features = 1;
  ensemble.base = {0};
  ensemble.roots = {0};
  ensemble.nodes = {Split(test, 0, threshold, 1, 2)};
  AddLeaf(ensemble, {{0, 1}});
  AddLeaf(ensemble, {{0, 2}});
  return ensemble;
}

}  // namespace penstock::trees
