#include "model/embedded/trees/onnx_reader.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <onnx.pb.h>

#include <cmath>
#include <functional>
#include <limits>
#include <string>
#include <vector>

#include "model/embedded/trees/reference.h"

namespace penstock::trees {
namespace {

using testing::ElementsAre;
using testing::FloatNear;
using testing::HasSubstr;

onnx::Attribute& Attribute(onnx::Node& node, const std::string& name) {
  for (onnx::Attribute& attribute : *node.mutable_attribute())
    if (attribute.name() == name) return attribute;
  onnx::Attribute& added = *node.add_attribute();
  added.set_name(name);
  return added;
}

void SetInts(onnx::Node& node, const std::string& name, const std::vector<int64_t>& values) {
  onnx::Attribute& attribute = Attribute(node, name);
  attribute.clear_ints();
  for (const int64_t value : values) attribute.add_ints(value);
}

void SetFloats(onnx::Node& node, const std::string& name, const std::vector<float>& values) {
  onnx::Attribute& attribute = Attribute(node, name);
  attribute.clear_floats();
  for (const float value : values) attribute.add_floats(value);
}

void SetTexts(onnx::Node& node, const std::string& name, const std::vector<std::string>& values) {
  onnx::Attribute& attribute = Attribute(node, name);
  attribute.clear_strings();
  for (const std::string& value : values) attribute.add_strings(value);
}

// One split and two leaves: 1 where the first feature is at most 0.5, else 2.
onnx::Node Listed(const std::string& type, const std::string& votes) {
  onnx::Node node;
  node.set_domain("ai.onnx.ml");
  node.set_op_type(type);
  SetInts(node, "nodes_treeids", {0, 0, 0});
  SetInts(node, "nodes_nodeids", {0, 1, 2});
  SetInts(node, "nodes_featureids", {0, 0, 0});
  SetInts(node, "nodes_truenodeids", {1, 0, 0});
  SetInts(node, "nodes_falsenodeids", {2, 0, 0});
  SetTexts(node, "nodes_modes", {"BRANCH_LEQ", "LEAF", "LEAF"});
  SetFloats(node, "nodes_values", {0.5F, 0, 0});
  SetInts(node, votes + "_treeids", {0, 0});
  SetInts(node, votes + "_nodeids", {1, 2});
  SetInts(node, votes + "_ids", {0, 0});
  SetFloats(node, votes + "_weights", {1, 2});
  return node;
}

onnx::Node Regressor() {
  onnx::Node node = Listed("TreeEnsembleRegressor", "target");
  Attribute(node, "n_targets").set_i(1);
  return node;
}

onnx::Node Classifier() {
  onnx::Node node = Listed("TreeEnsembleClassifier", "class");
  SetInts(node, "classlabels_int64s", {10, 20});
  return node;
}

void SetTensor(onnx::Node& node, const std::string& name, int type, const std::vector<double>& values) {
  onnx::Tensor& tensor = *Attribute(node, name).mutable_t();
  tensor.set_data_type(type);
  for (const double value : values) {
    if (type == 11) tensor.add_double_data(value);
    if (type == 2) tensor.add_int32_data(static_cast<int32_t>(value));
    if (type == 1) tensor.add_float_data(static_cast<float>(value));
  }
}

// Of {1, 3}: 1, else 2.
onnx::Node Placed() {
  onnx::Node node;
  node.set_domain("ai.onnx.ml");
  node.set_op_type("TreeEnsemble");
  Attribute(node, "n_targets").set_i(1);
  for (const char* name : {"nodes_featureids", "nodes_truenodeids", "tree_roots"}) SetInts(node, name, {0});
  SetInts(node, "nodes_falsenodeids", {1});
  SetInts(node, "nodes_trueleafs", {1});
  SetInts(node, "nodes_falseleafs", {1});
  SetInts(node, "leaf_targetids", {0, 0});
  SetTensor(node, "nodes_modes", 2, {6});
  SetTensor(node, "nodes_splits", 1, {0});
  SetTensor(node, "membership_values", 1, {1, 3, std::numeric_limits<double>::quiet_NaN()});
  SetTensor(node, "leaf_weights", 1, {1, 2});
  return node;
}

double MarginOf(const onnx::Node& node, double value, bool doubles = false) {
  const Result<OnnxTrees> trees = ReadOnnxTrees(node, 1, doubles);
  EXPECT_TRUE(trees) << trees.error().message;
  return trees ? Margin(trees->ensemble, {&value, 1})[0] : std::nan("");
}

std::string ErrorAfter(onnx::Node node, const std::function<void(onnx::Node&)>& spoil) {
  spoil(node);
  const Result<OnnxTrees> trees = ReadOnnxTrees(node, 1, false);
  return trees ? "read" : trees.error().message;
}

TEST(OnnxReader, ReadsEveryMode) {
  const auto margin = [](const std::string& mode, double value) {
    onnx::Node node = Regressor();
    SetTexts(node, "nodes_modes", {mode, "LEAF", "LEAF"});
    return MarginOf(node, value);
  };
  for (const double value : {0.25, 0.5, 0.75, std::nan("")}) {
    EXPECT_EQ(margin("BRANCH_LEQ", value) == 1, value <= 0.5);
    EXPECT_EQ(margin("BRANCH_LT", value) == 1, value < 0.5);
    EXPECT_EQ(margin("BRANCH_GTE", value) == 1, value >= 0.5);
    EXPECT_EQ(margin("BRANCH_GT", value) == 1, value > 0.5);
    EXPECT_EQ(margin("BRANCH_EQ", value) == 1, value == 0.5);
    EXPECT_EQ(margin("BRANCH_NEQ", value) == 1, value != 0.5);
  }
}

TEST(OnnxReader, LetsMissingValuesTrackTrue) {
  onnx::Node node = Regressor();
  SetInts(node, "nodes_missing_value_tracks_true", {1, 0, 0});
  EXPECT_EQ(MarginOf(node, std::nan("")), 1);
}

TEST(OnnxReader, ReadsDoubles) {
  onnx::Node node = Regressor();
  Attribute(node, "nodes_values").clear_floats();
  SetTensor(node, "nodes_values_as_tensor", 11, {0.1, 0, 0});
  EXPECT_EQ(MarginOf(node, 0.1, true), 1);
  EXPECT_EQ(MarginOf(node, std::nextafter(0.1, 1), true), 2);
  EXPECT_FALSE(ReadOnnxTrees(node, 1, false)->ensemble.features_are_float);
}

TEST(OnnxReader, ReadsSets) {
  for (const double in : {1.0, 3.0}) EXPECT_EQ(MarginOf(Placed(), in), 1) << in;
  for (const double out : {0.0, 1.5, 2.0, -1.0, 64.0, std::nan("")}) EXPECT_EQ(MarginOf(Placed(), out), 2) << out;
  for (const double wrong : {-1.0, 0.5, 1e9}) {
    const auto spoil = [wrong](onnx::Node& node) {
      Attribute(node, "membership_values").mutable_t()->set_float_data(1, static_cast<float>(wrong));
    };
    EXPECT_THAT(ErrorAfter(Placed(), spoil), HasSubstr("no whole number"));
  }
}

TEST(OnnxReader, ScoresTwoClassesAsTheRuntimeDoes) {
  const auto scores = [](const onnx::Node& node, double value) {
    const OnnxTrees trees = ReadOnnxTrees(node, 1, false).value();
    std::vector<float> found(2);
    std::vector<double> sums = Margin(trees.ensemble, {&value, 1});
    const int64_t label = trees.scores->Apply(sums, found);
    found.push_back(static_cast<float>(label));
    return found;
  };
  onnx::Node shares = Classifier();
  SetFloats(shares, "class_weights", {0.25F, 0.75F});
  EXPECT_THAT(scores(shares, 0), ElementsAre(0.75F, 0.25F, 0));
  EXPECT_THAT(scores(shares, 1), ElementsAre(0.25F, 0.75F, 1));
  onnx::Node margins = Classifier();
  SetFloats(margins, "class_weights", {-1, 2});
  Attribute(margins, "post_transform").set_s("LOGISTIC");
  EXPECT_THAT(scores(margins, 0), ElementsAre(FloatNear(0.7310586F, 1e-6F), FloatNear(0.2689414F, 1e-6F), 0));
  EXPECT_THAT(scores(margins, 1), ElementsAre(FloatNear(0.1192029F, 1e-6F), FloatNear(0.8807971F, 1e-6F), 1));
}

TEST(OnnxReader, RefusesWhatContradictsItself) {
  const auto error = [](const std::function<void(onnx::Node&)>& spoil) { return ErrorAfter(Regressor(), spoil); };
  EXPECT_THAT(error([](onnx::Node& n) { SetInts(n, "nodes_truenodeids", {7, 0, 0}); }), HasSubstr("node 7 of tree 0"));
  EXPECT_THAT(error([](onnx::Node& n) { SetInts(n, "nodes_truenodeids", {0, 0, 0}); }), HasSubstr("of one twice"));
  EXPECT_THAT(error([](onnx::Node& n) { SetInts(n, "nodes_nodeids", {0, 1, 1}); }), HasSubstr("there twice"));
  EXPECT_THAT(error([](onnx::Node& n) { SetInts(n, "nodes_nodeids", {0, 1}); }), HasSubstr("different sizes"));
  EXPECT_THAT(error([](onnx::Node& n) { SetFloats(n, "nodes_values", {}); }), HasSubstr("different sizes"));
  EXPECT_THAT(error([](onnx::Node& n) { SetInts(n, "nodes_featureids", {1, 0, 0}); }), HasSubstr("feature 1"));
  EXPECT_THAT(error([](onnx::Node& n) { SetInts(n, "nodes_featureids", {-1, 0, 0}); }), HasSubstr("not there"));
  EXPECT_THAT(error([](onnx::Node& n) { SetInts(n, "target_ids", {0, 1}); }), HasSubstr("target that is not there"));
  EXPECT_THAT(error([](onnx::Node& n) { SetInts(n, "target_nodeids", {1, 9}); }), HasSubstr("node 9 of tree 0"));
  EXPECT_THAT(error([](onnx::Node& n) { Attribute(n, "n_targets").set_i(int64_t{1} << 40); }), HasSubstr("targets"));
  EXPECT_THAT(error([](onnx::Node& n) { Attribute(n, "post_transform").set_s("NEW"); }), HasSubstr("'NEW'"));
  EXPECT_THAT(error([](onnx::Node& n) { n.set_op_type("Cast"); }), HasSubstr("no tree ensemble"));
  EXPECT_THAT(error([](onnx::Node& n) { SetTensor(n, "nodes_values_as_tensor", 2, {1}); }), HasSubstr("type 2"));
}

TEST(OnnxReader, LeavesWhatIsUnclearToTheRuntime) {
  const auto error = [](const std::function<void(onnx::Node&)>& change) { return ErrorAfter(Classifier(), change); };
  EXPECT_EQ(error([](onnx::Node&) {}), "read");
  EXPECT_THAT(error([](onnx::Node& n) { SetInts(n, "class_ids", {0, 1}); }), HasSubstr("others have none"));
  EXPECT_THAT(error([](onnx::Node& n) { SetFloats(n, "base_values", {1, 2}); }), HasSubstr("two base values"));
  EXPECT_THAT(error([](onnx::Node& n) { Attribute(n, "post_transform").set_s("PROBIT"); }), HasSubstr("PROBIT"));
  EXPECT_THAT(error([](onnx::Node& n) { SetInts(n, "classlabels_int64s", {1}); }), HasSubstr("single class"));
  EXPECT_THAT(error([](onnx::Node& n) { SetInts(n, "classlabels_int64s", {}); }), HasSubstr("no names"));
}

}  // namespace
}  // namespace penstock::trees
