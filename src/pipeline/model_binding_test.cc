#include "pipeline/model_binding.h"

#include <gtest/gtest.h>

#include "pipeline/pipeline_fixture.h"

namespace penstock {
namespace {

std::string WithModel(const std::string& options) {
  return "pipeline: p\nroute: [{ to: m }]\nmodels: { m: { onnx: m.onnx, " + options + " } }\n";
}

std::string FirstLine(const std::string& options) {
  const std::string text = Complaints(WithModel(options));
  return text.substr(0, text.find('\n'));
}

TEST(ModelBinding, AsksForTheOutputsThatSomebodyLooksAt) {
  const PipelineFile one = CompileGood(WithModel("input: { x: event.a }, output: { s: y + 1.0 }"));
  EXPECT_EQ(one.plan->models[0].outputs, std::vector<uint32_t>{0});
  EXPECT_FALSE(one.plan->models[0].outputs_variable);
  const PipelineFile all = CompileGood(WithModel("input: { x: event.a }, output: { s: 'outputs[\"a/b:0\"]' }"));
  EXPECT_EQ(all.plan->models[0].outputs, (std::vector<uint32_t>{0, 1}));
  EXPECT_TRUE(all.plan->models[0].outputs_variable);
  EXPECT_FALSE(all.plan->models[0].variables[1]);  // its name is none that an expression can have
}

TEST(ModelBinding, EachInputIsGivenSomethingThatFits) {
  EXPECT_NE(FirstLine("input: {}, output: { s: y }").find("the model's input 'x' float64[] is given nothing"),
            std::string::npos);
  EXPECT_NE(FirstLine("input: { x: event.a, X: 1 }, output: { s: y }").find("the model has no input 'X'"),
            std::string::npos);
  EXPECT_NE(FirstLine("input: { x: '\"a\"' }, output: { s: y }").find("takes float64[], and this gives a string"),
            std::string::npos);
  EXPECT_NE(FirstLine("input: { x: '[1.0]' }, output: { s: y }").find("takes float64[], and this gives a list"),
            std::string::npos);
  EXPECT_EQ(FirstLine("input: { x: 1 }, output: { s: y }"), "");
}

TEST(ModelBinding, AnswersSeeOutputsAndNoEvent) {
  EXPECT_NE(FirstLine("input: { x: 1 }, output: { s: event.a }").find("unknown name 'event'"), std::string::npos);
  EXPECT_NE(FirstLine("input: { x: 1 }, output: { s: z }").find("unknown name 'z'"), std::string::npos);
}

TEST(ModelBinding, TellsTheLoaderWhatTheFileSays) {
  ModelFile seen;
  const ModelLoader load = [&](const ModelFile& file) {
    seen = file;
    return LoadEcho(file);
  };
  CompilePipeline("dir/p.yaml",
                  WithModel("version: '7', parity: g.jsonl, tolerance: 0.5, threads: 999, input: { x: 1 }, "
                            "output: { s: y }"),
                  load);
  EXPECT_EQ(seen.name, "m");
  EXPECT_EQ(seen.path, "dir/m.onnx");
  EXPECT_EQ(seen.parity, "dir/g.jsonl");
  EXPECT_EQ(seen.version, "7");
  EXPECT_EQ(seen.tolerance, 0.5);
  EXPECT_EQ(seen.threads, 256);
}

TEST(ModelBinding, AModelThatCannotBeLoadedIsAMistakeInTheFile) {
  const ModelLoader load = [](const ModelFile&) -> Result<std::unique_ptr<Model>> { return Invalid("no such model"); };
  const PipelineFile file = CompilePipeline("p.yaml", WithModel("input: { x: 1 }, output: { s: y }"), load);
  EXPECT_EQ(file.plan, nullptr);
  EXPECT_TRUE(file.problems.Text().starts_with("p.yaml:3:22: no such model")) << file.problems.Text();
}

}  // namespace
}  // namespace penstock
