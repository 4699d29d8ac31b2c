#include "app/log_location.h"

#include <string_view>

#include "log/local/local_log.h"

namespace penstock::app {
namespace {

constexpr std::string_view kLocal = "local:";
constexpr std::string_view kKafka = "kafka:";

}  // namespace

void AddLogOption(CLI::App& command, std::string& location) {
  location = "local:./penstock-data";
  command.add_option("--log", location, "The log: local:DIR (also PENSTOCK_LOG)")
      ->envname("PENSTOCK_LOG")
      ->capture_default_str();
}

Result<std::unique_ptr<Log>> OpenLog(const std::string& location) {
  if (location.starts_with(kKafka))
    return Invalid("the log '" + location + "': this build has no Kafka; give local:DIR, as in local:./penstock-data");
  if (!location.starts_with(kLocal) || location.size() == kLocal.size())
    return Invalid("'" + location + "' names no log; give local:DIR, as in local:./penstock-data");
  local::LocalLogOptions options;
  options.directory = location.substr(kLocal.size());
  return local::OpenLocalLog(options);
}

}  // namespace penstock::app
