// The tree ensembles of ONNX graphs.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "base/result.h"
#include "model/embedded/trees/ensemble.h"
#include "model/embedded/trees/onnx_scores.h"

namespace penstock::trees::onnx {
class Node;
}  // namespace penstock::trees::onnx

namespace penstock::trees {

struct OnnxTrees {
  Ensemble ensemble;
  // Of a classifier: how its scores come from the sums, and what its labels are, texts or numbers.
  std::optional<OnnxScores> scores;
  std::vector<std::string> text_labels;
  std::vector<int64_t> number_labels;

  // Writes the scores of one row, one a target, whose margin it overwrites. Returns the index of a classifier's label,
  // which is for label_number() where labels are numbers; else 0.
  int64_t Score(std::span<double> margin, std::span<float> scores_out) const;
  int64_t label_number(int64_t index) const;
};

// Whether it is one that ReadOnnxTrees knows: TreeEnsembleClassifier, TreeEnsembleRegressor, TreeEnsemble.
bool IsTreeEnsemble(const onnx::Node& node);

// `features` is the width of the node's input, and `doubles` whether that are doubles; else they are rounded to floats.
// The ensemble is checked (ensemble_check.h). Takes memory for a few copies of the node. kInvalid or kLimit: what
// contradicts itself, or is left to ONNX Runtime: the message says why.
Result<OnnxTrees> ReadOnnxTrees(const onnx::Node& node, uint32_t features, bool doubles);

}  // namespace penstock::trees
