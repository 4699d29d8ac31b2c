// What every command of the command line is.
#pragma once

#include "base/result.h"

namespace CLI {
class App;
}

namespace penstock::app {

enum ExitCode : int {
  kExitFine = 0,
  kExitInvalid = 1,      // the user's input or usage
  kExitUnavailable = 2,  // the environment
  kExitInternal = 3,     // our bug
};

ExitCode ExitCodeOf(ErrorKind kind);

// Each adds itself to the command line; its callback throws CLI::RuntimeError with an exit code, or returns when all is
// fine.
void AddCheckCommand(CLI::App& app);
void AddEvalCommand(CLI::App& app);
void AddRunCommand(CLI::App& app);
void AddSchemaCommand(CLI::App& app);
void AddTestCommand(CLI::App& app);
void AddTopicCommand(CLI::App& app);
void AddGroupCommand(CLI::App& app);

// Prints the error to stderr and gives its exit code.
int Complain(const Error& error);

}  // namespace penstock::app
