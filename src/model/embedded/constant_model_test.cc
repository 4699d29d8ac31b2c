#include "model/embedded/constant_model.h"

#include <gtest/gtest.h>

#include "model/embedded/collected_answers.h"

namespace penstock::embedded {
namespace {

TEST(ConstantModelTest, AnswersTheSameToEverybody) {
  const std::unique_ptr<Model> model = *MakeConstant("canned", "", R"({"score":0.5,"why":["none"]})");
  EXPECT_FALSE(model->answers_later());
  EXPECT_EQ(model->info().version, "constant");
  const std::unique_ptr<Predictor> predictor = *model->NewPredictor({});
  CollectedAnswers answers;
  const JsonBatch batch("[[],[]]");
  predictor->Predict(batch.requests(), answers);
  EXPECT_EQ(answers.of(0), R"([{"score":0.5,"why":["none"]}])");
  EXPECT_EQ(answers.of(1), answers.of(0));
  EXPECT_EQ(predictor->metrics().rows.value(), 2U);
}

TEST(ConstantModelTest, RefusesWhatIsNoJson) { EXPECT_FALSE(MakeConstant("canned", "1", "{")); }

}  // namespace
}  // namespace penstock::embedded
