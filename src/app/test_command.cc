// penstock test FILE: runs the tests that stand in a pipeline's file.
#include <CLI/CLI.hpp>
#include <iostream>
#include <memory>
#include <string>

#include "app/command.h"
#include "app/pipeline_file.h"
#include "pipeline/test_runner.h"

namespace penstock::app {
namespace {

void Run(const std::string& path) {
  const PipelineFile file = RequirePipeline(path);
  const Result<TestReport> report = RunTests(file);
  if (!report) throw CLI::RuntimeError(Complain(report.error()));
  for (const TestReport::Test& test : report->tests)
    std::cout << (test.passed ? "ok      " : "FAILED  ") << test.name << "\n";
  std::cout << report->tests.size() - report->failed() << " passed, " << report->failed() << " failed\n" << std::flush;
  std::cerr << report->failures.Text();
  if (report->failed() > 0) throw CLI::RuntimeError(kExitInvalid);
}

}  // namespace

void AddTestCommand(CLI::App& app) {
  CLI::App* const command = app.add_subcommand("test", "Run the tests of a pipeline's file");
  auto path = std::make_shared<std::string>();  // shared with the callback, which outlives this call
  command->add_option("FILE", *path, "The pipeline's file")->required();
  command->callback([path] { Run(*path); });
}

}  // namespace penstock::app
