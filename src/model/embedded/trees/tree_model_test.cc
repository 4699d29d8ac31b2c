#include "model/embedded/trees/tree_model.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <thread>
#include <vector>

#include "model/embedded/collected_answers.h"

namespace penstock::trees {
namespace {

using embedded::CollectedAnswers;
using embedded::JsonBatch;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::StartsWith;

TreeOptions Options(const std::string& file) {
  TreeOptions options;
  options.name = "m";
  options.format = file.starts_with("xgboost") ? TreeFormat::kXgboost : TreeFormat::kLightgbm;
  options.first_runs.path = embedded::GoldenModel("trees/" + file);
  return options;
}

std::string Answers(Model& model, std::vector<uint32_t> outputs, std::string_view rows) {
  const std::unique_ptr<Predictor> predictor = model.NewPredictor({.outputs = std::move(outputs)}).value();
  const JsonBatch batch(rows);
  CollectedAnswers collected;
  predictor->Predict(batch.requests(), collected);
  std::string all;
  for (size_t i = 0; i < collected.size(); ++i) all += collected.of(i) + '\n';
  return all;
}

class TreeModelAnswers : public testing::TestWithParam<std::string> {};

// What the library says that trained the model, as floats to the bit: of those the tolerance is none.
TEST_P(TreeModelAnswers, AreThoseOfPython) {
  TreeOptions options = Options(GetParam());
  const std::string name = GetParam().substr(0, GetParam().find('.'));
  options.first_runs.parity_path = embedded::GoldenModel("trees/" + name + ".jsonl");
  options.first_runs.parity_tolerance = name.starts_with("xgboost") ? 0 : 1e-12;
  const Result<std::unique_ptr<Model>> model = LoadTrees(options, RealClock());
  EXPECT_TRUE(model) << model.error().message;
}

INSTANTIATE_TEST_SUITE_P(Golden, TreeModelAnswers,
                         testing::Values("xgboost_binary.json", "xgboost_classes.ubj", "xgboost_dart.ubj",
                                         "lightgbm_binary.txt", "lightgbm_classes.txt"),
                         [](const auto& instance) { return instance.param.substr(0, instance.param.find('.')); });

TEST(TreeModel, DescribesItsPorts) {
  const std::unique_ptr<Model> model = LoadTrees(Options("xgboost_classes.ubj"), RealClock()).value();
  const ModelInfo& info = model->info();
  ASSERT_EQ(info.inputs.size(), 1U);
  EXPECT_EQ(info.inputs[0].name, "features");
  EXPECT_EQ(info.inputs[0].type, "float32");
  EXPECT_THAT(info.inputs[0].shape, ElementsAre(4));
  ASSERT_EQ(info.outputs.size(), 2U);
  EXPECT_EQ(info.outputs[0].name, "prediction");
  EXPECT_EQ(info.outputs[1].name, "margin");
  EXPECT_THAT(info.outputs[1].shape, ElementsAre(3));
  EXPECT_THAT(info.version, testing::MatchesRegex("[0-9a-f]{12}"));
  EXPECT_TRUE(LoadTrees(Options("lightgbm_binary.txt"), RealClock()).value()->info().outputs[0].shape.empty());
}

TEST(TreeModel, RefusesRowsThatDoNotFitAndAnswersTheOthers) {
  const std::unique_ptr<Model> model = LoadTrees(Options("xgboost_binary.json"), RealClock()).value();
  const std::string answers =
      Answers(*model, {0}, R"([[[1,2,3,4]],[[1,2,3]],[[null,2,3,4]],[["x",2,3,4]],[5],[[1,2,3,4]]])");
  EXPECT_THAT(answers, StartsWith("[0."));
  EXPECT_THAT(answers, HasSubstr("failed: input 'features' of model m wants 4 numbers, and got 3\n"));
  EXPECT_THAT(answers, HasSubstr("element 0 is a string that is no float32"));
  EXPECT_THAT(answers, HasSubstr("and got an int\n"));
  EXPECT_EQ(std::ranges::count(answers, '\n'), 6);
}

TEST(TreeModel, AnswersBatchesOfAnySize) {
  const std::unique_ptr<Model> model = LoadTrees(Options("lightgbm_classes.txt"), RealClock()).value();
  const std::string one = Answers(*model, {0, 1}, "[[[1,2,3,4]]]");
  std::string rows = "[";
  for (int i = 0; i < 2000; ++i) rows += i == 0 ? "[[1,2,3,4]]" : ",[[1,2,3,4]]";
  std::string expected;
  for (int i = 0; i < 2000; ++i) expected += one;
  EXPECT_EQ(Answers(*model, {0, 1}, rows + "]"), expected);
}

TEST(TreeModel, RefusesWhatItCannotServe) {
  const auto error = [](TreeOptions options) {
    const Result<std::unique_ptr<Model>> model = LoadTrees(options, RealClock());
    return model ? "loaded" : model.error().message;
  };
  EXPECT_THAT(error(Options("xgboost_nothing.json")), HasSubstr("there is no file"));
  TreeOptions other = Options("lightgbm_binary.txt");
  other.format = TreeFormat::kXgboost;
  EXPECT_THAT(error(other), HasSubstr("lightgbm_binary.txt cannot be used as a model of XGBoost: it is no model"));
  TreeOptions unlike = Options("xgboost_binary.json");
  unlike.first_runs.parity_path = embedded::GoldenModel("trees/lightgbm_binary.jsonl");
  EXPECT_THAT(error(unlike), HasSubstr("output 'margin': expected"));
  const std::unique_ptr<Model> model = LoadTrees(Options("xgboost_binary.json"), RealClock()).value();
  EXPECT_EQ(model->NewPredictor({}).error().kind, ErrorKind::kInvalid);
  EXPECT_EQ(model->NewPredictor({.outputs = {2}}).error().kind, ErrorKind::kInternal);
}

TEST(TreeModel, ServesManyThreads) {
  const std::unique_ptr<Model> model = LoadTrees(Options("xgboost_classes.ubj"), RealClock()).value();
  std::vector<std::string> answers(4);
  {
    std::vector<std::jthread> threads;
    for (std::string& answer : answers)
      threads.emplace_back([&] { answer = Answers(*model, {0, 1}, "[[[1,2,3,4]],[[0.5,null,3,4]]]"); });
  }
  for (const std::string& answer : answers) EXPECT_EQ(answer, answers[0]);
}

}  // namespace
}  // namespace penstock::trees
