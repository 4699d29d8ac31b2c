#include "model/embedded/trees/xgboost_reader.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <map>
#include <string>

#include "model/embedded/collected_answers.h"
#include "model/embedded/model_file.h"
#include "model/embedded/trees/reference.h"

namespace penstock::trees {
namespace {

using testing::DoubleEq;
using testing::ElementsAre;
using testing::HasSubstr;

using Changes = std::map<std::string, std::string>;

// A model of one split and two leaves, with some of its texts replaced.
std::string ModelWith(const Changes& changes) {
  std::map<std::string, std::string> parts = {{"base", "5E-1"},
                                              {"objective", "reg:squarederror"},
                                              {"booster", "gbtree"},
                                              {"classes", "0"},
                                              {"targets", "1"},
                                              {"features", "2"},
                                              {"info", "[0]"},
                                              {"left", "[1,-1,-1]"},
                                              {"right", "[2,-1,-1]"},
                                              {"indices", "[1,0,0]"},
                                              {"conditions", "[1.5E0,1E0,2E0]"},
                                              {"types", "[0,0,0]"},
                                              {"nodes", "[]"},
                                              {"segments", "[]"},
                                              {"sizes", "[]"},
                                              {"categories", "[]"},
                                              {"vector", "1"},
                                              {"version", "[3,2,0]"}};
  for (const auto& [name, text] : changes) parts.at(name) = text;
  return R"({"learner":{"gradient_booster":{"model":{"tree_info":)" + parts["info"] + R"(,"trees":[{"categories":)" +
         parts["categories"] + R"(,"categories_nodes":)" + parts["nodes"] + R"(,"categories_segments":)" +
         parts["segments"] + R"(,"categories_sizes":)" + parts["sizes"] +
         R"(,"default_left":[1,0,0],"left_children":)" + parts["left"] + R"(,"right_children":)" + parts["right"] +
         R"(,"split_conditions":)" + parts["conditions"] + R"(,"split_indices":)" + parts["indices"] +
         R"(,"split_type":)" + parts["types"] + R"(,"tree_param":{"size_leaf_vector":")" + parts["vector"] +
         R"("}}]},"name":")" + parts["booster"] + R"("},"learner_model_param":{"base_score":")" + parts["base"] +
         R"(","num_class":")" + parts["classes"] + R"(","num_feature":")" + parts["features"] + R"(","num_target":")" +
         parts["targets"] + R"("},"objective":{"name":")" + parts["objective"] + R"("}},"version":)" +
         parts["version"] + "}";
}

std::string ErrorOf(const Changes& changes) {
  const Result<Ensemble> ensemble = ReadXgboost(ModelWith(changes));
  return ensemble ? "read" : ensemble.error().message;
}

double BaseOf(const std::string& base, const std::string& objective, const std::string& version = "[3,2,0]") {
  return ReadXgboost(ModelWith({{"base", base}, {"objective", objective}, {"version", version}})).value().base[0];
}

TEST(XgboostReader, ReadsSplitsAndLeaves) {
  const Ensemble ensemble = ReadXgboost(ModelWith({})).value();
  EXPECT_THAT(Margin(ensemble, std::vector<double>{0, 1}), ElementsAre(1.5));
  EXPECT_THAT(Margin(ensemble, std::vector<double>{0, 1.5}), ElementsAre(2.5));
  EXPECT_THAT(Margin(ensemble, std::vector<double>{0, std::nan("")}), ElementsAre(1.5));
  EXPECT_EQ(ensemble.features, 2U);
}

TEST(XgboostReader, ReadsEverySpellingOfTheBaseScore) {
  EXPECT_EQ(BaseOf("5E-1", "reg:squarederror"), 0.5);
  EXPECT_EQ(BaseOf("[5E-1]", "reg:squarederror"), 0.5);
  EXPECT_EQ(BaseOf("0.5", "reg:squarederror"), 0.5);
  EXPECT_EQ(BaseOf("[5.95E-2]", "reg:squarederror"), static_cast<double>(0.0595F));
  EXPECT_EQ(BaseOf("0.5000000000000000000001", "reg:squarederror"), 0.5);
  const Ensemble two = ReadXgboost(ModelWith({{"base", "[1E0,2E0]"}, {"targets", "2"}})).value();
  EXPECT_THAT(two.base, ElementsAre(1, 2));
  EXPECT_THAT(ReadXgboost(ModelWith({{"base", "3"}, {"classes", "3"}})).value().base, ElementsAre(3, 3, 3));
  for (const char* text : {"", "[", "[]", "5E-1]", "1,", "x", "[1,2"})
    EXPECT_THAT(ErrorOf({{"base", text}}), HasSubstr("base_score"));
  EXPECT_THAT(ErrorOf({{"base", "[1,2]"}}), HasSubstr("2 numbers for 1 targets"));
}

TEST(XgboostReader, TakesTheBaseScoreForAPrediction) {
  EXPECT_THAT(BaseOf("0.25", "binary:logistic"), DoubleEq(static_cast<double>(-std::log(1.0F / 0.25F - 1.0F))));
  EXPECT_THAT(BaseOf("2", "count:poisson"), DoubleEq(static_cast<double>(std::log(2.0F))));
  EXPECT_EQ(BaseOf("0.25", "binary:logitraw"), 0.25);
  EXPECT_NE(BaseOf("0.25", "binary:logitraw", "[1,3,0]"), 0.25);
  EXPECT_TRUE(std::isfinite(BaseOf("0", "binary:logistic")));
}

TEST(XgboostReader, SendsWhatIsInTheSetToTheRight) {
  const Changes by_category = {{"types", "[1,0,0]"}, {"nodes", "[0]"},         {"segments", "[0]"},
                               {"sizes", "[2]"},     {"categories", "[0,65]"}, {"conditions", "[NaN,1E0,2E0]"}};
  const Ensemble ensemble = ReadXgboost(ModelWith(by_category)).value();
  for (const double in : {0.0, 65.0, 65.9}) EXPECT_THAT(Margin(ensemble, std::vector<double>{9, in}), ElementsAre(2.5));
  for (const double out : {1.0, 64.0, 200.0, -0.5, -1.0, 1e30})
    EXPECT_THAT(Margin(ensemble, std::vector<double>{9, out}), ElementsAre(1.5)) << out;
}

TEST(XgboostReader, RefusesWhatContradictsItself) {
  EXPECT_THAT(ErrorOf({{"left", "[1,-1]"}}), HasSubstr("tree 0: its lists are of different sizes"));
  EXPECT_THAT(ErrorOf({{"left", "[]"}}), HasSubstr("no nodes"));
  EXPECT_THAT(ErrorOf({{"left", "[3,-1,-1]"}}), HasSubstr("node 0 has a child that is not there"));
  EXPECT_THAT(ErrorOf({{"left", "[0,-1,-1]"}}), HasSubstr("node 0 is part of two trees, or of one twice"));
  EXPECT_THAT(ErrorOf({{"left", "[1.5,-1,-1]"}}), HasSubstr("left_children[0] is no index"));
  EXPECT_THAT(ErrorOf({{"right", "[-7,-1,-1]"}}), HasSubstr("right_children[0] is no index"));
  EXPECT_THAT(ErrorOf({{"indices", "[2,0,0]"}}), HasSubstr("asks for feature 2"));
  EXPECT_THAT(ErrorOf({{"conditions", "[NaN,1,2]"}}), HasSubstr("threshold"));
  EXPECT_THAT(ErrorOf({{"info", "[1]"}}), HasSubstr("target that is not there"));
  EXPECT_THAT(ErrorOf({{"info", "[]"}}), HasSubstr("1 trees, and tree_info for 0"));
  EXPECT_THAT(ErrorOf({{"vector", "3"}}), HasSubstr("base_weights"));
}

TEST(XgboostReader, RefusesSetsThatAreNot) {
  const Changes sound = {
      {"types", "[1,0,0]"}, {"nodes", "[0]"}, {"segments", "[0]"}, {"sizes", "[1]"}, {"categories", "[1]"}};
  const auto with = [&sound](const std::string& name, const std::string& text) {
    Changes changes = sound;
    changes[name] = text;
    return ErrorOf(changes);
  };
  EXPECT_EQ(ErrorOf(sound), "read");
  EXPECT_THAT(with("nodes", "[3]"), HasSubstr("node with categories is not there"));
  EXPECT_THAT(with("segments", "[1]"), HasSubstr("categories that are not there"));
  EXPECT_THAT(with("sizes", "[4294967295]"), HasSubstr("categories that are not there"));
  EXPECT_THAT(with("sizes", "[]"), HasSubstr("different sizes"));
  EXPECT_THAT(with("categories", "[-1]"), HasSubstr("no index"));
  EXPECT_THAT(with("categories", "[16777215]"), HasSubstr("too large"));
}

TEST(XgboostReader, RefusesWhatItDoesNotKnow) {
  EXPECT_THAT(ErrorOf({{"booster", "gblinear"}}), HasSubstr("linear model (gblinear)"));
  EXPECT_THAT(ErrorOf({{"booster", "x"}}), HasSubstr("its booster is 'x'"));
  EXPECT_THAT(ErrorOf({{"objective", "reg:new"}}), HasSubstr("objective 'reg:new' is not known here"));
  EXPECT_THAT(ErrorOf({{"features", "4294967295"}}), HasSubstr("4294967295 features"));
  EXPECT_THAT(ErrorOf({{"features", "-1"}}), HasSubstr("no count"));
  EXPECT_THAT(ErrorOf({{"classes", "4000000000"}}), HasSubstr("4000000000 classes"));
  EXPECT_THAT(ReadXgboost("").error().message, HasSubstr("no model of XGBoost"));
  EXPECT_THAT(ReadXgboost("binf").error().message, HasSubstr("save it anew as model.json"));
  EXPECT_THAT(ReadXgboost("{}").error().message, HasSubstr("booster"));
}

TEST(XgboostReader, RefusesFilesThatEndTooSoon) {
  for (const char* name : {"trees/xgboost_binary.json", "trees/xgboost_classes.ubj"}) {
    const std::string whole = embedded::ReadModelFile(embedded::GoldenModel(name)).value();
    ASSERT_TRUE(ReadXgboost(whole));
    for (size_t size = 0; size < whole.size(); size += 7) {
      EXPECT_FALSE(ReadXgboost(std::string_view(whole).substr(0, size))) << size;
      std::string flipped = whole;
      flipped[size] = static_cast<char>(~flipped[size]);
      const Result<Ensemble> read = ReadXgboost(flipped);  // may do: not every byte matters
      EXPECT_TRUE(read || !read.error().message.empty());
    }
  }
}

}  // namespace
}  // namespace penstock::trees
