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
TEST(OnnxGraph, ChangesNoAnswer) {
  embedded::OnnxOptions options;
  options.name = "m";
  options.path = embedded::GoldenModel("classifier.onnx");
  std::string answers;
  for (const bool use_kernel : {true, false}) {
    options.use_kernel = use_kernel;
    const std::unique_ptr<Model> model = embedded::LoadOnnx(options, RealClock()).value();
    EXPECT_THAT(model->info().runs, HasSubstr(use_kernel ? "in the kernel" : "the kernel is off"));
    const embedded::JsonBatch batch("[[[0.1,0.9,0.4,0.2]],[[5,-2,3,4]],[[0,0,0,0]]]");
    embedded::CollectedAnswers collected;
    model->NewPredictor({.outputs = {0}}).value()->Predict(batch.requests(), collected);
    const std::string labels = collected.of(0) + collected.of(1) + collected.of(2);
    EXPECT_THAT(labels, testing::Not(HasSubstr("failed")));
    if (answers.empty()) answers = labels;
    EXPECT_EQ(labels, answers);
  }
}

}  // namespace
}  // namespace penstock::trees
