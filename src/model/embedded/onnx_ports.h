// What a session says of its model's inputs and outputs.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "model/embedded/onnx_runtime.h"
#include "model/model.h"

namespace penstock::embedded {

struct OnnxInput {
  Port port;
  ONNXTensorElementDataType type;
};

enum class OnnxOutputForm { kTensor, kMaps, kUnsupported };

struct OnnxOutput {
  Port port;
  OnnxOutputForm form;
};

struct OnnxPorts {
  std::vector<OnnxInput> inputs;
  std::vector<OnnxOutput> outputs;
  // Rows of a run, where the model fixes them.
  std::optional<int64_t> fixed_rows;
};

// kInvalid, without the file's name: an input that cannot be filled from rows. Outputs that cannot be read are said to
// be unsupported: they may be ones that nobody looks at.
Result<OnnxPorts> ReadPorts(const OnnxRuntime& runtime, const OrtSession& session);

// As in "float32"; nothing for what no Value stands for.
std::optional<std::string> ElementTypeName(ONNXTensorElementDataType type);

}  // namespace penstock::embedded
