#include "model/embedded/trees/onnx_graph.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <onnx.pb.h>

#include <functional>
#include <string>

#include "model/embedded/collected_answers.h"
#include "model/embedded/model_file.h"
#include "model/embedded/onnx_model.h"

namespace penstock::trees {
namespace {

using testing::HasSubstr;

std::string Golden(std::string_view name) {
  return embedded::ReadModelFile(embedded::GoldenModel(std::string(name) + ".onnx")).value();
}

// What is said of classifier.onnx, changed.
std::string ReasonAfter(const std::function<void(onnx::Graph&)>& change) {
  onnx::Model model;
  EXPECT_TRUE(model.ParseFromString(Golden("classifier")));
  change(*model.mutable_graph());
  const Result<std::optional<OnnxGraph>> graph = ReplaceTrees(model.SerializeAsString());
  if (!graph) return graph.error().message;
  return *graph ? "replaced" : "nothing";
}

onnx::Node& Ensemble(onnx::Graph& graph) {
  for (onnx::Node& node : *graph.mutable_node())
    if (IsTreeEnsemble(node)) return node;
  throw std::runtime_error("classifier.onnx has no tree ensemble");
}

// Has a node before the ensemble.
void Insert(onnx::Graph& graph, const std::string& type) {
  onnx::Node& ensemble = Ensemble(graph);
  const std::string input = ensemble.input(0);
  ensemble.set_input(0, "between");
  onnx::Node& node = *graph.add_node();
  node.set_op_type(type);
  node.add_input(input);
  node.add_output("between");
}

std::string PortsOf(const Model& model) {
  std::string text;
  for (const std::vector<Port>* const ports : {&model.info().inputs, &model.info().outputs}) {
    for (const Port& port : *ports) {
      text += port.name + ": " + port.type;
      for (const int64_t size : port.shape) text += ' ' + std::to_string(size);
      text += '\n';
    }
  }
  return text;
}

TEST(OnnxGraph, PutsOurOperatorInThePlaceOfTheEnsemble) {
  const OnnxGraph graph = *ReplaceTrees(Golden("classifier")).value();
  EXPECT_EQ(graph.rest, "Identity");
  EXPECT_FALSE(graph.doubles);
  EXPECT_TRUE(graph.trees.scores);
  onnx::Model model;
  ASSERT_TRUE(model.ParseFromString(graph.model));
  EXPECT_EQ(std::ranges::count(model.graph().node(), "penstock", &onnx::Node::domain), 1);
  EXPECT_LT(graph.model.size(), Golden("classifier").size());
}

TEST(OnnxGraph, KeepsWhatItDoesNotKnow) {
  onnx::Model model;
  ASSERT_TRUE(model.ParseFromString(Golden("zipmap")));
  EXPECT_EQ(model.SerializeAsString().size(), Golden("zipmap").size());
}

TEST(OnnxGraph, LeavesGraphsWithoutTreesAlone) {
  for (const char* name : {"zipmap", "linear", "text"}) EXPECT_FALSE(ReplaceTrees(Golden(name)).value()) << name;
  EXPECT_FALSE(ReplaceTrees("no model").value());
}

TEST(OnnxGraph, FollowsTheInputThroughWhatKeepsItsWidth) {
  EXPECT_EQ(ReasonAfter([](onnx::Graph&) {}), "replaced");
  for (const char* type : {"Identity", "Scaler", "Imputer"})
    EXPECT_EQ(ReasonAfter([type](onnx::Graph& graph) { Insert(graph, type); }), "replaced") << type;
  EXPECT_THAT(ReasonAfter([](onnx::Graph& graph) { Insert(graph, "Concat"); }), HasSubstr("how wide the input"));
  EXPECT_THAT(ReasonAfter([](onnx::Graph& graph) { Insert(graph, "Cast"); }), HasSubstr("neither of floats"));
  EXPECT_THAT(ReasonAfter([](onnx::Graph& graph) { Ensemble(graph).set_input(0, "nowhere"); }), HasSubstr("how wide"));
  EXPECT_THAT(ReasonAfter([](onnx::Graph& graph) {
                onnx::Node& node = *graph.add_node();
                node.set_op_type("Identity");
                node.add_input("circle");
                node.add_output("circle");
                Ensemble(graph).set_input(0, "circle");
              }),
              HasSubstr("how wide"));
}

TEST(OnnxGraph, SaysWhyAllStaysWithTheRuntime) {
  EXPECT_THAT(ReasonAfter([](onnx::Graph& graph) { *graph.add_node() = Ensemble(graph); }), HasSubstr("more than one"));
  EXPECT_THAT(ReasonAfter([](onnx::Graph& graph) { Ensemble(graph).mutable_output()->RemoveLast(); }),
              HasSubstr("lacks an output"));
  EXPECT_THAT(ReasonAfter([](onnx::Graph& graph) { Ensemble(graph).clear_attribute(); }), HasSubstr("no names"));
}

// With the kernel and without, on rows that no parity file has.
TEST(OnnxGraph, ChangesNoAnswerAndNoPort) {
  embedded::OnnxOptions options;
  options.name = "m";
  options.path = embedded::GoldenModel("classifier.onnx");
  const std::unique_ptr<Model> with = embedded::LoadOnnx(options, RealClock()).value();
  options.use_kernel = false;
  const std::unique_ptr<Model> without = embedded::LoadOnnx(options, RealClock()).value();
  EXPECT_EQ(with->info().runs, "all of it runs in the kernel of tree ensembles");
  EXPECT_THAT(without->info().runs, HasSubstr("the kernel is off"));
  EXPECT_EQ(PortsOf(*with), PortsOf(*without));
  const embedded::JsonBatch batch(
      R"([[[0.1,0.9,0.4,0.2]],[[5,-2,3,4]],[[1,2]],[["x",0,0,0]],[[null,0,0,0]],[7],[[0,0,0,0]]])");
  for (const std::vector<uint32_t>& outputs : {std::vector<uint32_t>{0, 1}, {1}, {1, 0, 1}}) {
    embedded::CollectedAnswers ours;
    embedded::CollectedAnswers theirs;
    with->NewPredictor({.outputs = outputs}).value()->Predict(batch.requests(), ours);
    without->NewPredictor({.outputs = outputs}).value()->Predict(batch.requests(), theirs);
    for (size_t i = 0; i < batch.requests().size(); ++i) EXPECT_EQ(ours.of(i), theirs.of(i));
    EXPECT_THAT(ours.of(0), testing::Not(HasSubstr("failed")));
    EXPECT_THAT(ours.of(2), HasSubstr("wants 4 numbers, and got 2"));
  }
}

}  // namespace
}  // namespace penstock::trees
