#include "model/embedded/trees/onnx_ways.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <onnx.pb.h>

#include <functional>
#include <stdexcept>
#include <string>

#include "model/embedded/collected_answers.h"
#include "model/embedded/model_file.h"
#include "model/embedded/trees/onnx_graph.h"
#include "model/embedded/trees/onnx_types.h"

namespace penstock::trees {
namespace {

using testing::ElementsAre;

// The graph of classifier.onnx, whose ensemble has three classes, and of which a test makes another.
class Graph {
 public:
  Graph() {
    if (!model_.ParseFromString(embedded::ReadModelFile(embedded::GoldenModel("classifier.onnx")).value()))
      throw std::runtime_error("classifier.onnx is no model");
  }

  onnx::Graph& graph() { return *model_.mutable_graph(); }
  onnx::Node& ensemble() {
    for (onnx::Node& node : *graph().mutable_node())
      if (IsTreeEnsemble(node)) return node;
    throw std::runtime_error("classifier.onnx has no tree ensemble");
  }

  // Between the ensemble and its input.
  onnx::Node& Before(const std::string& type) {
    onnx::Node& node = *graph().add_node();
    node.set_op_type(type);
    node.add_input(ensemble().input(0));
    node.add_output("before");
    ensemble().set_input(0, "before");
    return node;
  }

  // A further output of the graph.
  onnx::Node& After(int output, const std::string& type) {
    onnx::Node& node = *graph().add_node();
    node.set_op_type(type);
    node.add_input(ensemble().output(output));
    node.add_output("after");
    graph().add_output()->set_name("after");
    return node;
  }

  std::optional<OnnxWays> Ways() const {
    const Result<std::optional<OnnxGraph>> graph = ReplaceTrees(model_.SerializeAsString());
    if (!graph || !*graph) throw std::runtime_error("the kernel does not know the ensemble");
    return (*graph)->ways;
  }

 private:
  onnx::Model model_;
};

void SetTo(onnx::Node& cast, int type) {
  onnx::Attribute& to = *cast.add_attribute();
  to.set_name("to");
  to.set_i(type);
}

void SetKeys(onnx::Node& map, const std::vector<int64_t>& keys) {
  map.set_domain("ai.onnx.ml");
  onnx::Attribute& labels = *map.add_attribute();
  labels.set_name("classlabels_int64s");
  for (const int64_t key : keys) labels.add_ints(key);
}

TEST(OnnxWays, FindTheLabelAndTheScores) {
  const std::optional<OnnxWays> ways = Graph().Ways();
  ASSERT_TRUE(ways);
  EXPECT_THAT(ways->input_types, ElementsAre(onnx_type::kFloat));
  ASSERT_EQ(ways->outputs.size(), 2U);
  EXPECT_EQ(ways->outputs[0].source, OnnxWays::Source::kLabel);
  EXPECT_EQ(ways->outputs[1].source, OnnxWays::Source::kScores);
}

TEST(OnnxWays, KeepCastsInTheirOrder) {
  Graph before;
  SetTo(before.Before("Cast"), onnx_type::kFloat);
  before.graph().mutable_input(0)->mutable_type()->mutable_tensor_type()->set_elem_type(onnx_type::kInt64);
  EXPECT_THAT(before.Ways()->input_types, ElementsAre(onnx_type::kInt64, onnx_type::kFloat));
  Graph after;
  SetTo(after.After(0, "Cast"), onnx_type::kInt32);
  EXPECT_THAT(after.Ways()->outputs[2].label_types, ElementsAre(onnx_type::kInt32));
}

TEST(OnnxWays, MakeMaps) {
  Graph graph;
  SetKeys(graph.After(1, "ZipMap"), {3, 1, 2});
  const OnnxWays::Output output = graph.Ways().value().outputs[2];
  EXPECT_EQ(output.source, OnnxWays::Source::kMaps);
  EXPECT_THAT(output.number_keys, ElementsAre(3, 1, 2));
}

TEST(OnnxWays, PassAMultiplicationByOne) {
  for (const float factor : {1.0F, 2.0F}) {
    Graph graph;
    graph.After(1, "Mul").add_input("factor");
    onnx::Tensor& tensor = *graph.graph().add_initializer();
    tensor.set_name("factor");
    tensor.set_data_type(onnx_type::kFloat);
    tensor.add_float_data(factor);
    EXPECT_EQ(graph.Ways().has_value(), factor == 1);
    tensor.add_dims(1);
    tensor.add_dims(1);
    EXPECT_FALSE(graph.Ways()) << "more dimensions than labels have";
  }
}

// What a change leaves to ONNX Runtime.
class OnnxWaysLeft : public testing::TestWithParam<std::pair<const char*, std::function<void(Graph&)>>> {};

TEST_P(OnnxWaysLeft, ToOnnxRuntime) {
  Graph graph;
  GetParam().second(graph);
  EXPECT_FALSE(graph.Ways());
}

INSTANTIATE_TEST_SUITE_P(
    OnnxWays, OnnxWaysLeft,
    testing::Values(
        std::pair("Scaler", [](Graph& graph) { graph.Before("Scaler").set_domain("ai.onnx.ml"); }),
        std::pair("AnotherInput", [](Graph& graph) { graph.graph().add_input()->set_name("other"); }),
        std::pair("AnotherDomain", [](Graph& graph) { graph.After(1, "Identity").set_domain("elsewhere"); }),
        std::pair("AnythingElse", [](Graph& graph) { graph.After(1, "Neg"); }),
        std::pair("ScoresAsWholeNumbers", [](Graph& graph) { SetTo(graph.After(1, "Cast"), onnx_type::kInt64); }),
        std::pair("LabelsAsTexts", [](Graph& graph) { SetTo(graph.After(0, "Cast"), 8); }),
        std::pair("MapsOfLabels",
                  [](Graph& graph) {
                    SetKeys(graph.After(0, "ZipMap"), {1, 2, 3});
                  }),
        std::pair("MapsThatLackAKey",
                  [](Graph& graph) {
                    SetKeys(graph.After(1, "ZipMap"), {1, 2});
                  }),
        std::pair("MapsWithAKeyTwice",
                  [](Graph& graph) {
                    SetKeys(graph.After(1, "ZipMap"), {1, 2, 1});
                  }),
        std::pair("MapsWithoutKeys", [](Graph& graph) { SetKeys(graph.After(1, "ZipMap"), {}); }),
        std::pair("Input", [](Graph& graph) { graph.graph().add_output()->set_name(graph.graph().input(0).name()); }),
        std::pair("Circle",
                  [](Graph& graph) {
                    onnx::Node& node = graph.After(1, "Identity");
                    node.set_input(0, "after");
                  })),
    [](const auto& instance) { return std::string(instance.param.first); });

}  // namespace
}  // namespace penstock::trees
