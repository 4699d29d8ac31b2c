// From the sums of a TreeEnsembleClassifier to its scores and label, as ONNX Runtime has it.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "model/embedded/trees/ensemble.h"

namespace penstock::trees {

// Where the standard says little about two classes, ONNX Runtime decides by how many of them the leaves have weights
// for, by the signs of those, and by how many base values there are (tree_ensemble_aggregator.h).
struct OnnxScores {
  Link link = Link::kNone;
  std::vector<double> base;        // none, or one, or one a class
  bool is_float = true;            // the sums
  bool weights_one_class = false;  // all weights are of one and the same of two classes
  bool weights_are_positive = false;
  bool scores_second = false;  // of two classes, leaves have weights for the second

  // `sums` has two classes or more, and is overwritten. Writes a score a class, and returns the index of the label; or,
  // where the label is one of two and `label_is_value`, the label itself, 0 or 1, whatever the classes are called.
  int64_t Apply(std::span<double> sums, std::span<float> scores) const;
  bool label_is_value(size_t classes) const { return classes == 2 && !weights_one_class; }
};

// As ONNX Runtime computes it: all of it in floats. `values` are not empty.
void OnnxSoftmax(std::span<const double> values, std::span<float> scores);

}  // namespace penstock::trees
