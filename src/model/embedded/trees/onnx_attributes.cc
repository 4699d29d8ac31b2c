#include "model/embedded/trees/onnx_attributes.h"

#include <onnx.pb.h>

#include <bit>
#include <cstring>

namespace penstock::trees {
namespace {

static_assert(std::endian::native == std::endian::little, "raw tensors are little-endian");

// As in TensorProto.DataType.
constexpr int kFloat = 1;
constexpr int kUint8 = 2;
constexpr int kDouble = 11;

template <typename T, typename Out>
Result<std::vector<Out>> FromRaw(const std::string& raw) {
  if (raw.size() % sizeof(T) != 0) return Invalid("a tensor ends within a number");
  std::vector<Out> out;
  out.reserve(raw.size() / sizeof(T));
  for (size_t at = 0; at < raw.size(); at += sizeof(T)) {
    T number{};
    std::memcpy(&number, raw.data() + at, sizeof(T));
    out.push_back(static_cast<Out>(number));
  }
  return out;
}

}  // namespace

Result<std::vector<double>> NumbersOf(const onnx::Tensor& tensor) {
  if (tensor.data_type() == kFloat) {
    if (tensor.has_raw_data()) return FromRaw<float, double>(tensor.raw_data());
    return std::vector<double>(tensor.float_data().begin(), tensor.float_data().end());
  }
  if (tensor.data_type() != kDouble)
    return Invalid("a tensor has type " + std::to_string(tensor.data_type()) + ", and only float and double are known");
  if (tensor.has_raw_data()) return FromRaw<double, double>(tensor.raw_data());
  return std::vector<double>(tensor.double_data().begin(), tensor.double_data().end());
}

const onnx::Attribute* OnnxAttributes::Find(std::string_view name) const {
  for (const onnx::Attribute& attribute : node_.attribute())
    if (attribute.name() == name) return &attribute;
  return nullptr;
}

std::span<const int64_t> OnnxAttributes::Ints(std::string_view name) const {
  const onnx::Attribute* const found = Find(name);
  if (found == nullptr) return {};
  return {found->ints().data(), static_cast<size_t>(found->ints_size())};
}

std::vector<std::string_view> OnnxAttributes::Texts(std::string_view name) const {
  const onnx::Attribute* const found = Find(name);
  if (found == nullptr) return {};
  return {found->strings().begin(), found->strings().end()};
}

std::string_view OnnxAttributes::Text(std::string_view name, std::string_view fallback) const {
  const onnx::Attribute* const found = Find(name);
  return found == nullptr ? fallback : std::string_view(found->s());
}

int64_t OnnxAttributes::Int(std::string_view name, int64_t fallback) const {
  const onnx::Attribute* const found = Find(name);
  return found == nullptr ? fallback : found->i();
}

Result<std::vector<double>> OnnxAttributes::Numbers(std::string_view name) const {
  const onnx::Attribute* const found = Find(name);
  if (found == nullptr) return std::vector<double>();
  if (found->has_t()) return NumbersOf(found->t());
  return std::vector<double>(found->floats().begin(), found->floats().end());
}

Result<std::vector<uint8_t>> OnnxAttributes::Bytes(std::string_view name) const {
  const onnx::Attribute* const found = Find(name);
  if (found == nullptr) return std::vector<uint8_t>();
  const onnx::Tensor& tensor = found->t();
  if (tensor.data_type() != kUint8) return Invalid(std::string(name) + " is no tensor of bytes");
  if (tensor.has_raw_data()) return FromRaw<uint8_t, uint8_t>(tensor.raw_data());
  return std::vector<uint8_t>(tensor.int32_data().begin(), tensor.int32_data().end());
}

bool OnnxAttributes::IsDouble(std::string_view name) const {
  const onnx::Attribute* const found = Find(name);
  return found != nullptr && found->has_t() && found->t().data_type() == kDouble;
}

}  // namespace penstock::trees
