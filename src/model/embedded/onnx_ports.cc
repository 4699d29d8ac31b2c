#include "model/embedded/onnx_ports.h"

#include <array>
#include <utility>

namespace penstock::embedded {
namespace {

constexpr auto kTypeNames = std::to_array<std::pair<ONNXTensorElementDataType, const char*>>({
    {ONNX_TENSOR_ELEMENT_DATA_TYPE_FLOAT, "float32"},
    {ONNX_TENSOR_ELEMENT_DATA_TYPE_DOUBLE, "float64"},
    {ONNX_TENSOR_ELEMENT_DATA_TYPE_INT64, "int64"},
    {ONNX_TENSOR_ELEMENT_DATA_TYPE_INT32, "int32"},
    {ONNX_TENSOR_ELEMENT_DATA_TYPE_INT16, "int16"},
    {ONNX_TENSOR_ELEMENT_DATA_TYPE_INT8, "int8"},
    {ONNX_TENSOR_ELEMENT_DATA_TYPE_UINT64, "uint64"},
    {ONNX_TENSOR_ELEMENT_DATA_TYPE_UINT32, "uint32"},
    {ONNX_TENSOR_ELEMENT_DATA_TYPE_UINT16, "uint16"},
    {ONNX_TENSOR_ELEMENT_DATA_TYPE_UINT8, "uint8"},
    {ONNX_TENSOR_ELEMENT_DATA_TYPE_BOOL, "bool"},
    {ONNX_TENSOR_ELEMENT_DATA_TYPE_STRING, "string"},
});

std::string Unsupported(const std::string& what) { return "unsupported (" + what + ')'; }

struct TensorType {
  ONNXTensorElementDataType element = ONNX_TENSOR_ELEMENT_DATA_TYPE_UNDEFINED;
  std::vector<int64_t> dimensions;
};

class PortReader {
 public:
  PortReader(const OnnxRuntime& runtime, const OrtSession& session)
      : runtime_(runtime), api_(runtime.api()), session_(session) {}

  Result<OnnxPorts> Read() {
    size_t inputs = 0;
    TRY(runtime_.Check(api_.SessionGetInputCount(&session_, &inputs), "count inputs"));
    for (size_t i = 0; i < inputs; ++i) TRY(ReadInput(i));
    size_t outputs = 0;
    TRY(runtime_.Check(api_.SessionGetOutputCount(&session_, &outputs), "count outputs"));
    for (size_t i = 0; i < outputs; ++i) TRY(ReadOutput(i));
    TRY(CheckSizes());
    return std::move(ports_);
  }

 private:
  Result<void> ReadInput(size_t index) {
    TRY_ASSIGN(std::string name, Name(api_.SessionGetInputName, index));
    Handle<OrtTypeInfo> info = runtime_.NewHandle(api_.ReleaseTypeInfo);
    TRY(runtime_.Check(
        MakeHandle(info, [&](OrtTypeInfo** out) { return api_.SessionGetInputTypeInfo(&session_, index, out); }),
        "describe an input"));
    TRY_ASSIGN(const ONNXType form, FormOf(*info));
    if (form != ONNX_TYPE_TENSOR) return Invalid("its input '" + name + "' is no tensor, which no row can give");
    TRY_ASSIGN(TensorType type, TensorTypeOf(*info));
    const std::optional<std::string> type_name = ElementTypeName(type.element);
    if (!type_name)
      return Invalid("its input '" + name + "' has elements of a type that no row can give (ONNX type " +
                     std::to_string(type.element) + "); convert it to float32");
    if (type.dimensions.empty())
      return Invalid("its input '" + name +
                     "' has no dimension, so rows cannot be batched in it; export the model with a batch dimension");
    TRY(NoteRows(name, type.dimensions.front()));
    type.dimensions.erase(type.dimensions.begin());
    ports_.inputs.push_back({{std::move(name), *type_name, std::move(type.dimensions)}, type.element});
    return {};
  }

  Result<void> NoteRows(const std::string& name, int64_t rows) {
    if (rows < 0) return {};
    if (rows == 0 || ports_.fixed_rows.value_or(rows) != rows)
      return Invalid("its input '" + name + "' takes batches of " + std::to_string(rows) +
                     " rows, which do not go with its other inputs");
    ports_.fixed_rows = rows;
    return {};
  }

  Result<void> CheckSizes() const {
    for (const OnnxInput& input : ports_.inputs) {
      if (!CountElements(static_cast<size_t>(ports_.fixed_rows.value_or(1)), input.port.shape))
        return Invalid("its input '" + input.port.name + "' takes more than " + std::to_string(kRunElementsMax) +
                       " elements at a time");
    }
    return {};
  }

  Result<void> ReadOutput(size_t index) {
    TRY_ASSIGN(std::string name, Name(api_.SessionGetOutputName, index));
    Handle<OrtTypeInfo> info = runtime_.NewHandle(api_.ReleaseTypeInfo);
    TRY(runtime_.Check(
        MakeHandle(info, [&](OrtTypeInfo** out) { return api_.SessionGetOutputTypeInfo(&session_, index, out); }),
        "describe an output"));
    TRY_ASSIGN(const ONNXType form, FormOf(*info));
    OnnxOutput output{{std::move(name), Unsupported("neither a tensor nor maps"), {}}, OnnxOutputForm::kUnsupported};
    if (form == ONNX_TYPE_TENSOR) TRY(DescribeTensor(*info, output));
    if (form == ONNX_TYPE_SEQUENCE) TRY(DescribeSequence(*info, output));
    ports_.outputs.push_back(std::move(output));
    return {};
  }

  Result<void> DescribeTensor(const OrtTypeInfo& info, OnnxOutput& output) {
    TRY_ASSIGN(TensorType type, TensorTypeOf(info));
    const std::optional<std::string> type_name = ElementTypeName(type.element);
    output.port.type = type_name.value_or(Unsupported("a tensor of ONNX type " + std::to_string(type.element)));
    if (type_name) output.form = OnnxOutputForm::kTensor;
    if (!type.dimensions.empty()) output.port.shape.assign(type.dimensions.begin() + 1, type.dimensions.end());
    return {};
  }

  Result<void> DescribeSequence(const OrtTypeInfo& info, OnnxOutput& output) {
    const OrtSequenceTypeInfo* sequence = nullptr;  // part of `info`
    TRY(runtime_.Check(api_.CastTypeInfoToSequenceTypeInfo(&info, &sequence), "describe a sequence"));
    Handle<OrtTypeInfo> element = runtime_.NewHandle(api_.ReleaseTypeInfo);
    TRY(runtime_.Check(
        MakeHandle(element, [&](OrtTypeInfo** out) { return api_.GetSequenceElementType(sequence, out); }),
        "describe a sequence"));
    TRY_ASSIGN(const ONNXType form, FormOf(*element));
    const bool maps = form == ONNX_TYPE_MAP;
    output.port.type = maps ? "map" : Unsupported("a sequence of something else than maps");
    if (maps) output.form = OnnxOutputForm::kMaps;
    return {};
  }

  Result<ONNXType> FormOf(const OrtTypeInfo& info) {
    ONNXType form = ONNX_TYPE_UNKNOWN;
    TRY(runtime_.Check(api_.GetOnnxTypeFromTypeInfo(&info, &form), "describe a type"));
    return form;
  }

  Result<TensorType> TensorTypeOf(const OrtTypeInfo& info) {
    const OrtTensorTypeAndShapeInfo* tensor = nullptr;  // part of `info`
    TRY(runtime_.Check(api_.CastTypeInfoToTensorInfo(&info, &tensor), "describe a tensor"));
    TensorType type;
    TRY(runtime_.Check(api_.GetTensorElementType(tensor, &type.element), "describe a tensor"));
    size_t count = 0;
    TRY(runtime_.Check(api_.GetDimensionsCount(tensor, &count), "describe a tensor"));
    type.dimensions.resize(count);
    TRY(runtime_.Check(api_.GetDimensions(tensor, type.dimensions.data(), count), "describe a tensor"));
    return type;
  }

  template <typename GetName>
  Result<std::string> Name(GetName get_name, size_t index) {
    char* name = nullptr;
    TRY(runtime_.Check(get_name(&session_, index, runtime_.allocator(), &name), "name an input or output"));
    std::string copy = name;
    TRY(runtime_.Check(api_.AllocatorFree(runtime_.allocator(), name), "free a name"));
    return copy;
  }

  const OnnxRuntime& runtime_;
  const OrtApi& api_;
  const OrtSession& session_;
  OnnxPorts ports_;
};

}  // namespace

std::optional<std::string> ElementTypeName(ONNXTensorElementDataType type) {
  for (const auto& [known, name] : kTypeNames)
    if (known == type) return name;
  return std::nullopt;
}

std::optional<size_t> CountElements(size_t rows, std::span<const int64_t> shape) {
  size_t count = rows;
  bool fits = true;
  // A dimension of 0 makes any other harmless, wherever it stands.
  for (const int64_t size : shape) {
    if (size == 0) return 0;
    if (__builtin_mul_overflow(count, static_cast<size_t>(size < 0 ? 1 : size), &count)) fits = false;
  }
  return fits && count <= kRunElementsMax ? std::optional(count) : std::nullopt;
}

Result<OnnxPorts> ReadPorts(const OnnxRuntime& runtime, const OrtSession& session) {
  return PortReader(runtime, session).Read();
}

}  // namespace penstock::embedded
