#include "model/embedded/tensor_reader.h"

#include <gtest/gtest.h>

#include <cstring>
#include <vector>

#include "event/json_writer.h"

namespace penstock::embedded {
namespace {

const OnnxRuntime& Runtime() { return **OnnxRuntime::Get(); }

Handle<OrtValue> NewTensor(const std::vector<int64_t>& shape, ONNXTensorElementDataType type) {
  Handle<OrtValue> tensor = Runtime().NewHandle(Runtime().api().ReleaseValue);
  const Result<void> made =
      Runtime().Check(MakeHandle(tensor,
                                 [&](OrtValue** out) {
                                   return Runtime().api().CreateTensorAsOrtValue(Runtime().allocator(), shape.data(),
                                                                                 shape.size(), type, out);
                                 }),
                      "make a tensor");
  EXPECT_TRUE(made);
  return tensor;
}

template <typename T>
Handle<OrtValue> Tensor(const std::vector<int64_t>& shape, ONNXTensorElementDataType type, const std::vector<T>& data) {
  Handle<OrtValue> tensor = NewTensor(shape, type);
  void* place = nullptr;
  EXPECT_TRUE(Runtime().Check(Runtime().api().GetTensorMutableData(tensor.get(), &place), "fill"));
  if (!data.empty()) std::memcpy(place, data.data(), data.size() * sizeof(T));
  return tensor;
}

std::string Read(const OrtValue& tensor, size_t rows_run, size_t rows) {
  Arena arena;
  std::vector<Value> values(rows);
  const Result<void> read = ReadOutput(Runtime(), tensor, rows_run, rows, arena, {values.data(), 1});
  return read ? ToJson(Value::List(values.data(), static_cast<uint32_t>(rows))) : read.error().message;
}

TEST(TensorReader, GivesEachRowTheShapeOfTheTensor) {
  const std::vector<float> data{1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12};
  const auto type = ONNX_TENSOR_ELEMENT_DATA_TYPE_FLOAT;
  EXPECT_EQ(Read(*Tensor({3}, type, std::vector<float>{1, 2, 3}), 3, 3), "[1.0,2.0,3.0]");
  EXPECT_EQ(Read(*Tensor({3, 1}, type, std::vector<float>{1, 2, 3}), 3, 3), "[[1.0],[2.0],[3.0]]");
  EXPECT_EQ(Read(*Tensor({2, 3, 2}, type, data), 2, 2),
            "[[[1.0,2.0],[3.0,4.0],[5.0,6.0]],[[7.0,8.0],[9.0,10.0],[11.0,12.0]]]");
  EXPECT_EQ(Read(*Tensor({2, 1, 2, 3}, type, data), 2, 1), "[[[[1.0,2.0,3.0],[4.0,5.0,6.0]]]]");
  EXPECT_EQ(Read(*Tensor({2, 0}, type, std::vector<float>{}), 2, 2), "[[],[]]");
  EXPECT_EQ(Read(*Tensor({2, 2, 0}, type, std::vector<float>{}), 2, 2), "[[[],[]],[[],[]]]");
}

TEST(TensorReader, LeavesOutThePaddedRows) {
  EXPECT_EQ(Read(*Tensor({3}, ONNX_TENSOR_ELEMENT_DATA_TYPE_INT32, std::vector<int32_t>{7, 8, 9}), 3, 2), "[7,8]");
}

TEST(TensorReader, KnowsEveryElementType) {
  EXPECT_EQ(Read(*Tensor({1}, ONNX_TENSOR_ELEMENT_DATA_TYPE_UINT64, std::vector<uint64_t>{UINT64_MAX}), 1, 1),
            "[18446744073709551615]");
  EXPECT_EQ(Read(*Tensor({1}, ONNX_TENSOR_ELEMENT_DATA_TYPE_INT8, std::vector<int8_t>{-128}), 1, 1), "[-128]");
  EXPECT_EQ(Read(*Tensor({1}, ONNX_TENSOR_ELEMENT_DATA_TYPE_UINT16, std::vector<uint16_t>{65535}), 1, 1), "[65535]");
  EXPECT_EQ(Read(*Tensor({2}, ONNX_TENSOR_ELEMENT_DATA_TYPE_BOOL, std::vector<uint8_t>{1, 0}), 2, 2), "[true,false]");
  EXPECT_EQ(Read(*Tensor({1}, ONNX_TENSOR_ELEMENT_DATA_TYPE_FLOAT16, std::vector<uint16_t>{0}), 1, 1),
            "has elements of a type that no value stands for");
}

TEST(TensorReader, TakesStringsThatAreNotUtf8ForBytes) {
  const Handle<OrtValue> tensor = NewTensor({2}, ONNX_TENSOR_ELEMENT_DATA_TYPE_STRING);
  const std::vector<const char*> texts{"ü", "\xFF"};
  ASSERT_TRUE(Runtime().Check(Runtime().api().FillStringTensor(tensor.get(), texts.data(), 2), "fill"));
  Arena arena;
  std::vector<Value> values(2);
  ASSERT_TRUE(ReadOutput(Runtime(), *tensor, 2, 2, arena, {values.data(), 1}));
  EXPECT_TRUE(values[0].Is(ValueKind::kString));
  EXPECT_TRUE(values[1].Is(ValueKind::kBytes));
}

TEST(TensorReader, RefusesWhatHasNotOneElementForEachRow) {
  const auto type = ONNX_TENSOR_ELEMENT_DATA_TYPE_FLOAT;
  EXPECT_EQ(Read(*Tensor({1, 3}, type, std::vector<float>{1, 2, 3}), 2, 2),
            "has the shape [1,3] for a batch of 2; its first dimension must be the batch's");
  EXPECT_EQ(Read(*Tensor({}, type, std::vector<float>{1}), 1, 1),
            "has the shape [] for a batch of 1; its first dimension must be the batch's");
}

}  // namespace
}  // namespace penstock::embedded
