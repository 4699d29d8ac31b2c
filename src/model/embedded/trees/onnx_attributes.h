// The attributes of an ONNX node, by name.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace penstock::trees::onnx {
class Attribute;
class Node;
class Tensor;
}  // namespace penstock::trees::onnx

namespace penstock::trees {

// Floats or doubles. kInvalid: a tensor of another type, or with less in it than it says.
Result<std::vector<double>> NumbersOf(const onnx::Tensor& tensor);

// Borrows from the node. What is not there is empty.
class OnnxAttributes {
 public:
  explicit OnnxAttributes(const onnx::Node& node) : node_(node) {}

  std::span<const int64_t> Ints(std::string_view name) const;
  std::vector<std::string_view> Texts(std::string_view name) const;
  std::string_view Text(std::string_view name, std::string_view fallback) const;
  int64_t Int(std::string_view name, int64_t fallback) const;
  // Floats, or those of a tensor of floats or doubles. kInvalid: a tensor of another type, or with less in it than it
  // says.
  Result<std::vector<double>> Numbers(std::string_view name) const;
  // Of a tensor of bytes.
  Result<std::vector<uint8_t>> Bytes(std::string_view name) const;
  // Whether it is a tensor of doubles.
  bool IsDouble(std::string_view name) const;

 private:
  const onnx::Attribute* Find(std::string_view name) const;

  const onnx::Node& node_;
};

}  // namespace penstock::trees
