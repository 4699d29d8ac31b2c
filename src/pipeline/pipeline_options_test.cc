// Every example that stands in a description of options is tried.
#include "pipeline/pipeline_options.h"

#include <gtest/gtest.h>

#include <fstream>
#include <iterator>
#include <set>
#include <string>

#include "config/schema.h"
#include "config/validation.h"
#include "expr/functions/standard_library.h"
#include "pipeline/test_runner.h"
#include "steps/step_list.h"

namespace penstock {
namespace {

Result<std::unique_ptr<Model>> NoModels(const ModelFile& file) { return Invalid("no model " + file.name); }

void CheckShape(const Option& option, std::string_view text) {
  const std::string yaml = "example: " + std::string(text) + "\n";
  Problems problems("example", yaml);
  YamlNode tree = ParseYaml(yaml, problems);
  ASSERT_FALSE(problems.has_errors()) << problems.Text();
  EXPECT_TRUE(Validate(tree.entries.at(0).value, option.shape, problems)) << option.name;
  EXPECT_EQ(problems.Text(), "") << option.name;
}

// An expression may name what only a whole pipeline has; so far as its form goes it is looked at here.
void CheckExpression(const Option& option) {
  expr::Environment environment(expr::StandardLibrary());
  for (const char* name : {"event", "key", "headers", "source", "output", "route", "model", "risk"})
    environment.AddVariable(name);
  const std::string yaml = "example: " + std::string(option.example) + "\n";
  Problems problems("example", yaml);
  const YamlNode tree = ParseYaml(yaml, problems);
  const Result<expr::Program> program = expr::Program::Compile(tree.entries.at(0).value.text, environment);
  EXPECT_TRUE(program) << option.name << ": " << (program ? "" : program.error().message);
}

void CheckGroup(const Group& group, std::set<const Group*>& seen) {
  if (!seen.insert(&group).second) return;
  EXPECT_FALSE(group.doc.empty()) << group.name;
  for (const Option& option : group.options) {
    if (option.planned) continue;
    EXPECT_FALSE(option.doc.empty()) << group.name << "." << option.name;
    if (!option.example.empty()) CheckShape(option, option.example);
    if (option.shape.kind == ShapeKind::kCel) CheckExpression(option);
    const Shape* shape = &option.shape;
    while (shape->element != nullptr) shape = shape->element;
    if (shape->group != nullptr) CheckGroup(*shape->group, seen);
  }
}

TEST(OptionExamples, AreWhatTheirOptionsAllow) {
  std::set<const Group*> seen;
  CheckGroup(PipelineOptions(), seen);
  EXPECT_GT(seen.size(), 15U);
}

TEST(StepExamples, PassTheirOwnTests) {
  for (const StepKind& kind : StepKinds()) {
    const PipelineFile file = CompilePipeline("example.yaml", std::string(kind.pipeline), NoModels);
    ASSERT_NE(file.plan, nullptr) << kind.option.name << "\n" << file.problems.Text();
    EXPECT_EQ(file.problems.Text(), "");
    const Result<TestReport> report = RunTests(file);
    ASSERT_TRUE(report);
    EXPECT_GE(report->tests.size(), 1U) << kind.option.name;
    EXPECT_EQ(report->failures.Text(), "") << kind.option.name;
  }
}

TEST(Reference, IsThePageInTheDocumentation) {
  std::ifstream file(PENSTOCK_SOURCE_DIR "/docs/reference.md", std::ios::binary);
  const std::string page{std::istreambuf_iterator<char>(file), {}};
  EXPECT_EQ(page, ReferenceOf(PipelineOptions(), "The pipeline's file"))
      << "docs/reference.md is written by: penstock schema --reference > docs/reference.md";
}

}  // namespace
}  // namespace penstock
