#include "model/embedded/onnx_model.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <thread>

#include "base/temporary_directory.h"
#include "model/embedded/collected_answers.h"
#include "model/embedded/model_file.h"

namespace penstock::embedded {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

OnnxOptions Options(std::string_view model) {
  OnnxOptions options;
  options.name = "m";
  options.path = GoldenModel(model);
  return options;
}

std::string LoadError(const OnnxOptions& options) {
  const Result<std::unique_ptr<Model>> model = LoadOnnx(options, RealClock());
  if (model) return "loaded";
  EXPECT_EQ(model.error().kind, ErrorKind::kInvalid) << model.error().message;
  return model.error().message;
}

class OnnxModelAnswers : public testing::TestWithParam<std::string> {};

// What another binding of the runtime answers to the same rows.
TEST_P(OnnxModelAnswers, AreThoseOfPython) {
  OnnxOptions options = Options(GetParam() + ".onnx");
  options.parity_path = GoldenModel(GetParam() + ".jsonl");
  const Result<std::unique_ptr<Model>> model = LoadOnnx(options, RealClock());
  EXPECT_TRUE(model) << model.error().message;
}

INSTANTIATE_TEST_SUITE_P(Golden, OnnxModelAnswers,
                         testing::Values("linear", "scalars", "classifier", "zipmap", "zipmap_strings", "text", "cube",
                                         "ragged", "gather", "float64", "fixed_1", "fixed_4", "open_2d"),
                         [](const auto& instance) { return instance.param; });

TEST(OnnxModel, ServesTheModelsOfTheExample) {
  for (const std::string name : {"fraud-v1", "fraud-v2", "ios"}) {
    OnnxOptions options;
    options.name = name;
    options.path = std::string(PENSTOCK_SOURCE_DIR) + "/examples/card-fraud/models/" + name + ".onnx";
    options.parity_path = std::string(PENSTOCK_SOURCE_DIR) + "/examples/card-fraud/models/" + name + ".golden.jsonl";
    const Result<std::unique_ptr<Model>> model = LoadOnnx(options, RealClock());
    ASSERT_TRUE(model) << model.error().message;
    EXPECT_THAT((*model)->info().inputs[0].shape, ElementsAre(29));
  }
}

TEST(OnnxModel, DescribesItsPorts) {
  const std::unique_ptr<Model> model = LoadOnnx(Options("zipmap.onnx"), RealClock()).value();
  const ModelInfo& info = model->info();
  EXPECT_EQ(info.name, "m");
  ASSERT_EQ(info.inputs.size(), 1U);
  EXPECT_EQ(info.inputs[0].name, "X");
  EXPECT_EQ(info.inputs[0].type, "float32");
  EXPECT_THAT(info.inputs[0].shape, ElementsAre(4));
  ASSERT_EQ(info.outputs.size(), 2U);
  EXPECT_EQ(info.outputs[0].type, "int64");
  EXPECT_EQ(info.outputs[1].type, "map");
  EXPECT_TRUE(info.outputs[0].shape.empty());
}

TEST(OnnxModel, NamesEveryElementType) {
  const std::unique_ptr<Model> model = LoadOnnx(Options("scalars.onnx"), RealClock()).value();
  std::vector<std::string> types;
  for (const Port& port : model->info().inputs) types.push_back(port.type);
  EXPECT_THAT(types, ElementsAre("float32", "float64", "int64", "int32", "uint8", "bool", "string"));
}

TEST(OnnxModel, HasTheVersionThatItIsGivenOrOneOfItsContent) {
  OnnxOptions options = Options("cube.onnx");
  const std::string hash = LoadOnnx(options, RealClock()).value()->info().version;
  EXPECT_THAT(hash, testing::MatchesRegex("[0-9a-f]{12}"));
  EXPECT_EQ(LoadOnnx(options, RealClock()).value()->info().version, hash);
  EXPECT_NE(LoadOnnx(Options("linear.onnx"), RealClock()).value()->info().version, hash);
  options.version = "7";
  EXPECT_EQ(LoadOnnx(options, RealClock()).value()->info().version, "7");
}

TEST(OnnxModel, RefusesWhatItCannotServe) {
  EXPECT_THAT(LoadError(Options("nothing.onnx")), HasSubstr("there is no file"));
  EXPECT_THAT(LoadError(Options("make_models.py")), HasSubstr("make_models.py cannot be loaded by ONNX Runtime 1."));
  EXPECT_THAT(LoadError(Options("future_opset.onnx")), HasSubstr("pset"));
  EXPECT_THAT(LoadError(Options("no_batch.onnx")), HasSubstr("input 'x' has no dimension"));
  EXPECT_THAT(LoadError(Options("half.onnx")), HasSubstr("convert it to float32"));
  EXPECT_THAT(LoadError(Options("loses_batch.onnx")),
              HasSubstr("output 'y' of model m has the shape [1,3] for a batch of 32"));
  EXPECT_THAT(LoadError(Options("huge_row.onnx")), HasSubstr("more than 16777216 elements"));
  EXPECT_THAT(LoadError(Options("huge_batch.onnx")), HasSubstr("more than 16777216 elements"));
  OnnxOptions no_threads = Options("cube.onnx");
  no_threads.threads = 0;
  EXPECT_THAT(LoadError(no_threads), HasSubstr("1 to 256 threads"));
}

TEST(OnnxModel, RefusesPredictorsOfNothing) {
  const std::unique_ptr<Model> model = LoadOnnx(Options("cube.onnx"), RealClock()).value();
  EXPECT_EQ(model->NewPredictor({}).error().kind, ErrorKind::kInvalid);
  EXPECT_EQ(model->NewPredictor({.outputs = {1}}).error().kind, ErrorKind::kInternal);
}

TEST(OnnxModel, SurvivesFilesThatEndTooSoonOrAreWrong) {
  OnnxOptions options = Options("classifier.onnx");
  const std::string whole = ReadModelFile(options.path).value();
  const TemporaryDirectory directory;
  options.path = directory.path() + "/broken.onnx";
  const auto try_load = [&options](std::string_view bytes) {
    std::ofstream(options.path, std::ios::binary | std::ios::trunc) << bytes;
    return LoadOnnx(options, RealClock()).has_value();
  };
  for (size_t size = 0; size < whole.size(); size += 1 + size / 9) {
    EXPECT_FALSE(try_load(std::string_view(whole).substr(0, size))) << size;
    std::string flipped = whole;
    flipped[size] = static_cast<char>(~flipped[size]);
    try_load(flipped);  // may load: not every byte matters
  }
}

TEST(OnnxModel, ServesManyThreads) {
  const std::unique_ptr<Model> model = LoadOnnx(Options("classifier.onnx"), RealClock()).value();
  const JsonBatch batch("[[[0.5,0.5,0.5,0.5]],[[1,2,3,4]]]");
  std::vector<std::string> answers(4);
  {
    std::vector<std::jthread> threads;
    for (std::string& answer : answers) {
      threads.emplace_back([&model, &batch, &answer] {
        const std::unique_ptr<Predictor> predictor = model->NewPredictor({.outputs = {1}}).value();
        for (int run = 0; run < 20; ++run) {
          CollectedAnswers collected;
          predictor->Predict(batch.requests(), collected);
          answer = collected.of(0) + collected.of(1);
        }
      });
    }
  }
  for (const std::string& answer : answers) EXPECT_EQ(answer, answers[0]);
}

}  // namespace
}  // namespace penstock::embedded
