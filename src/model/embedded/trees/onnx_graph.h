// An ONNX graph in which our kernel takes the place of the tree ensemble.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"
#include "model/embedded/trees/onnx_reader.h"
#include "model/embedded/trees/onnx_ways.h"

namespace penstock::trees {

// What the node is called that takes the ensemble's place (onnx_op.h).
inline constexpr const char* kOnnxDomain = "penstock";
inline constexpr const char* kOnnxOperator = "TreeEnsemble";

struct OnnxGraph {
  std::string model;  // the same but for that node
  OnnxTrees trees;
  bool doubles = false;  // the node's input; else floats
  // The operators that ONNX Runtime goes on running, as in "Cast, ZipMap"; may be empty.
  std::string rest;
  // Where these change no numbers but by casts: then ONNX Runtime need not run.
  std::optional<OnnxWays> ways;
};

// `file` is the content of an ONNX file; nothing where it has no tree ensemble, or is no such file. kInvalid: the whole
// graph is left to ONNX Runtime, and why: there is more than one ensemble, or one whose input's type or width is not
// known before it runs, or ReadOnnxTrees() says so.
Result<std::optional<OnnxGraph>> ReplaceTrees(std::string_view file);

}  // namespace penstock::trees
