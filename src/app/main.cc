#include <CLI/CLI.hpp>
#include <csignal>
#include <exception>
#include <iostream>
#include <optional>
#include <string>
#include <vector>

#include "app/command.h"
#include "app/free_arguments.h"
#include "app/unknown_command.h"

namespace penstock::app {

ExitCode ExitCodeOf(ErrorKind kind) {
  switch (kind) {
    case ErrorKind::kInvalid:
    case ErrorKind::kLimit: return kExitInvalid;
    case ErrorKind::kUnavailable: return kExitUnavailable;
    case ErrorKind::kInternal: return kExitInternal;
  }
  return kExitInternal;
}

int Complain(const Error& error) {
  std::cerr << "penstock: " << error.message << "\n";
  return ExitCodeOf(error.kind);
}

namespace {

int Run(int argc, const char* const* argv) {
  CLI::App app("Penstock runs models on event streams, exactly once.", "penstock");
  app.set_version_flag("--version", "penstock " PENSTOCK_VERSION);
  app.require_subcommand(1);
  AddRunCommand(app);
  AddCheckCommand(app);
  AddTestCommand(app);
  AddEvalCommand(app);
  AddSchemaCommand(app);
  AddTopicCommand(app);
  AddGroupCommand(app);
  const std::vector<std::string> arguments = FreeExpression({argv + 1, argv + argc});
  try {
    app.parse(std::vector<std::string>(arguments.rbegin(), arguments.rend()));  // as the library takes them
  } catch (const CLI::RuntimeError& error) {
    return error.get_exit_code();
  } catch (const CLI::RequiredError& error) {
    if (const std::optional<std::string> unknown = UnknownCommand(app, arguments))
      std::cerr << "penstock: " << *unknown << "\nRun with --help for more information.\n";
    else
      app.exit(error);
    return kExitInvalid;
  } catch (const CLI::ParseError& error) {
    const bool asked = error.get_exit_code() == 0;  // for help, or for the version
    app.exit(error);
    return asked ? kExitFine : kExitInvalid;
  }
  return kExitFine;
}

// What was printed must have arrived, or the run did not succeed.
int Finished(int code) {
  if (code != kExitFine || std::cout.flush()) return code;
  return Complain({ErrorKind::kUnavailable, "cannot write to stdout"});
}

}  // namespace
}  // namespace penstock::app

int main(int argc, char** argv) {
  // Writing to a pipe that nobody reads is an error to report, not a reason to die silently.
  std::signal(SIGPIPE, SIG_IGN);
  try {
    return penstock::app::Finished(penstock::app::Run(argc, argv));
  } catch (const std::exception& error) {
    std::cerr << "penstock: internal error: " << error.what() << "\n";
    return penstock::app::kExitInternal;
  }
}
