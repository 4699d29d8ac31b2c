#include "app/log_location.h"

#include <CLI/CLI.hpp>
#include <string_view>

#include "log/local/local_log.h"

namespace penstock::app {
namespace {

constexpr std::string_view kLocal = "local:";
constexpr std::string_view kKafka = "kafka:";
constexpr std::string_view kDefault = "local:./penstock-data";

}  // namespace

void AddLogOption(CLI::App& command, std::string& location) {
  command
      .add_option("--log", location, "The log: local:DIR (also PENSTOCK_LOG; default: " + std::string(kDefault) + ")")
      ->envname("PENSTOCK_LOG");
}

Result<std::unique_ptr<Log>> OpenLog(const std::string& location, const OpenLogOptions& options) {
  const std::string text = location.empty() ? std::string(kDefault) : location;
  if (text.starts_with(kKafka))
    return Invalid("the log '" + text + "': this build has no Kafka; give local:DIR, as in local:./penstock-data");
  if (!text.starts_with(kLocal) || text.size() == kLocal.size())
    return Invalid("'" + text + "' names no log; give local:DIR, as in local:./penstock-data");
  local::LocalLogOptions local_options;
  local_options.directory = text.substr(kLocal.size());
  local_options.durability = options.survives_power_loss ? local::Durability::kPower : local::Durability::kProcess;
  local_options.logger = options.logger;
  return local::OpenLocalLog(local_options);
}

}  // namespace penstock::app
