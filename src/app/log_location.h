// Which log a command works on.
#pragma once

#include <CLI/CLI.hpp>
#include <memory>
#include <string>

#include "base/result.h"
#include "log/log.h"

namespace penstock::app {

// Adds --log to a command; `location` outlives its parsing.
void AddLogOption(CLI::App& command, std::string& location);

// "local:DIR". An error says what can be given.
Result<std::unique_ptr<Log>> OpenLog(const std::string& location);

}  // namespace penstock::app
