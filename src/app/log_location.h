// Which log a command works on.
#pragma once

#include <CLI/CLI.hpp>
#include <memory>
#include <string>

#include "base/log.h"
#include "base/result.h"
#include "log/log.h"

namespace penstock::app {

// Adds --log to a command; `location` outlives its parsing, and stays empty where it is not given.
void AddLogOption(CLI::App& command, std::string& location);

struct OpenLogOptions {
  std::string fallback = "local:./penstock-data";  // where neither the command line nor PENSTOCK_LOG says
  bool survives_power_loss = false;
  const Logger* logger = nullptr;  // outlives the log; may be null
};

// "local:DIR"; where it is empty, PENSTOCK_LOG or else the fallback. An error says what can be given.
Result<std::unique_ptr<Log>> OpenLog(const std::string& location, const OpenLogOptions& options = {});

}  // namespace penstock::app
