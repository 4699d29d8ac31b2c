#include "app/log_location.h"

#include <string_view>

#include "log/local/local_log.h"

namespace penstock::app {
namespace {

constexpr std::string_view kLocal = "local:";
constexpr std::string_view kKafka = "kafka:";

// Read here and not by the library, which would give it to the same option of all commands at once.
std::string FromEnvironment() {
  const char* const variable = std::getenv("PENSTOCK_LOG");
  return variable == nullptr ? "" : variable;
}

}  // namespace

void AddLogOption(CLI::App& command, std::string& location) {
  command.add_option("--log", location, "The log: local:DIR (also PENSTOCK_LOG; default: local:./penstock-data)");
}

Result<std::unique_ptr<Log>> OpenLog(const std::string& location, const OpenLogOptions& options) {
  std::string text = location.empty() ? FromEnvironment() : location;
  if (text.empty()) text = options.fallback;
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
