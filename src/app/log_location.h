// Which log a command works on.
#pragma once

#include <memory>
#include <string>

#include "base/log.h"
#include "base/result.h"
#include "log/log.h"

namespace CLI {
class App;
}

namespace penstock::app {

// Adds --log to a command; `location` outlives its parsing, and stays empty where neither it nor PENSTOCK_LOG is given.
void AddLogOption(CLI::App& command, std::string& location);

struct OpenLogOptions {
  bool survives_power_loss = false;
  const Logger* logger = nullptr;  // outlives the log; may be null
};

// "local:DIR"; local:./penstock-data where it is empty. An error says what can be given.
Result<std::unique_ptr<Log>> OpenLog(const std::string& location, const OpenLogOptions& options = {});

}  // namespace penstock::app
