#include "model/embedded/warm_up.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "event/json_writer.h"

namespace penstock::embedded {
namespace {

using testing::ElementsAre;

// Notes the sizes of batches, and refuses those of more rows than it can take.
class FakePredictor final : public Predictor {
 public:
  explicit FakePredictor(size_t rows_max) : rows_max_(rows_max) {}

  void Predict(std::span<const Request> batch, AnswerSink& answers) override {
    batches.push_back(batch.size());
    row.clear();
    for (const Value& input : batch[0].inputs) row.push_back(ToJson(input));
    for (const Request& request : batch) {
      if (batch.size() > rows_max_) {
        answers.Fail(request.id, {.error = {ErrorKind::kInvalid, "too many"}}, {});
      } else {
        answers.Answer(request.id, {}, {});
      }
    }
  }
  const PredictorMetrics& metrics() const override { return metrics_; }

  std::vector<size_t> batches;
  std::vector<std::string> row;

 private:
  size_t rows_max_;
  PredictorMetrics metrics_;
};

TEST(WarmUp, AsksForSingleRowsAndForBatches) {
  FakePredictor predictor(1000);
  const ModelInfo info{"m", "1", {{"a", "float32", {2, -1}}, {"s", "string", {}}, {"b", "bool", {1}}}, {}};
  EXPECT_TRUE(WarmUp(info, predictor, 2));
  EXPECT_THAT(predictor.batches, ElementsAre(1, 32, 1, 32));
  EXPECT_THAT(predictor.row, ElementsAre("[[1],[1]]", "\"\"", "[true]"));
}

TEST(WarmUp, RefusesAModelThatAnswersSingleRowsOnly) {
  FakePredictor predictor(1);
  const Result<void> warm = WarmUp({"m", "1", {{"a", "float32", {}}}, {}}, predictor, 1);
  ASSERT_FALSE(warm);
  EXPECT_EQ(warm.error().message, "too many");
}

TEST(WarmUp, IgnoresWhatAModelSaysOfMadeUpRows) {
  FakePredictor predictor(0);
  EXPECT_TRUE(WarmUp({"m", "1", {{"a", "float32", {}}}, {}}, predictor, 3));
  EXPECT_THAT(predictor.batches, ElementsAre(1));
}

TEST(WarmUp, MakesUpNoHugeRows) {
  FakePredictor predictor(1000);
  EXPECT_TRUE(WarmUp({"m", "1", {{"a", "float32", {1 << 20, 1 << 20}}}, {}}, predictor, 3));
  EXPECT_TRUE(WarmUp({"m", "1", {{"a", "float32", {int64_t{1} << 62, 4}}}, {}}, predictor, 3));
  EXPECT_THAT(predictor.batches, ElementsAre());
}

}  // namespace
}  // namespace penstock::embedded
