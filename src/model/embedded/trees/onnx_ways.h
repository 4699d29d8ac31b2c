// An ONNX graph in which nothing but a tree ensemble computes: what is before and after it renames, casts, or makes
// maps.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace penstock::trees::onnx {
class Graph;
class Node;
}  // namespace penstock::trees::onnx

namespace penstock::trees {

struct OnnxTrees;

// The ways of numbers from the graph's one input to the ensemble, and from there to the graph's outputs. Types are
// those of TensorProto.DataType, which ONNXTensorElementDataType repeats.
struct OnnxWays {
  enum class Source : uint8_t { kLabel, kScores, kMaps };  // maps of scores
  struct Output {
    Source source = Source::kScores;
    std::vector<int> label_types;  // that a label is cast to, in turn
    // Of maps: what the scores are called, texts or numbers, one a class and none twice.
    std::vector<std::string> text_keys;
    std::vector<int64_t> number_keys;
  };

  std::vector<int> input_types;  // that of the graph's input, and those that it is cast to
  std::vector<Output> outputs;   // as the graph has them
};

// `ensemble` is a node of the graph with one input and all its outputs, and `trees` what was read of it. Nothing where
// anything else computes, or casts in a way that is left to ONNX Runtime.
std::optional<OnnxWays> FindWays(const onnx::Graph& graph, const onnx::Node& ensemble, const OnnxTrees& trees);

}  // namespace penstock::trees
