// Which log a command works on.
#pragma once

#include <CLI/CLI.hpp>
#include <memory>
#include <string>

#include "base/log.h"
#include "base/result.h"
#include "log/log.h"
#include "pipeline/log_settings.h"

namespace penstock::app {

// What the command line says of it.
struct LogFlags {
  std::string location;  // local:DIR or kafka://HOST:PORT; empty: not given
  std::string config;    // a file with `log:`; empty: none
  std::string state = "./penstock-data/state";
  bool wait = false;
};

// Adds --log and --wait, and --config where the command takes no pipeline's file. `flags` outlives the parsing.
void AddLogFlags(CLI::App& command, LogFlags& flags, bool takes_pipeline = false);

struct OpenLogOptions {
  LogSettings settings;      // of the pipeline's file
  std::string folder = ".";  // that the paths of its secrets start from
  Logger* logger = nullptr;  // outlives the log, and hides its secrets; may be null
};

// What the flags name, else PENSTOCK_LOG, else the file, else local:./penstock-data. The properties of a Kafka cluster
// come from the file in any case. An error says what can be given.
Result<std::unique_ptr<Log>> OpenLog(const LogFlags& flags, const OpenLogOptions& options = {});

// What is wrong with a file's properties of librdkafka: those that do not exist, those that are not the user's to set,
// and secrets that stand in the file itself.
void CheckProperties(const LogSettings& settings, Problems& problems);

}  // namespace penstock::app
