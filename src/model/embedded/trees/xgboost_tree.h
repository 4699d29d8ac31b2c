// One tree of XGBoost -> nodes of an ensemble.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/result.h"
#include "model/embedded/trees/ensemble.h"

namespace penstock::trees {

// As it stands in the file: an entry a node in each, but where something else is said.
struct XgboostTree {
  std::vector<double> left_children;  // -1: a leaf
  std::vector<double> right_children;
  std::vector<double> split_indices;
  std::vector<double> split_conditions;  // of a leaf: its weight
  std::vector<double> default_left;
  std::vector<double> split_type;  // 1: by category; or none at all
  // Of the nodes in categories_nodes: where in `categories` theirs begin, and how many they are.
  std::vector<double> categories_nodes;
  std::vector<double> categories_segments;
  std::vector<double> categories_sizes;
  std::vector<double> categories;
  // Of trees with a weight for each target. From 3.1 on, leaf_weights holds them one leaf after another, and the right
  // child of a leaf says which; before that, base_weights holds them one node after another.
  std::vector<double> base_weights;
  std::vector<double> leaf_weights;
  std::string size_leaf_vector;  // more than 1: it is such a tree

  bool has_weights_of_all_targets() const {
    return !size_leaf_vector.empty() && size_leaf_vector != "0" && size_leaf_vector != "1";
  }
};

// Adds the nodes of a tree, its weights, its sets, and its root. The weights of a tree for one target are of target 0.
// `words_left` is how many words the sets may still have. kInvalid or kLimit: the tree contradicts itself.
Result<void> AddTree(const XgboostTree& tree, uint64_t& words_left, Ensemble& ensemble);

}  // namespace penstock::trees
