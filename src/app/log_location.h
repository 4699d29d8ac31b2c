// Where the topics are, as the command line says.
#pragma once

#include <memory>
#include <string>

#include "base/log.h"
#include "base/result.h"
#include "log/log.h"
#include "pipeline/settings.h"

namespace CLI {
class App;
}

namespace penstock::app {

// Adds --log, which is empty where it is not given.
void AddLogOption(CLI::App& command, std::string& text);

struct LogLocation {
  std::string text;  // local:DIR or kafka://HOST:PORT
  bool survives_power_loss = false;
};

// --log, else PENSTOCK_LOG, else ./penstock-data.
LogLocation LocationFor(const std::string& option);
// The same, with what a pipeline's file says before the default.
LogLocation LocationFor(const std::string& option, const Settings& settings);

// `logger` outlives the log.
Result<std::unique_ptr<Log>> OpenLog(const LogLocation& location, const Logger& logger);

}  // namespace penstock::app
