#include "model/embedded/onnx_predictor.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "model/embedded/collected_answers.h"
#include "model/embedded/onnx_model.h"

namespace penstock::embedded {
namespace {

using testing::HasSubstr;

// A model, and a predictor of the outputs that a test names by their indexes.
class Asked {
 public:
  Asked(std::string_view model, std::vector<uint32_t> outputs) {
    OnnxOptions options;
    options.name = "m";
    options.path = GoldenModel(model);
    options.warm_up_runs = 0;
    model_ = std::move(LoadOnnx(options, RealClock()).value());
    predictor_ = std::move(model_->NewPredictor({.outputs = std::move(outputs)}).value());
  }

  CollectedAnswers& Predict(std::string_view rows) {
    batch_ = std::make_unique<JsonBatch>(rows);
    answers_ = std::make_unique<CollectedAnswers>();
    predictor_->Predict(batch_->requests(), *answers_);
    EXPECT_EQ(answers_->size(), batch_->requests().size());
    return *answers_;
  }

  const PredictorMetrics& metrics() const { return predictor_->metrics(); }
  Model& model() const { return *model_; }
  Predictor& predictor() const { return *predictor_; }

 private:
  std::unique_ptr<Model> model_;
  std::unique_ptr<Predictor> predictor_;
  std::unique_ptr<JsonBatch> batch_;
  std::unique_ptr<CollectedAnswers> answers_;
};

TEST(OnnxPredictor, RunsABatchAtOnce) {
  Asked cube("cube.onnx", {0});
  const CollectedAnswers& answers = cube.Predict("[[[[1,2,3],[4,5,6]]],[[[7,8,9],[0,1,2]]]]");
  EXPECT_EQ(answers.of(0), "[[[1.0,4.0],[2.0,5.0],[3.0,6.0]]]");
  EXPECT_EQ(answers.of(1), "[[[7.0,0.0],[8.0,1.0],[9.0,2.0]]]");
  EXPECT_EQ(cube.metrics().runs.value(), 1U);
  EXPECT_EQ(cube.metrics().rows.value(), 2U);
  EXPECT_EQ(cube.metrics().run_ns.Snapshot().count, 1U);
}

TEST(OnnxPredictor, AnswersAnEmptyBatchWithNothing) {
  Asked cube("cube.onnx", {0});
  cube.Predict("[]");
  EXPECT_EQ(cube.metrics().runs.value(), 0U);
}

TEST(OnnxPredictor, FailsRowsThatDoNotFitAlone) {
  Asked linear("linear.onnx", {1});
  const CollectedAnswers& answers = linear.Predict(R"([[[1,1,1]],[[1,1]],[[2,2,2]],["x"],[[1,2,"secret"]]])");
  EXPECT_EQ(answers.of(0), "[3.0]");
  EXPECT_EQ(answers.of(1), "failed: input 'x' of model m wants 3 numbers, and got 2");
  EXPECT_EQ(answers.of(2), "[6.0]");
  EXPECT_EQ(answers.of(3), "failed: input 'x' of model m wants 3 numbers, and got a string");
  EXPECT_EQ(answers.of(4),
            "failed: input 'x' of model m wants 3 numbers, and element 2 is a string that is no float32");
  EXPECT_EQ(linear.metrics().failed_rows.value(), 3U);
  EXPECT_EQ(linear.metrics().runs.value(), 1U);
}

TEST(OnnxPredictor, IsolatesTheRowsThatTheModelCannotTake) {
  Asked gather("gather.onnx", {0});
  std::string rows = "[";
  for (int i = 0; i < 100; ++i) rows += (i == 0 ? "[" : ",[") + std::to_string(i == 37 || i == 90 ? 4711 : i % 5) + ']';
  const CollectedAnswers& answers = gather.Predict(rows + ']');
  for (RequestId id = 0; id < 100; ++id) {
    if (id == 37 || id == 90) continue;
    const auto index = static_cast<double>(id % 5);
    EXPECT_EQ(answers.of(id),
              "[[" + ToJson(Value::Double(2 * index)) + ',' + ToJson(Value::Double(2 * index + 1)) + "]]");
  }
  EXPECT_THAT(answers.of(37), HasSubstr("failed: model m failed on this row while running Gather node"));
  EXPECT_THAT(answers.of(90), Not(HasSubstr("4711")));
  EXPECT_EQ(gather.metrics().failed_rows.value(), 2U);
  EXPECT_LE(gather.metrics().runs.value(), 30U);
}

TEST(OnnxPredictor, AnswersEachRowWhenAllFail) {
  Asked gather("gather.onnx", {0});
  const CollectedAnswers& answers = gather.Predict("[[9],[9],[9],[9],[9]]");
  for (RequestId id = 0; id < 5; ++id) EXPECT_THAT(answers.of(id), HasSubstr("failed: "));
}

TEST(OnnxPredictor, PadsBatchesOfAFixedSize) {
  for (const std::string_view model : {"fixed_1.onnx", "fixed_4.onnx"}) {
    Asked fixed(model, {1});
    const CollectedAnswers& answers =
        fixed.Predict("[[[1,0,0]],[[2,0,0]],[[3,0]],[[4,0,0]],[[5,0,0]],[[6,0,0]],[[7,0,0]]]");
    for (RequestId id = 0; id < 7; ++id) {
      if (id == 2) continue;
      EXPECT_EQ(answers.of(id), '[' + std::to_string(id + 1) + ".0]") << model;
    }
    EXPECT_THAT(answers.of(2), HasSubstr("failed: "));
    EXPECT_EQ(fixed.metrics().runs.value(), model == "fixed_1.onnx" ? 6U : 2U);
  }
}

TEST(OnnxPredictor, RunsRowsOfOneShapeTogether) {
  Asked ragged("ragged.onnx", {0, 1});
  const CollectedAnswers& answers = ragged.Predict("[[[1,2]],[[1,2,3]],[[3,4]],[[5]],[7],[[]]]");
  EXPECT_EQ(answers.of(0), "[[3.0],[2.0,4.0]]");
  EXPECT_EQ(answers.of(1), "[[6.0],[2.0,4.0,6.0]]");
  EXPECT_EQ(answers.of(2), "[[7.0],[6.0,8.0]]");
  EXPECT_EQ(answers.of(3), "[[5.0],[10.0]]");
  EXPECT_EQ(answers.of(4), "failed: input 'x' of model m wants a list of numbers, and got an int");
  EXPECT_EQ(answers.of(5), "[[0.0],[]]");
  EXPECT_EQ(ragged.metrics().runs.value(), 4U);
}

// One long list first, and many lists: the product would be far more than the row itself.
TEST(OnnxPredictor, RefusesRowsThatOnlyPretendToBeLarge) {
  Asked open("open_2d.onnx", {0});
  std::string row = "[[[[0";
  for (int i = 0; i < 6000; ++i) row += ",0";
  row += ']';
  for (int i = 0; i < 6000; ++i) row += ",[]";
  const CollectedAnswers& answers = open.Predict(row + "]],[[[1,2],[3,4]]]]");
  EXPECT_EQ(answers.of(0), "failed: input 'x' of model m takes at most 16777216 elements at a time");
  EXPECT_EQ(answers.of(1), "[[[1.0,2.0],[3.0,4.0]]]");
}

TEST(OnnxPredictor, SplitsBatchesThatAreTooLarge) {
  Asked linear("linear.onnx", {1});
  std::string rows = "[";
  constexpr size_t kCount = OnnxPredictor::kRows * 2 + 1;
  for (size_t i = 0; i < kCount; ++i) rows += (i == 0 ? "[[" : ",[[") + std::to_string(i) + ",0,0]]";
  const CollectedAnswers& answers = linear.Predict(rows + ']');
  EXPECT_EQ(answers.of(kCount - 1), "[8192.0]");
  EXPECT_EQ(linear.metrics().runs.value(), 3U);
}

TEST(OnnxPredictor, FetchesOnlyTheOutputsThatAreAskedFor) {
  Asked label("zipmap_strings.onnx", {0});
  EXPECT_THAT(label.Predict("[[[0,0,0,0]]]").of(0), testing::AnyOf(R"(["low"])", R"(["middle"])", R"(["high"])"));
  Asked maps("zipmap_strings.onnx", {1, 0, 1});
  EXPECT_THAT(maps.Predict("[[[0,0,0,0]]]").of(0), HasSubstr(R"({"high":)"));
}

TEST(OnnxPredictor, KeepsNoRowOfABatchForTheNext) {
  Asked text("text.onnx", {0, 1});
  EXPECT_EQ(text.Predict(R"([[["yes","no"]],[["a long text that no string keeps in itself","\u0000x"]]])").of(1),
            R"([[-1,-1],["a long text that no string keeps in itself","\u0000x"]])");
  EXPECT_EQ(text.Predict(R"([[["","no"]]])").of(0), R"([[-1,2],["","no"]])");
}

TEST(OnnxPredictor, CountsTheMemoryOfTensors) {
  Asked wide("wide.onnx", {0});
  const int64_t weights = 64 * 128 * 4;
  EXPECT_GE(wide.model().NativeBytes().value(), weights);
  const int64_t before = wide.model().NativeBytes().value();
  std::string row = "[[[0";
  for (int i = 1; i < 64; ++i) row += ",0";
  wide.Predict(row + "]]]");
  EXPECT_EQ(wide.model().NativeBytes().value(), before);
  EXPECT_EQ(wide.model().LongestRun(), std::nullopt);
}

}  // namespace
}  // namespace penstock::embedded
