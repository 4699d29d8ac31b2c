// One row's value -> the elements of a tensor.
#pragma once

#include <onnxruntime_c_api.h>

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "event/value.h"
#include "model/model.h"

namespace penstock::embedded {

// Why a value is no row of a tensor.
struct RowFault {
  enum class Kind : uint8_t {
    kNone,
    kNoList,   // a list was expected, and this is a `got`
    kCount,    // a list of `wanted` was expected, and this has `count`
    kElement,  // the element `count`, in the order of the tensor, is a `got` that its type cannot hold
  };
  Kind kind = Kind::kNone;
  ValueKind got = ValueKind::kNull;
  uint64_t wanted = 0;
  uint64_t count = 0;

  bool ok() const { return kind == Kind::kNone; }
};

// Writes all elements of a row of `shape` (without the batch's dimension; nothing in it is negative) to `out`. The
// elements of strings are std::string_view, which borrow from the value. A shape of [1] takes a bare element too.
// Integers take any number that is whole and in their range; floats take any number.
using RowWriter = RowFault (*)(const Value& value, std::span<const int64_t> shape, void* out);

struct ElementFormat {
  RowWriter write = nullptr;
  size_t bytes = 0;  // of an element in `out`
};

// `type` is one that ElementTypeName() knows.
ElementFormat FormatOf(ONNXTensorElementDataType type);

// Of floats or doubles, for models that know missing values: null is written as NaN.
template <typename T>
RowWriter NumbersOrNull();

// Replaces the -1 in `declared` by the sizes of the value's lists, as far as the first elements show them.
RowFault FindShape(const Value& value, std::span<const int64_t> declared, std::vector<int64_t>& shape);

// As in "wants 29 numbers, and got 28". Says sizes and types, and nothing that stands in the value.
std::string Describe(const RowFault& fault, const Port& port);

}  // namespace penstock::embedded
