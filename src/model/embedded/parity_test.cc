#include "model/embedded/parity.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>

#include "base/temporary_directory.h"
#include "model/embedded/collected_answers.h"
#include "model/embedded/onnx_model.h"

namespace penstock::embedded {
namespace {

using testing::HasSubstr;

// What is said of a file with these lines, without its folder; empty if it is fine.
std::string Check(std::string_view model, std::string_view lines, double tolerance = 1e-5) {
  OnnxOptions options;
  options.name = "m";
  options.path = GoldenModel(model);
  const std::unique_ptr<Model> loaded = LoadOnnx(options, RealClock()).value();
  const TemporaryDirectory folder;
  const std::string path = folder.path() + "/parity_test.jsonl";
  std::ofstream(path, std::ios::trunc) << lines;
  const Result<void> checked = CheckParity(*loaded, path, tolerance);
  if (checked) return "";
  EXPECT_EQ(checked.error().kind, ErrorKind::kInvalid);
  EXPECT_TRUE(checked.error().message.starts_with(path)) << checked.error().message;
  return checked.error().message.substr(folder.path().size() + 1);
}

TEST(Parity, ComparesNumbersWithinATolerance) {
  const std::string_view line = R"({"input":{"x":[1000,0,0.5]},"output":{"total":1000.501}})";
  EXPECT_EQ(Check("linear.onnx", line), "");
  EXPECT_EQ(Check("linear.onnx", line, 1e-7),
            "parity_test.jsonl:1: model m: output 'total': expected 1000.501, got 1000.5");
}

TEST(Parity, NamesTheLineThatDiffers) {
  EXPECT_EQ(Check("text.onnx",
                  "{\"input\":{\"words\":[\"yes\",\"no\"]},\"output\":{\"ids\":[1,2]}}\n"
                  "{\"input\":{\"words\":[\"yes\",\"no\"]},\"output\":{\"same\":[\"yes\",\"x\"]}}\n"),
            "parity_test.jsonl:2: model m: output 'same': expected [\"yes\",\"x\"], got [\"yes\",\"no\"]");
}

TEST(Parity, ComparesShapesAndKeys) {
  const auto zipmap = [](std::string_view expected) {
    return Check("zipmap.onnx",
                 R"({"input":{"X":[0,0,0,0]},"output":{"output_probability":)" + std::string(expected) + "}}", 1.0);
  };
  EXPECT_EQ(zipmap(R"({"0":0.5,"1":0.5,"2":0})"), "");
  EXPECT_THAT(zipmap(R"({"0":0.5,"1":0.5})"), HasSubstr("expected"));
  EXPECT_THAT(zipmap(R"({"0":0.5,"1":0.5,"3":0})"), HasSubstr("expected"));
  EXPECT_THAT(zipmap("[0.5,0.5,0]"), HasSubstr("expected"));
  EXPECT_THAT(Check("linear.onnx", R"({"input":{"x":[0,0,0]},"output":{"y":[0]}})"),
              HasSubstr("expected [0], got [0.0,0.0]"));
  EXPECT_THAT(Check("linear.onnx", R"({"input":{"x":[0,0,0]},"output":{"y":[0,"0"]}})"), HasSubstr("expected"));
}

TEST(Parity, KnowsNumbersThatJsonLacks) {
  const auto doubled = [](std::string_view expected) {
    return Check("linear.onnx", R"({"input":{"x":[3e38,3e38,0]},"output":{"total":)" + std::string(expected) + "}}");
  };
  EXPECT_EQ(doubled(R"("Infinity")"), "");
  EXPECT_THAT(doubled(R"("-Infinity")"), HasSubstr("expected"));
  EXPECT_THAT(doubled("1e300"), HasSubstr("expected"));
}

TEST(Parity, RefusesBrokenLines) {
  const auto linear = [](std::string_view lines) { return Check("linear.onnx", lines); };
  EXPECT_THAT(linear("{\n"), HasSubstr("parity_test.jsonl:1: model m: "));
  EXPECT_THAT(linear("[]"), HasSubstr("no \"input\""));
  EXPECT_THAT(linear(R"({"input":{}})"), HasSubstr("no \"output\""));
  EXPECT_THAT(linear(R"({"input":{},"output":{"y":[]}})"), HasSubstr("\"input\" lacks 'x'"));
  EXPECT_THAT(linear(R"({"input":{"x":[1,2,3]},"output":{}})"), HasSubstr("nothing would be compared"));
  EXPECT_THAT(linear(R"({"input":{"x":[1,2,3]},"output":{"z":1}})"), HasSubstr("no output 'z'"));
  EXPECT_THAT(linear(R"({"input":{"x":[1,2]},"output":{"y":[1,2]}})"), HasSubstr("wants 3 numbers, and got 2"));
  EXPECT_THAT(linear(""), HasSubstr("has no line"));
}

TEST(Parity, StopsAModelFromLoading) {
  OnnxOptions options;
  options.name = "m";
  options.path = GoldenModel("linear.onnx");
  options.parity_path = GoldenModel("cube.jsonl");
  const Result<std::unique_ptr<Model>> model = LoadOnnx(options, RealClock());
  ASSERT_FALSE(model);
  EXPECT_THAT(model.error().message, HasSubstr("cube.jsonl:1: model m: "));
  options.parity_path = "/nowhere/golden.jsonl";
  EXPECT_THAT(LoadOnnx(options, RealClock()).error().message, HasSubstr("/nowhere/golden.jsonl cannot be opened"));
}

}  // namespace
}  // namespace penstock::embedded
