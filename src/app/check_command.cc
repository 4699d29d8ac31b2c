// penstock check FILE: says everything that is wrong with a pipeline's file.
#include <CLI/CLI.hpp>
#include <iostream>
#include <memory>
#include <string>

#include "app/command.h"
#include "app/pipeline_file.h"

namespace penstock::app {
namespace {

void Run(const std::string& path) {
  const PipelineFile file = RequirePipeline(path);
  std::cout << path << ": all is well\n";
}

}  // namespace

void AddCheckCommand(CLI::App& app) {
  CLI::App* const command = app.add_subcommand("check", "Validate a pipeline's file: every mistake at once");
  auto path = std::make_shared<std::string>();  // shared with the callback, which outlives this call
  command->add_option("FILE", *path, "The pipeline's file")->required();
  command->callback([path] { Run(*path); });
}

}  // namespace penstock::app
