// Models that are loaded, asked, and unloaded again and again leave the process's memory where it was.
#include <gtest/gtest.h>
#include <onnx.pb.h>

#include <cstdio>
#include <fstream>
#include <functional>
#include <memory>
#include <string>

#include "base/temporary_directory.h"
#include "model/embedded/collected_answers.h"
#include "model/embedded/model_file.h"
#include "model/embedded/onnx_model.h"
#include "model/embedded/trees/tree_model.h"

namespace penstock::trees {
namespace {

constexpr int kLoads = 10'000;
// After so many, allocators and ONNX Runtime have what they keep.
constexpr int kFirstLoads = 1'000;
// Less than 500 bytes a load.
constexpr int64_t kGrowthBytesMax = 4 << 20;

int64_t ResidentBytes() {
  constexpr int64_t kPageBytes = 4096;
  std::ifstream file("/proc/self/statm");
  int64_t total = 0;
  int64_t resident = 0;
  file >> total >> resident;
  return resident * kPageBytes;
}

using Load = std::function<Result<std::unique_ptr<Model>>()>;

void ExpectNoGrowth(const Load& load, int loads) {
  const embedded::JsonBatch batch("[[[0.1,0.9,0.4,0.2]],[[5,-2,3,4]]]");
  int64_t before = 0;
  for (int i = 0; i < kFirstLoads + loads; ++i) {
    if (i == kFirstLoads) before = ResidentBytes();
    const Result<std::unique_ptr<Model>> model = load();
    ASSERT_TRUE(model) << model.error().message;
    embedded::CollectedAnswers answers;
    (*model)->NewPredictor({.outputs = {0}}).value()->Predict(batch.requests(), answers);
    ASSERT_EQ(answers.size(), 2U);
    ASSERT_FALSE(answers.of(0).starts_with("failed")) << answers.of(0);
  }
  const int64_t growth = ResidentBytes() - before;
  testing::Test::RecordProperty("growth_bytes", std::to_string(growth));
  std::printf("%d loads: from %.1f MB, by %.2f MB\n", loads, static_cast<double>(before) / 1e6,
              static_cast<double>(growth) / 1e6);
  EXPECT_GT(before, 0);
  EXPECT_LT(growth, kGrowthBytesMax);
}

Load OnnxFile(const std::string& path, const std::string& runs) {
  return [path, runs] {
    embedded::OnnxOptions options;
    options.name = "m";
    options.path = path;
    Result<std::unique_ptr<Model>> model = embedded::LoadOnnx(options, RealClock());
    EXPECT_TRUE(!model || (*model)->info().runs == runs) << (*model)->info().runs;
    return model;
  };
}

TEST(Loads, OfXgboostLeaveNothing) {
  ExpectNoGrowth(
      [] {
        TreeOptions options;
        options.name = "m";
        options.first_runs.path = embedded::GoldenModel("trees/xgboost_classes.ubj");
        return LoadTrees(options, RealClock());
      },
      kLoads);
}

TEST(Loads, OfOnnxInTheKernelLeaveNothing) {
  ExpectNoGrowth(OnnxFile(embedded::GoldenModel("classifier.onnx"), "all of it runs in the kernel of tree ensembles"),
                 kLoads);
}

// Which ONNX Runtime calls.
TEST(Loads, OfOnnxThatTheKernelSharesLeaveNothing) {
  const TemporaryDirectory folder;
  const std::string path = folder.path() + "/shared.onnx";
  onnx::Model model;
  ASSERT_TRUE(model.ParseFromString(embedded::ReadModelFile(embedded::GoldenModel("classifier.onnx")).value()));
  onnx::Graph& graph = *model.mutable_graph();
  onnx::Node& node = *graph.add_node();
  node.set_op_type("Neg");
  node.add_input(graph.output(1).name());
  node.add_output("negative");
  graph.add_output()->set_name("negative");
  std::ofstream(path, std::ios::binary) << model.SerializeAsString();
  ExpectNoGrowth(OnnxFile(path, "its tree ensemble runs in the kernel, and in ONNX Runtime the rest: Identity, Neg"),
                 kLoads / 5);
}

}  // namespace
}  // namespace penstock::trees
