#include "model/embedded/row_writer.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>
#include <cmath>
#include <cstdint>
#include <string_view>

#include "event/parsed_json.h"

namespace penstock::embedded {
namespace {

using testing::ElementsAre;

// Writes a value, from the document and from an arena, and returns what both wrote, or throws where they differ.
template <typename T>
std::vector<T> Written(ONNXTensorElementDataType type, std::string_view text, std::vector<int64_t> shape) {
  const ParsedJson json(text);
  Arena arena;
  std::vector<T> results;
  for (const Value& value : {json.root(), DeepCopy(json.root(), arena)}) {
    std::array<T, 8> out{};
    const RowFault fault = FormatOf(type).write(value, shape, out.data());
    if (!fault.ok()) return {};
    size_t size = 1;
    for (const int64_t dimension : shape) size *= static_cast<size_t>(dimension);
    std::vector<T> written(out.begin(), out.begin() + static_cast<std::ptrdiff_t>(size));
    if (!results.empty() && results != written) throw std::runtime_error("two forms of a list give two rows");
    results = written;
  }
  return results;
}

std::string Complaint(ONNXTensorElementDataType type, std::string_view text, const Port& port) {
  const ParsedJson json(text);
  std::array<std::string_view, 8> out{};
  std::vector<int64_t> shape;
  RowFault fault = FindShape(json.root(), port.shape, shape);
  if (fault.ok()) fault = FormatOf(type).write(json.root(), shape, out.data());
  return Describe(fault, port);
}

TEST(RowWriter, TakesAnyNumberForFloats) {
  EXPECT_THAT(Written<float>(ONNX_TENSOR_ELEMENT_DATA_TYPE_FLOAT, "[1, 2.5, 18446744073709551615]", {3}),
              ElementsAre(1.0F, 2.5F, 18446744073709551616.0F));
  EXPECT_THAT(Written<double>(ONNX_TENSOR_ELEMENT_DATA_TYPE_DOUBLE, "-0.1", {}), ElementsAre(-0.1));
}

TEST(RowWriter, TakesWholeNumbersInRangeForIntegers) {
  EXPECT_THAT(Written<int64_t>(ONNX_TENSOR_ELEMENT_DATA_TYPE_INT64, "[-9223372036854775808, 3.0, 7]", {3}),
              ElementsAre(INT64_MIN, 3, 7));
  EXPECT_THAT(Written<uint8_t>(ONNX_TENSOR_ELEMENT_DATA_TYPE_UINT8, "[0, 255, 255.0]", {3}), ElementsAre(0, 255, 255));
  EXPECT_THAT(Written<int8_t>(ONNX_TENSOR_ELEMENT_DATA_TYPE_INT8, "[-128.0, 127]", {2}), ElementsAre(-128, 127));
  for (const std::string_view text : {"9223372036854775808", "9223372036854775808.0", "0.5", "\"1\"", "true", "null"})
    EXPECT_TRUE(Written<int64_t>(ONNX_TENSOR_ELEMENT_DATA_TYPE_INT64, text, {}).empty()) << text;
  for (const std::string_view text : {"256", "-1", "-1.0", "256.0", "1e300"})
    EXPECT_TRUE(Written<uint8_t>(ONNX_TENSOR_ELEMENT_DATA_TYPE_UINT8, text, {}).empty()) << text;
  EXPECT_TRUE(Written<uint64_t>(ONNX_TENSOR_ELEMENT_DATA_TYPE_UINT64, "-1", {}).empty());
  EXPECT_TRUE(Written<uint64_t>(ONNX_TENSOR_ELEMENT_DATA_TYPE_UINT64, "18446744073709551616.0", {}).empty());
}

TEST(RowWriter, RefusesWhatIsNoNumberAtAll) {
  for (const double number : {std::nan(""), HUGE_VAL, -HUGE_VAL}) {
    int32_t out = 0;
    EXPECT_FALSE(FormatOf(ONNX_TENSOR_ELEMENT_DATA_TYPE_INT32).write(Value::Double(number), {}, &out).ok());
  }
}

TEST(RowWriter, WritesNestedListsRowByRow) {
  EXPECT_THAT(Written<int32_t>(ONNX_TENSOR_ELEMENT_DATA_TYPE_INT32, "[[1,2,3],[4,5,6]]", {2, 3}),
              ElementsAre(1, 2, 3, 4, 5, 6));
  EXPECT_THAT(Written<float>(ONNX_TENSOR_ELEMENT_DATA_TYPE_FLOAT, "[[[1],[2]],[[3],[4]]]", {2, 2, 1}),
              ElementsAre(1, 2, 3, 4));
}

TEST(RowWriter, TakesABareElementForAListOfOne) {
  EXPECT_THAT(Written<float>(ONNX_TENSOR_ELEMENT_DATA_TYPE_FLOAT, "4", {1}), ElementsAre(4));
  EXPECT_THAT(Written<float>(ONNX_TENSOR_ELEMENT_DATA_TYPE_FLOAT, "[4]", {1}), ElementsAre(4));
}

TEST(RowWriter, WritesBoolsAndStrings) {
  EXPECT_THAT(Written<uint8_t>(ONNX_TENSOR_ELEMENT_DATA_TYPE_BOOL, "[true,false]", {2}), ElementsAre(1, 0));
  const ParsedJson json(R"(["a\n", ""])");
  std::array<std::string_view, 2> out{};
  EXPECT_TRUE(FormatOf(ONNX_TENSOR_ELEMENT_DATA_TYPE_STRING).write(json.root(), std::vector<int64_t>{2}, &out).ok());
  EXPECT_EQ(out[0], "a\n");
}

TEST(RowWriter, ComplaintsNameSizesAndTypes) {
  const auto float32 = ONNX_TENSOR_ELEMENT_DATA_TYPE_FLOAT;
  const Port three{"x", "float32", {3}};
  EXPECT_EQ(Complaint(float32, "[1,2]", three), "wants 3 numbers, and got 2");
  EXPECT_EQ(Complaint(float32, "\"1\"", three), "wants 3 numbers, and got a string");
  EXPECT_EQ(Complaint(float32, "[1,[2],3]", three), "wants 3 numbers, and element 1 is a list that is no float32");
  EXPECT_EQ(Complaint(float32, "{}", {"x", "float32", {}}),
            "wants one of type float32, and got a map that is no float32");
  EXPECT_EQ(Complaint(float32, "[[1,2],[3]]", {"x", "float32", {2, 2}}),
            "wants numbers of shape 2x2, and got a list of 1 in place of 2");
  EXPECT_EQ(Complaint(float32, "7", {"x", "float32", {-1}}), "wants a list of numbers, and got an int");
  EXPECT_EQ(Complaint(float32, "[[1,2],[3]]", {"x", "float32", {-1, -1}}),
            "wants numbers of shape ?x?, and got a list of 1 in place of 2");
  EXPECT_EQ(Complaint(ONNX_TENSOR_ELEMENT_DATA_TYPE_INT64, "[1,0.5]", {"x", "int64", {2}}),
            "wants 2 numbers, and element 1 is a double that is no int64");
}

TEST(RowWriter, FindsOpenDimensionsInTheFirstElements) {
  const auto shape_of = [](std::string_view text, std::vector<int64_t> declared) {
    std::vector<int64_t> shape;
    const ParsedJson json(text);
    return FindShape(json.root(), declared, shape).ok() ? shape : std::vector<int64_t>{-9};
  };
  EXPECT_THAT(shape_of("[1,2,3]", {-1}), ElementsAre(3));
  EXPECT_THAT(shape_of("[[1,2],[3,4],[5,6]]", {-1, -1}), ElementsAre(3, 2));
  EXPECT_THAT(shape_of("[[1,2],[3,4],[5,6]]", {-1, 7}), ElementsAre(3, 7));
  EXPECT_THAT(shape_of("[]", {-1, -1}), ElementsAre(0, 0));
  EXPECT_THAT(shape_of("[1]", {-1, -1}), ElementsAre(-9));
  EXPECT_THAT(shape_of("5", {}), ElementsAre());
}

TEST(RowWriter, TakesNullForNaNWhereAModelKnowsMissingValues) {
  const ParsedJson json("[1,null,0.5]");
  Arena arena;
  for (const Value& value : {json.root(), DeepCopy(json.root(), arena)}) {
    std::array<float, 3> floats{};
    std::array<double, 3> doubles{};
    const std::array<int64_t, 1> shape = {3};
    ASSERT_TRUE(NumbersOrNull<float>()(value, shape, floats.data()).ok());
    ASSERT_TRUE(NumbersOrNull<double>()(value, shape, doubles.data()).ok());
    EXPECT_TRUE(std::isnan(floats[1]) && std::isnan(doubles[1]));
    EXPECT_EQ(floats[2], 0.5F);
    EXPECT_EQ(doubles[0], 1);
    EXPECT_EQ(FormatOf(ONNX_TENSOR_ELEMENT_DATA_TYPE_FLOAT).write(value, shape, floats.data()).kind,
              RowFault::Kind::kElement);
  }
}

}  // namespace
}  // namespace penstock::embedded
