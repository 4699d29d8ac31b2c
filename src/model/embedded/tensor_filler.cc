#include "model/embedded/tensor_filler.h"

#include <algorithm>
#include <cstring>

namespace penstock::embedded {

TensorFiller::TensorFiller(const OnnxRuntime& runtime, const OnnxInput& input)
    : runtime_(runtime), input_(input), format_(FormatOf(input.type)) {}

void TensorFiller::Begin(std::span<const int64_t> shape, size_t rows) {
  shape_.assign(shape.begin(), shape.end());
  row_elements_ = 1;
  for (const int64_t size : shape) row_elements_ *= static_cast<size_t>(size);
  row_bytes_ = row_elements_ * format_.bytes;
  // Never empty: the runtime wants an address even for a tensor without elements.
  buffer_.resize(std::max({buffer_.size(), rows * row_bytes_, sizeof(std::string_view)}));
}

const std::byte* TensorFiller::Padded(size_t first, size_t count, size_t padded_count) {
  const std::byte* rows = buffer_.data() + first * row_bytes_;
  if (count == padded_count) return rows;
  padded_.resize(std::max(padded_.size(), padded_count * row_bytes_ + 1));
  std::memcpy(padded_.data(), rows, count * row_bytes_);
  for (size_t row = count; row < padded_count; ++row)
    std::memcpy(padded_.data() + row * row_bytes_, rows + (count - 1) * row_bytes_, row_bytes_);
  return padded_.data();
}

Result<Handle<OrtValue>> TensorFiller::Tensor(size_t first, size_t count, size_t padded_count) {
  const std::byte* rows = Padded(first, count, padded_count);
  dimensions_.assign(1, static_cast<int64_t>(padded_count));
  dimensions_.insert(dimensions_.end(), shape_.begin(), shape_.end());
  if (input_.type == ONNX_TENSOR_ELEMENT_DATA_TYPE_STRING) return StringTensor(rows, dimensions_);
  Handle<OrtValue> tensor = runtime_.NewHandle(runtime_.api().ReleaseValue);
  // The C API takes no constant memory, though it only reads inputs.
  auto* memory = const_cast<std::byte*>(rows);
  TRY(runtime_.Check(MakeHandle(tensor,
                                [&](OrtValue** out) {
                                  return runtime_.api().CreateTensorWithDataAsOrtValue(
                                      runtime_.memory(), memory, padded_count * row_bytes_, dimensions_.data(),
                                      dimensions_.size(), input_.type, out);
                                }),
                     "make a tensor"));
  return tensor;
}

Result<Handle<OrtValue>> TensorFiller::StringTensor(const std::byte* rows, std::span<const int64_t> dimensions) {
  const OrtApi& api = runtime_.api();
  Handle<OrtValue> tensor = runtime_.NewHandle(api.ReleaseValue);
  TRY(runtime_.Check(MakeHandle(tensor,
                                [&](OrtValue** out) {
                                  return api.CreateTensorAsOrtValue(runtime_.allocator(), dimensions.data(),
                                                                    dimensions.size(), input_.type, out);
                                }),
                     "make a tensor of strings"));
  const size_t count = static_cast<size_t>(dimensions[0]) * row_elements_;
  for (size_t i = 0; i < count; ++i) {
    std::string_view text;
    std::memcpy(&text, rows + i * format_.bytes, format_.bytes);
    char* place = nullptr;
    TRY(runtime_.Check(api.GetResizedStringTensorElementBuffer(tensor.get(), i, text.size(), &place), "fill a string"));
    if (!text.empty()) std::memcpy(place, text.data(), text.size());
  }
  return tensor;
}

}  // namespace penstock::embedded
