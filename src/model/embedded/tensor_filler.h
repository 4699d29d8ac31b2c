// Rows -> one input tensor.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "model/embedded/onnx_ports.h"
#include "model/embedded/row_writer.h"

namespace penstock::embedded {

// Keeps its memory from run to run. Used by one thread.
class TensorFiller {
 public:
  // Both outlive it.
  TensorFiller(const OnnxRuntime& runtime, const OnnxInput& input);

  // From now on there is room for `rows` rows of `shape` (without the batch's dimension).
  void Begin(std::span<const int64_t> shape, size_t rows);

  // Writes a row, of which nothing counts if it does not fit. Strings are borrowed until the tensors are made.
  RowFault Write(size_t row, const Value& value) {
    return format_.write(value, shape_, buffer_.data() + row * row_bytes_);
  }

  // A tensor of the rows from `first` on, and of `padded_count` rows in all: the last one stands for those that are
  // missing. It borrows the memory of the filler, until its next call.
  Result<Handle<OrtValue>> Tensor(size_t first, size_t count, size_t padded_count);

 private:
  const std::byte* Padded(size_t first, size_t count, size_t padded_count);
  Result<Handle<OrtValue>> StringTensor(const std::byte* rows, std::span<const int64_t> dimensions);

  const OnnxRuntime& runtime_;
  const OnnxInput& input_;
  ElementFormat format_;
  std::vector<int64_t> shape_;
  std::vector<int64_t> dimensions_;
  size_t row_elements_ = 0;
  size_t row_bytes_ = 0;
  std::vector<std::byte> buffer_;
  std::vector<std::byte> padded_;
};

}  // namespace penstock::embedded
