// Tree ensembles of ONNX files: whatever the bytes are, reading ends, takes little memory, and gives an ensemble that
// can be evaluated or says why not.
#include <onnx.pb.h>

#include <cstddef>
#include <cstdint>
#include <vector>

#include "fuzz/evaluated.h"
#include "model/embedded/trees/onnx_reader.h"

namespace penstock::trees {
namespace {

void Run(const onnx::Node& node, bool doubles) {
  const Result<OnnxTrees> trees = ReadOnnxTrees(node, 6, doubles);
  if (!trees) return ExpectRefused(trees.error());
  ExpectEvaluated(trees->ensemble);
  if (!trees->scores) return;
  std::vector<float> scores(trees->ensemble.targets);
  std::vector<double> sums(trees->ensemble.targets, 0.25);
  const int64_t label = trees->scores->Apply(sums, scores);
  Expect(label >= 0 && label < trees->ensemble.targets, "a label that is none");
}

}  // namespace
}  // namespace penstock::trees

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  penstock::trees::onnx::Model model;
  if (!model.ParseFromArray(data, static_cast<int>(size))) return 0;
  for (const penstock::trees::onnx::Node& node : model.graph().node()) {
    penstock::trees::Run(node, false);
    penstock::trees::Run(node, true);
  }
  return 0;
}
