#include "model/embedded/trees/onnx_casts.h"

#include <algorithm>

#include "model/embedded/trees/onnx_types.h"

namespace penstock::trees {
namespace {

bool IsReal(int type) { return type == onnx_type::kFloat || type == onnx_type::kDouble; }

// First: what `From` becomes at first, and in the end `Last`; kRounds: between them, a float.
template <typename From, typename First, bool kRounds, typename Last>
void Cast(const void* from, size_t count, void* to) {
  const auto* const numbers = static_cast<const From*>(from);
  auto* const out = static_cast<Last*>(to);
  for (size_t i = 0; i < count; ++i) {
    const auto first = static_cast<First>(numbers[i]);
    out[i] = kRounds ? static_cast<Last>(static_cast<float>(first)) : static_cast<Last>(first);
  }
}

template <typename From>
NumberCast CastFrom(bool first_is_double, bool rounds, bool last_is_double) {
  if (!first_is_double) return last_is_double ? &Cast<From, float, false, double> : &Cast<From, float, false, float>;
  if (!last_is_double) return &Cast<From, double, true, float>;
  return rounds ? &Cast<From, double, true, double> : &Cast<From, double, false, double>;
}

}  // namespace

NumberCast CastOf(const std::vector<int>& types, bool kernel_takes_doubles) {
  const int kernel_type = kernel_takes_doubles ? onnx_type::kDouble : onnx_type::kFloat;
  if (std::ranges::all_of(types, [&](int type) { return type == kernel_type; })) return nullptr;
  // What is no float or double is cast to one at once.
  const bool first_is_double = types[IsReal(types[0]) ? 0 : 1] == onnx_type::kDouble;
  const bool rounds = std::ranges::find(types, onnx_type::kFloat) != types.end();
  switch (types[0]) {
    case onnx_type::kFloat: return CastFrom<float>(first_is_double, rounds, kernel_takes_doubles);
    case onnx_type::kDouble: return CastFrom<double>(first_is_double, rounds, kernel_takes_doubles);
    case onnx_type::kInt64: return CastFrom<int64_t>(first_is_double, rounds, kernel_takes_doubles);
    case onnx_type::kInt32: return CastFrom<int32_t>(first_is_double, rounds, kernel_takes_doubles);
    case onnx_type::kInt16: return CastFrom<int16_t>(first_is_double, rounds, kernel_takes_doubles);
    case onnx_type::kInt8: return CastFrom<int8_t>(first_is_double, rounds, kernel_takes_doubles);
    case onnx_type::kUint64: return CastFrom<uint64_t>(first_is_double, rounds, kernel_takes_doubles);
    case onnx_type::kUint32: return CastFrom<uint32_t>(first_is_double, rounds, kernel_takes_doubles);
    case onnx_type::kUint16: return CastFrom<uint16_t>(first_is_double, rounds, kernel_takes_doubles);
    case onnx_type::kUint8: return CastFrom<uint8_t>(first_is_double, rounds, kernel_takes_doubles);
    default: return CastFrom<bool>(first_is_double, rounds, kernel_takes_doubles);
  }
}

Value CastLabel(int64_t label, const std::vector<int>& types) {
  double real = 0;
  bool is_real = false;
  for (const int type : types) {
    if (type == onnx_type::kInt32) label = static_cast<int32_t>(label);
    if (type == onnx_type::kFloat)
      real = static_cast<double>(is_real ? static_cast<float>(real) : static_cast<float>(label));
    if (type == onnx_type::kDouble && !is_real) real = static_cast<double>(label);
    is_real = is_real || IsReal(type);
  }
  return is_real ? Value::Double(real) : Value::Int(label);
}

}  // namespace penstock::trees
