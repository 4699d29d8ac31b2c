#include "model/embedded/tensor_reader.h"

#include <concepts>
#include <cstdint>
#include <span>
#include <vector>

#include "base/utf8.h"
#include "event/collection.h"
#include "model/embedded/onnx_ports.h"

namespace penstock::embedded {
namespace {

template <typename T>
Value ToValue(T element) {
  if constexpr (std::same_as<T, bool>) return Value::Bool(element);
  if constexpr (std::floating_point<T>) return Value::Double(static_cast<double>(element));
  if constexpr (std::same_as<T, uint64_t>) return Value::Uint(element);
  return Value::Int(static_cast<int64_t>(element));
}

class OutputReader {
 public:
  OutputReader(const OnnxRuntime& runtime, Arena& arena) : runtime_(runtime), api_(runtime.api()), arena_(arena) {}

  Result<void> Read(const OrtValue& output, size_t rows_run, size_t rows, OutputColumn column) {
    ONNXType form = ONNX_TYPE_UNKNOWN;
    TRY(runtime_.Check(api_.GetValueType(&output, &form), "describe an output"));
    if (form == ONNX_TYPE_SEQUENCE) return ReadMaps(output, rows_run, rows, column);
    TRY(Describe(output));
    if (dimensions_.empty() || dimensions_[0] != static_cast<int64_t>(rows_run)) return WrongRows(rows_run);
    if (dimensions_.size() == 1) return ReadElements(output, rows, column);
    return ReadLists(output, rows, column);
  }

 private:
  Result<void> Describe(const OrtValue& tensor) {
    Handle<OrtTensorTypeAndShapeInfo> info = runtime_.NewHandle(api_.ReleaseTensorTypeAndShapeInfo);
    TRY(runtime_.Check(
        MakeHandle(info, [&](OrtTensorTypeAndShapeInfo** out) { return api_.GetTensorTypeAndShape(&tensor, out); }),
        "describe a tensor"));
    TRY(runtime_.Check(api_.GetTensorElementType(info.get(), &type_), "describe a tensor"));
    size_t count = 0;
    TRY(runtime_.Check(api_.GetDimensionsCount(info.get(), &count), "describe a tensor"));
    dimensions_.resize(count);
    return runtime_.Check(api_.GetDimensions(info.get(), dimensions_.data(), count), "describe a tensor");
  }

  Result<void> WrongRows(size_t rows_run) const {
    std::string shape;
    for (const int64_t size : dimensions_) shape += (shape.empty() ? "" : ",") + std::to_string(size);
    return Invalid("has the shape [" + shape + "] for a batch of " + std::to_string(rows_run) +
                   "; its first dimension must be the batch's");
  }

  // From the innermost lists outwards; the outermost are the rows' own.
  Result<void> ReadLists(const OrtValue& tensor, size_t rows, OutputColumn column) {
    size_t count = rows;
    for (size_t d = 1; d < dimensions_.size(); ++d) count *= static_cast<size_t>(dimensions_[d]);
    const Value* inner = nullptr;
    const std::span<Value> elements = arena_.AllocateArray<Value>(count);
    TRY(ReadElements(tensor, count, {elements.data(), 1}));
    inner = elements.data();
    for (size_t d = dimensions_.size() - 1; d > 1; --d) inner = Wrap(inner, rows, d);
    const auto size = static_cast<uint32_t>(dimensions_[1]);
    for (size_t row = 0; row < rows; ++row) column.first[row * column.stride] = Value::List(inner + row * size, size);
    return {};
  }

  // The lists of the dimension `d`, whose elements are `inner`.
  const Value* Wrap(const Value* inner, size_t rows, size_t d) {
    size_t count = rows;
    for (size_t outer = 1; outer < d; ++outer) count *= static_cast<size_t>(dimensions_[outer]);
    const auto size = static_cast<uint32_t>(dimensions_[d]);
    const std::span<Value> lists = arena_.AllocateArray<Value>(count);
    for (size_t i = 0; i < count; ++i) lists[i] = Value::List(inner + i * size, size);
    return lists.data();
  }

  Result<void> ReadElements(const OrtValue& tensor, size_t count, OutputColumn column) {
    switch (type_) {
      case ONNX_TENSOR_ELEMENT_DATA_TYPE_FLOAT: return Copy<float>(tensor, count, column);
      case ONNX_TENSOR_ELEMENT_DATA_TYPE_DOUBLE: return Copy<double>(tensor, count, column);
      case ONNX_TENSOR_ELEMENT_DATA_TYPE_INT64: return Copy<int64_t>(tensor, count, column);
      case ONNX_TENSOR_ELEMENT_DATA_TYPE_INT32: return Copy<int32_t>(tensor, count, column);
      case ONNX_TENSOR_ELEMENT_DATA_TYPE_INT16: return Copy<int16_t>(tensor, count, column);
      case ONNX_TENSOR_ELEMENT_DATA_TYPE_INT8: return Copy<int8_t>(tensor, count, column);
      case ONNX_TENSOR_ELEMENT_DATA_TYPE_UINT64: return Copy<uint64_t>(tensor, count, column);
      case ONNX_TENSOR_ELEMENT_DATA_TYPE_UINT32: return Copy<uint32_t>(tensor, count, column);
      case ONNX_TENSOR_ELEMENT_DATA_TYPE_UINT16: return Copy<uint16_t>(tensor, count, column);
      case ONNX_TENSOR_ELEMENT_DATA_TYPE_UINT8: return Copy<uint8_t>(tensor, count, column);
      case ONNX_TENSOR_ELEMENT_DATA_TYPE_BOOL: return Copy<bool>(tensor, count, column);
      case ONNX_TENSOR_ELEMENT_DATA_TYPE_STRING: return CopyStrings(tensor, count, column);
      default: return Invalid("has elements of a type that no value stands for");
    }
  }

  template <typename T>
  Result<void> Copy(const OrtValue& tensor, size_t count, OutputColumn column) {
    if (count == 0) return {};
    // The C API gives tensors out for writing only.
    void* data = nullptr;
    TRY(runtime_.Check(api_.GetTensorMutableData(const_cast<OrtValue*>(&tensor), &data), "read a tensor"));
    const T* elements = static_cast<const T*>(data);
    for (size_t i = 0; i < count; ++i) column.first[i * column.stride] = ToValue(elements[i]);
    return {};
  }

  Result<void> CopyStrings(const OrtValue& tensor, size_t count, OutputColumn column) {
    for (size_t i = 0; i < count; ++i) {
      size_t size = 0;
      TRY(runtime_.Check(api_.GetStringTensorElementLength(&tensor, i, &size), "measure a string"));
      const std::span<char> text = arena_.AllocateArray<char>(size);
      TRY(runtime_.Check(api_.GetStringTensorElement(&tensor, size, i, text.data()), "read a string"));
      const std::string_view bytes(text.data(), size);
      column.first[i * column.stride] = IsValidUtf8(bytes) ? Value::String(bytes) : Value::Bytes(bytes);
    }
    return {};
  }

  Result<void> ReadMaps(const OrtValue& sequence, size_t rows_run, size_t rows, OutputColumn column) {
    size_t count = 0;
    TRY(runtime_.Check(api_.GetValueCount(&sequence, &count), "count maps"));
    if (count != rows_run)
      return Invalid("has " + std::to_string(count) + " maps for a batch of " + std::to_string(rows_run));
    for (size_t row = 0; row < rows; ++row) {
      TRY_ASSIGN(const Handle<OrtValue> map, Part(sequence, row));
      TRY_ASSIGN(column.first[row * column.stride], ReadMap(*map));
    }
    return {};
  }

  Result<Value> ReadMap(const OrtValue& map) {
    ONNXType form = ONNX_TYPE_UNKNOWN;
    TRY(runtime_.Check(api_.GetValueType(&map, &form), "describe a map"));
    if (form != ONNX_TYPE_MAP) return Invalid("is a sequence of something else than maps");
    TRY_ASSIGN(const Handle<OrtValue> keys, Part(map, 0));
    TRY_ASSIGN(const Handle<OrtValue> values, Part(map, 1));
    TRY_ASSIGN(const std::span<const Value> key_list, ReadAll(*keys));
    TRY_ASSIGN(const std::span<const Value> value_list, ReadAll(*values));
    MapBuilder builder(arena_, static_cast<uint32_t>(key_list.size()));
    for (size_t i = 0; i < key_list.size() && i < value_list.size(); ++i) builder.Add(key_list[i], value_list[i]);
    return builder.Finish();
  }

  Result<std::span<const Value>> ReadAll(const OrtValue& tensor) {
    TRY(Describe(tensor));
    size_t count = 1;
    for (const int64_t size : dimensions_) count *= static_cast<size_t>(size);
    const std::span<Value> values = arena_.AllocateArray<Value>(count);
    TRY(ReadElements(tensor, count, {values.data(), 1}));
    return values;
  }

  // An element of a sequence, or of a map its keys (0) and values (1).
  Result<Handle<OrtValue>> Part(const OrtValue& whole, size_t index) {
    Handle<OrtValue> part = runtime_.NewHandle(api_.ReleaseValue);
    TRY(runtime_.Check(MakeHandle(part,
                                  [&](OrtValue** out) {
                                    return api_.GetValue(&whole, static_cast<int>(index), runtime_.allocator(), out);
                                  }),
                       "read a map"));
    return part;
  }

  const OnnxRuntime& runtime_;
  const OrtApi& api_;
  Arena& arena_;
  ONNXTensorElementDataType type_ = ONNX_TENSOR_ELEMENT_DATA_TYPE_UNDEFINED;
  std::vector<int64_t> dimensions_;
};

}  // namespace

Result<void> ReadOutput(const OnnxRuntime& runtime, const OrtValue& output, size_t rows_run, size_t rows, Arena& arena,
                        OutputColumn column) {
  return OutputReader(runtime, arena).Read(output, rows_run, rows, column);
}

}  // namespace penstock::embedded
