// What stands in a document of objects and arrays, in its order, whatever it is written in.
#pragma once

#include <cstddef>
#include <span>
#include <string_view>

namespace penstock::trees {

// What is given lives as long as the call.
class ModelVisitor {
 public:
  // Deeper documents are no models.
  static constexpr size_t kDepthMax = 64;

  virtual ~ModelVisitor() = default;

  virtual void BeginObject() = 0;
  virtual void Key(std::string_view key) = 0;
  virtual void EndObject() = 0;
  virtual void BeginArray() = 0;
  virtual void EndArray() = 0;
  virtual void Text(std::string_view text) = 0;
  // One or, in an array, several in a row. A whole number of up to 53 bits is exact; what has a fraction is a float, as
  // all are that models hold; true is 1 and false 0.
  virtual void Numbers(std::span<const double> numbers) = 0;
};

}  // namespace penstock::trees
