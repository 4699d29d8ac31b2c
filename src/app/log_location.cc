#include "app/log_location.h"

#include <CLI/CLI.hpp>
#include <cstdlib>

#include "log/local/local_log.h"

namespace penstock::app {
namespace {

constexpr std::string_view kLocal = "local:";

std::string GivenText(const std::string& option) {
  if (!option.empty()) return option;
  const char* const variable = std::getenv("PENSTOCK_LOG");
  return variable == nullptr ? "" : variable;
}

}  // namespace

void AddLogOption(CLI::App& command, std::string& text) {
  command.add_option("--log", text,
                     "Where the topics are: local:DIR (default: local:./penstock-data; also PENSTOCK_LOG)");
}

LogLocation LocationFor(const std::string& option) {
  const std::string given = GivenText(option);
  return {given.empty() ? "local:./penstock-data" : given, false};
}

LogLocation LocationFor(const std::string& option, const Settings& settings) {
  LogLocation location = LocationFor(option);
  if (GivenText(option).empty() && settings.local_log) location.text = "local:" + *settings.local_log;
  location.survives_power_loss = settings.survives_power_loss;
  return location;
}

Result<std::unique_ptr<Log>> OpenLog(const LogLocation& location, const Logger& logger) {
  const std::string_view text = location.text;
  if (text.starts_with("kafka:")) return Invalid("'" + location.text + "': this build has no Kafka; use local:DIR");
  if (!text.starts_with(kLocal) || text.size() == kLocal.size())
    return Invalid("'" + location.text + "' is no place of a log; it is written local:DIR");
  local::LocalLogOptions options;
  options.directory = text.substr(kLocal.size());
  options.durability = location.survives_power_loss ? local::Durability::kPower : local::Durability::kProcess;
  options.logger = &logger;
  return local::OpenLocalLog(options);
}

}  // namespace penstock::app
