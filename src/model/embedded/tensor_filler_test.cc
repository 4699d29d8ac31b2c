#include "model/embedded/tensor_filler.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "event/json_writer.h"
#include "event/parsed_json.h"
#include "model/embedded/tensor_reader.h"

namespace penstock::embedded {
namespace {

const OnnxRuntime& Runtime() { return **OnnxRuntime::Get(); }

// What a tensor holds, row by row.
std::string Contents(const OrtValue& tensor, size_t rows) {
  Arena arena;
  std::vector<Value> values(rows);
  const Result<void> read = ReadOutput(Runtime(), tensor, rows, rows, arena, {values.data(), 1});
  return read ? ToJson(Value::List(values.data(), static_cast<uint32_t>(rows))) : read.error().message;
}

class Filled {
 public:
  Filled(ONNXTensorElementDataType type, std::vector<int64_t> shape, std::string_view rows)
      : input_{{"x", *ElementTypeName(type), shape}, type}, filler_(Runtime(), input_), json_(rows) {
    filler_.Begin(shape, ListSize(json_.root()));
    ListCursor cursor(json_.root());
    Value value;
    for (size_t row = 0; cursor.Next(value); ++row) EXPECT_TRUE(filler_.Write(row, value).ok());
  }

  std::string Rows(size_t first, size_t count, size_t padded_count) {
    const Result<Handle<OrtValue>> tensor = filler_.Tensor(first, count, padded_count);
    return tensor ? Contents(**tensor, padded_count) : tensor.error().message;
  }

 private:
  OnnxInput input_;
  TensorFiller filler_;
  ParsedJson json_;
};

TEST(TensorFiller, MakesTensorsOfSomeOfItsRows) {
  Filled filled(ONNX_TENSOR_ELEMENT_DATA_TYPE_FLOAT, {2}, "[[1,2],[3,4],[5,6]]");
  EXPECT_EQ(filled.Rows(0, 3, 3), "[[1.0,2.0],[3.0,4.0],[5.0,6.0]]");
  EXPECT_EQ(filled.Rows(1, 1, 1), "[[3.0,4.0]]");
}

TEST(TensorFiller, RepeatsTheLastRowForThoseThatAreMissing) {
  Filled filled(ONNX_TENSOR_ELEMENT_DATA_TYPE_INT64, {}, "[7,8,9]");
  EXPECT_EQ(filled.Rows(0, 2, 4), "[7,8,8,8]");
  EXPECT_EQ(filled.Rows(0, 3, 3), "[7,8,9]");
}

TEST(TensorFiller, CopiesStringsWhole) {
  Filled filled(ONNX_TENSOR_ELEMENT_DATA_TYPE_STRING, {2}, R"([["a\u0000b",""],["Zürich","\"\n"]])");
  EXPECT_EQ(filled.Rows(0, 2, 3), R"([["a\u0000b",""],["Zürich","\"\n"],["Zürich","\"\n"]])");
}

TEST(TensorFiller, KnowsTensorsWithoutElements) {
  Filled filled(ONNX_TENSOR_ELEMENT_DATA_TYPE_DOUBLE, {0}, "[[],[]]");
  EXPECT_EQ(filled.Rows(0, 2, 2), "[[],[]]");
}

}  // namespace
}  // namespace penstock::embedded
