#include "model/embedded/trees/lightgbm_reader.h"

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

using testing::ElementsAre;
using testing::HasSubstr;

using Lines = std::map<std::string, std::string>;

// A model of one split and two leaves, with some of its lines replaced; those that become "-" are left out.
std::string ModelWith(const Lines& changes, const std::string& end = "end of trees\n") {
  Lines head = {
      {"num_class", "1"}, {"num_tree_per_iteration", "1"}, {"max_feature_idx", "1"}, {"objective", "regression"}};
  Lines tree = {{"num_leaves", "2"},    {"num_cat", "0"},     {"split_feature", "1"}, {"threshold", "1.5"},
                {"decision_type", "2"}, {"left_child", "-1"}, {"right_child", "-2"},  {"leaf_value", "1 2"}};
  for (const auto& [name, text] : changes)
    (tree.contains(name) || name.starts_with("cat") || name == "is_linear" ? tree : head)[name] = text;
  std::string file = "tree\nversion=v4\n";
  for (const auto& [name, text] : head)
    if (text != "-") file += text.empty() ? name + '\n' : name + '=' + text + '\n';
  file += "\nTree=0\n";
  for (const auto& [name, text] : tree)
    if (text != "-") file += name + '=' + text + '\n';
  return file + "\n\n" + end;
}

std::string ErrorOf(const Lines& changes) {
  const Result<Ensemble> ensemble = ReadLightgbm(ModelWith(changes));
  return ensemble ? "read" : ensemble.error().message;
}

double MarginOf(const Lines& changes, double value) {
  return Margin(ReadLightgbm(ModelWith(changes)).value(), std::vector<double>{0, value})[0];
}

TEST(LightgbmReader, ReadsEachWayToBeMissing) {
  const double nan = std::nan("");
  EXPECT_EQ(MarginOf({}, 1.5), 1);
  EXPECT_EQ(MarginOf({}, 1.6), 2);
  EXPECT_EQ(MarginOf({}, nan), 1);                                               // is 0
  EXPECT_EQ(MarginOf({{"threshold", "-1"}}, nan), 2);                            // is 0
  EXPECT_EQ(MarginOf({{"threshold", "-1"}, {"decision_type", "6"}}, 0), 1);      // 0 is missing, to the left
  EXPECT_EQ(MarginOf({{"threshold", "-1"}, {"decision_type", "6"}}, 1e-36), 1);  // and what is as good as 0
  EXPECT_EQ(MarginOf({{"threshold", "-1"}, {"decision_type", "10"}}, nan), 1);   // NaN is missing, to the left
  EXPECT_EQ(MarginOf({{"threshold", "-1"}, {"decision_type", "10"}}, 0), 2);
  EXPECT_EQ(MarginOf({{"decision_type", "8"}}, nan), 2);  // to the right
  EXPECT_EQ(MarginOf({{"decision_type", "-"}}, 1.6), 2);
}

TEST(LightgbmReader, ReadsSets) {
  const Lines sets = {{"num_cat", "2"},
                      {"cat_boundaries", "0 1 4"},
                      {"cat_threshold", "4294967295 9 0 1"},
                      {"decision_type", "1"},
                      {"threshold", "1"}};
  for (const double in : {0.0, 3.0, 3.9, 64.0, -0.5}) EXPECT_EQ(MarginOf(sets, in), 1) << in;
  for (const double out : {1.0, 63.0, 65.0, 96.0, -1.0, 1e300, std::nan("")}) EXPECT_EQ(MarginOf(sets, out), 2) << out;
}

TEST(LightgbmReader, KnowsTheObjectives) {
  const auto link = [](const std::string& objective) {
    return ReadLightgbm(ModelWith({{"objective", objective}})).value().link;
  };
  EXPECT_EQ(link("-"), Link::kNone);
  EXPECT_EQ(link("regression sqrt"), Link::kSignedSquare);
  EXPECT_EQ(link("tweedie tweedie_variance_power:1.5"), Link::kExp);
  EXPECT_EQ(link("cross_entropy_lambda"), Link::kLog1pExp);
  EXPECT_EQ(link("multiclass num_class:3"), Link::kSoftmax);
  EXPECT_EQ(ReadLightgbm(ModelWith({{"objective", "binary sigmoid:2.5"}})).value().scale, 2.5);
  EXPECT_THAT(ErrorOf({{"objective", "binary sigmoid:x"}}), HasSubstr("sigmoid"));
  EXPECT_THAT(ErrorOf({{"objective", "new"}}), HasSubstr("objective 'new' is not known here"));
}

TEST(LightgbmReader, AveragesForests) {
  EXPECT_EQ(ReadLightgbm(ModelWith({{"average_output", ""}})).value().aggregate, Aggregate::kAverage);
}

TEST(LightgbmReader, ReadsTreesWithoutSplits) {
  const Ensemble ensemble = ReadLightgbm(ModelWith({{"num_leaves", "1"}, {"leaf_value", "0.25"}})).value();
  EXPECT_THAT(Margin(ensemble, std::vector<double>{0, 0}), ElementsAre(0.25));
}

TEST(LightgbmReader, RefusesWhatContradictsItself) {
  EXPECT_THAT(ErrorOf({{"left_child", "-3"}}), HasSubstr("tree 0: a split has a child that is not there"));
  EXPECT_THAT(ErrorOf({{"left_child", "1"}}), HasSubstr("child that is not there"));
  EXPECT_THAT(ErrorOf({{"left_child", "0"}}), HasSubstr("part of two trees, or of one twice"));
  EXPECT_THAT(ErrorOf({{"right_child", "-1"}}), HasSubstr("of one twice"));
  EXPECT_THAT(ErrorOf({{"right_child", "-"}}), HasSubstr("right_child has 0 numbers in place of 1"));
  EXPECT_THAT(ErrorOf({{"split_feature", "2"}}), HasSubstr("asks for feature 2"));
  EXPECT_THAT(ErrorOf({{"split_feature", "-1"}}), HasSubstr("number that is none"));
  EXPECT_THAT(ErrorOf({{"threshold", "nan"}}), HasSubstr("threshold that is no number"));
  EXPECT_THAT(ErrorOf({{"num_leaves", "2000000000"}}), HasSubstr("2 numbers in place of 2000000000"));
  EXPECT_THAT(ErrorOf({{"num_leaves", "0"}}), HasSubstr("no leaves"));
  EXPECT_THAT(ErrorOf({{"decision_type", "1"}}), HasSubstr("set of categories that is not there"));
  EXPECT_THAT(ErrorOf({{"decision_type", "12"}}), HasSubstr("decision_type that is none"));
  EXPECT_THAT(ErrorOf({{"num_cat", "1"}, {"cat_boundaries", "0 4000000000"}, {"cat_threshold", "1"}}),
              HasSubstr("in place of 4000000000"));
  EXPECT_THAT(ErrorOf({{"num_cat", "1"}, {"cat_boundaries", "1 0"}}), HasSubstr("do not grow"));
  EXPECT_THAT(ErrorOf({{"num_tree_per_iteration", "2"}}), HasSubstr("1 trees for 2 classes"));
  EXPECT_THAT(ErrorOf({{"max_feature_idx", "99999999999"}}), HasSubstr("max_feature_idx is 99999999999"));
  EXPECT_THAT(ErrorOf({{"max_feature_idx", "x"}}), HasSubstr("no whole number"));
  EXPECT_THAT(ErrorOf({{"is_linear", "1"}}), HasSubstr("linear models"));
}

TEST(LightgbmReader, RefusesFilesThatEndTooSoon) {
  EXPECT_THAT(ReadLightgbm("tre").error().message, HasSubstr("first line"));
  EXPECT_THAT(ReadLightgbm(ModelWith({}, "")).error().message, HasSubstr("ends too soon"));
  const std::string whole = embedded::ReadModelFile(embedded::GoldenModel("trees/lightgbm_classes.txt")).value();
  ASSERT_TRUE(ReadLightgbm(whole));
  const size_t end = whole.find("end of trees");
  for (size_t size = 0; size < whole.size(); size += 7) {
    EXPECT_TRUE(size > end || !ReadLightgbm(std::string_view(whole).substr(0, size))) << size;
    std::string flipped = whole;
    flipped[size] = static_cast<char>(flipped[size] ^ 1);
    const Result<Ensemble> read = ReadLightgbm(flipped);  // may do: not every byte matters
    EXPECT_TRUE(read || !read.error().message.empty());
  }
}

}  // namespace
}  // namespace penstock::trees
