// What a session says of its model's inputs and outputs.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
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

// Elements of one input in one run: what a model or a row asks for beyond it would only exhaust the memory.
inline constexpr size_t kRunElementsMax = size_t{1} << 24;

// Elements of `rows` rows of a shape, in which open dimensions (-1) count 1; nothing where they are more than
// kRunElementsMax. `rows` is at least 1.
std::optional<size_t> CountElements(size_t rows, std::span<const int64_t> shape);

// kInvalid, without the file's name: an input that cannot be filled from rows. Outputs that cannot be read are said to
// be unsupported: they may be ones that nobody looks at.
Result<OnnxPorts> ReadPorts(const OnnxRuntime& runtime, const OrtSession& session);

// As in "float32"; nothing for what no Value stands for.
std::optional<std::string> ElementTypeName(ONNXTensorElementDataType type);

}  // namespace penstock::embedded
