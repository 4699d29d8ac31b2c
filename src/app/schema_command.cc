// penstock schema: what may stand in a pipeline's file, for editors or for people.
#include <CLI/CLI.hpp>
#include <iostream>
#include <memory>

#include "admin/metrics_text.h"
#include "app/command.h"
#include "config/schema.h"
#include "expr/functions/standard_library.h"
#include "expr/reference.h"
#include "pipeline/pipeline_options.h"

namespace penstock::app {

void AddSchemaCommand(CLI::App& app) {
  CLI::App* const command = app.add_subcommand("schema", "Print the JSON Schema of a pipeline's file, for editors");
  // Shared with the callback, which outlives this call.
  auto reference = std::make_shared<bool>(false);
  auto metrics = std::make_shared<bool>(false);
  command->add_flag("--reference", *reference, "Print the reference page instead, in Markdown");
  command->add_flag("--metrics", *metrics, "Print the page about metrics instead, in Markdown");
  auto expressions = std::make_shared<bool>(false);
  command->add_flag("--expressions", *expressions, "Print the page about expressions instead, in Markdown");
  command->callback([reference, metrics, expressions] {
    if (*expressions)
      std::cout << expr::ExpressionReference(expr::StandardLibrary());
    else if (*metrics)
      std::cout << MetricsReference();
    else if (*reference)
      std::cout << ReferenceOf(PipelineOptions(), "The pipeline's file");
    else
      std::cout << JsonSchemaOf(PipelineOptions(), "A Penstock pipeline");
  });
}

}  // namespace penstock::app
