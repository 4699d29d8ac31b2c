// penstock eval EXPR [--event JSON or @FILE]: evaluates an expression and prints its value as JSON.
#include <CLI/CLI.hpp>
#include <iostream>
#include <memory>
#include <optional>
#include <string>

#include "app/command.h"
#include "app/event_argument.h"
#include "event/json_parser.h"
#include "event/json_writer.h"
#include "expr/functions/standard_library.h"
#include "expr/program.h"

namespace penstock::app {
namespace {

struct EvalOptions {
  std::string expression;
  std::optional<std::string> event;
};

Result<std::string> Evaluate(const EvalOptions& options) {
  Arena arena;
  JsonParser parser;
  expr::Environment environment(expr::StandardLibrary());
  std::string text;
  Value event;
  if (options.event) {
    TRY_ASSIGN(text, ReadEvent(*options.event));
    const Result<const JsonDocument*> document = parser.Parse(text, arena);
    if (!document) return Fail(document.error().kind, "--event: " + document.error().message);
    event = (*document)->root();
    environment.AddVariable("event");
  }
  TRY_ASSIGN(const expr::Program program, expr::Program::Compile(options.expression, environment));
  expr::Activation activation(environment, arena);
  if (options.event) activation.Set(0, event);
  const Value value = program.Evaluate(activation);
  if (value.is_error()) return Invalid(std::string(value.text()));
  return ToJson(value);
}

void Run(const EvalOptions& options) {
  const Result<std::string> json = Evaluate(options);
  if (!json) throw CLI::RuntimeError(Complain(json.error()));
  std::cout << *json << "\n" << std::flush;
  if (!std::cout) throw CLI::RuntimeError(Complain({ErrorKind::kUnavailable, "cannot write to stdout"}));
}

}  // namespace

void AddEvalCommand(CLI::App& app) {
  CLI::App* const command = app.add_subcommand("eval", "Evaluate a CEL expression and print its value as JSON");
  auto options = std::make_shared<EvalOptions>();  // shared with the callback, which outlives this call
  command->add_option("EXPR", options->expression, "The expression; it may begin with -")->required();
  command->add_option("--event", options->event, "What `event` is: JSON, or @FILE to read it from there");
  command->callback([options] { Run(*options); });
}

}  // namespace penstock::app
