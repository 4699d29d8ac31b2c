// penstock check FILE: says everything that is wrong with a pipeline's file, and with --explain where an event goes.
#include <CLI/CLI.hpp>
#include <iostream>
#include <memory>
#include <optional>
#include <string>

#include "app/command.h"
#include "app/event_argument.h"
#include "app/pipeline_file.h"
#include "pipeline/route_explanation.h"

namespace penstock::app {
namespace {

struct CheckOptions {
  std::string path;
  std::optional<std::string> event;
};

void Run(const CheckOptions& options) {
  PipelineFile file = RequirePipeline(options.path);
  if (!options.event) {
    std::cout << options.path << ": all is well\n";
    for (const BoundModel& model : file.plan->models) {
      const std::string& runs = model.model->info().runs;
      if (!runs.empty()) std::cout << "model " << model.name << ": " << runs << '\n';
    }
    return;
  }
  const Result<std::string> event = ReadEvent(*options.event);
  if (!event) throw CLI::RuntimeError(Complain(event.error()));
  std::cout << ExplainRoute(file, *event);
}

}  // namespace

void AddCheckCommand(CLI::App& app) {
  CLI::App* const command = app.add_subcommand("check", "Validate a pipeline's file: every mistake at once");
  auto options = std::make_shared<CheckOptions>();  // shared with the callback, which outlives this call
  command->add_option("FILE", options->path, "The pipeline's file")->required();
  command->add_option("--explain", options->event,
                      "Say which rules of route this event is compared with, and where it goes: JSON, or @FILE");
  command->callback([options] { Run(*options); });
}

}  // namespace penstock::app
