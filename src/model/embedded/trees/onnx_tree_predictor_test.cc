#include "model/embedded/trees/onnx_tree_predictor.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <onnx.pb.h>

#include <fstream>
#include <string>
#include <vector>

#include "base/temporary_directory.h"
#include "model/embedded/collected_answers.h"
#include "model/embedded/model_file.h"
#include "model/embedded/onnx_model.h"

namespace penstock::trees {
namespace {

using testing::HasSubstr;

// classifier.onnx with maps of its scores, whose keys are not in order, and the file of it.
class MapModel {
 public:
  MapModel() : path_(folder_.path() + "/maps.onnx") {
    onnx::Model model;
    EXPECT_TRUE(model.ParseFromString(embedded::ReadModelFile(embedded::GoldenModel("classifier.onnx")).value()));
    onnx::Graph& graph = *model.mutable_graph();
    onnx::Node& node = *graph.add_node();
    node.set_op_type("ZipMap");
    node.set_domain("ai.onnx.ml");
    node.add_input(graph.output(1).name());
    node.add_output("maps");
    onnx::Attribute& keys = *node.add_attribute();
    keys.set_name("classlabels_int64s");
    for (const int64_t key : {30, -1, 20}) keys.add_ints(key);
    graph.add_output()->set_name("maps");
    // The type of an attribute that is a list of whole numbers, which our own definition of the format leaves out.
    keys.mutable_unknown_fields()->append("\xa0\x01\x07");
    std::ofstream(path_, std::ios::binary) << model.SerializeAsString();
  }

  std::unique_ptr<Model> Load(bool use_kernel) const {
    embedded::OnnxOptions options;
    options.name = "m";
    options.path = path_;
    options.use_kernel = use_kernel;
    return embedded::LoadOnnx(options, RealClock()).value();
  }

 private:
  const TemporaryDirectory folder_;
  const std::string path_;
};

TEST(OnnxTreePredictor, MakesTheMapsOfOnnxRuntime) {
  const MapModel file;
  const std::unique_ptr<Model> with = file.Load(true);
  const std::unique_ptr<Model> without = file.Load(false);
  EXPECT_THAT(with->info().runs, HasSubstr("all of it runs in the kernel"));
  const embedded::JsonBatch batch("[[[0.1,0.9,0.4,0.2]],[[5,-2,3,4]]]");
  embedded::CollectedAnswers ours;
  embedded::CollectedAnswers theirs;
  with->NewPredictor({.outputs = {2, 0}}).value()->Predict(batch.requests(), ours);
  without->NewPredictor({.outputs = {2, 0}}).value()->Predict(batch.requests(), theirs);
  EXPECT_THAT(ours.of(0), testing::StartsWith(R"([{"-1":)"));
  EXPECT_EQ(ours.of(0), theirs.of(0));
  EXPECT_EQ(ours.of(1), theirs.of(1));
}

TEST(OnnxTreePredictor, CountsWhatItDoes) {
  const MapModel file;
  const std::unique_ptr<Model> model = file.Load(true);
  const std::unique_ptr<Predictor> predictor = model->NewPredictor({.outputs = {0}}).value();
  const embedded::JsonBatch batch("[[[0.1,0.9,0.4,0.2]],[[1]],[[5,-2,3,4]]]");
  embedded::CollectedAnswers answers;
  predictor->Predict(batch.requests(), answers);
  EXPECT_EQ(predictor->metrics().rows.value(), 2U);
  EXPECT_EQ(predictor->metrics().failed_rows.value(), 1U);
  EXPECT_EQ(predictor->metrics().runs.value(), 1U);
}

}  // namespace
}  // namespace penstock::trees
