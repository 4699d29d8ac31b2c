// Models in ONNX files, run in this process.
#pragma once

#include <memory>
#include <string>

#include "base/clock.h"
#include "base/result.h"
#include "model/model.h"

namespace penstock::embedded {

struct OnnxOptions {
  std::string name;
  std::string path;
  std::string version;             // empty: from the hash of the file
  int threads = 1;                 // that work on one run; 1: only the worker's own
  std::string parity_path;         // JSON lines of inputs and what the model answers to them (parity.h); empty: none
  double parity_tolerance = 1e-5;  // how far a number may be off, absolutely and as a share of what is expected
  int warm_up_runs = 2;            // of a row, and as many of a batch
  bool use_kernel = true;          // for its tree ensemble, if it has one (trees/onnx_graph.h)
};

// Loads the model, warms it up and compares its answers to the parity file. What is slow or wrong with it shows here,
// not with the first events. `clock` outlives the model. kInvalid: a file that is missing or no such model, or answers
// other than expected; kUnavailable: ONNX Runtime itself is missing.
Result<std::unique_ptr<Model>> LoadOnnx(const OnnxOptions& options, const Clock& clock);

}  // namespace penstock::embedded
