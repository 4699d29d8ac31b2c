#include "app/log_location.h"

#include <filesystem>
#include <iostream>
#include <string_view>

#include "config/file.h"
#include "config/secret.h"
#include "config/yaml.h"
#include "log/kafka/kafka_log.h"
#include "log/kafka/properties.h"
#include "log/local/local_log.h"

namespace penstock::app {
namespace {

constexpr std::string_view kLocal = "local:";
constexpr std::string_view kKafka = "kafka://";
constexpr std::string_view kChoices = "give local:DIR, as in local:./penstock-data, or kafka://HOST:PORT[,HOST:PORT]";
constexpr Duration kForEver = std::chrono::hours(24 * 365);
constexpr size_t kConfigBytesMax = size_t{1} << 20;

// Read here and not by the library, which would give it to the same option of all commands at once.
std::string FromEnvironment() {
  const char* const variable = std::getenv("PENSTOCK_LOG");
  return variable == nullptr ? "" : variable;
}

bool IsSecretReference(std::string_view value) { return value.starts_with("${"); }

// In the place of what the pipeline's file says, where there is a file for it.
Result<void> ReadConfig(const std::string& path, OpenLogOptions& options) {
  if (path.empty()) return {};
  TRY_ASSIGN(std::string text, ReadSmallFile(path, kConfigBytesMax, "the file of --config"));
  Problems problems(path, std::move(text));
  const YamlNode file = ParseYaml(problems.text(), problems);
  if (!problems.has_errors()) options.settings = ReadLogFile(file, problems);
  CheckProperties(options.settings, problems);
  std::cerr << problems.Text();
  if (problems.has_errors()) return Invalid("'" + path + "' says nothing that can be used");
  options.folder = std::filesystem::path(path).parent_path().string();
  return {};
}

Result<std::vector<std::string>> ParseBrokers(std::string_view text) {
  std::vector<std::string> brokers;
  for (size_t begin = 0; begin <= text.size();) {
    const size_t end = std::min(text.find(',', begin), text.size());
    brokers.emplace_back(text.substr(begin, end - begin));
    if (!IsBrokerAddress(brokers.back()))
      return Invalid("'" + brokers.back() + "' is no broker's address; " + std::string(kChoices));
    begin = end + 1;
  }
  return brokers;
}

Result<kafka::Properties> ResolveProperties(const KafkaSettings& settings, const OpenLogOptions& options) {
  kafka::Properties properties;
  for (const KafkaProperty& property : settings.properties) {
    properties[property.name] = property.value;
    if (!IsSecretReference(property.value)) continue;
    Result<std::string> secret = ReadSecret(property.value, options.folder);
    if (!secret) return Invalid("Kafka property '" + property.name + "': " + secret.error().message);
    if (options.logger != nullptr) options.logger->Redact(*secret);
    properties[property.name] = *std::move(secret);
  }
  return properties;
}

Result<std::unique_ptr<Log>> OpenKafka(KafkaSettings settings, const LogFlags& flags, const OpenLogOptions& options) {
  if (settings.brokers.empty())
    return Invalid("the log is on Kafka, and nothing says where: name `brokers` under log: kafka:, or " +
                   std::string(kChoices));
  kafka::KafkaLogOptions kafka;
  for (const std::string& broker : settings.brokers) kafka.brokers += (kafka.brokers.empty() ? "" : ",") + broker;
  TRY_ASSIGN(kafka.properties, ResolveProperties(settings, options));
  kafka.state_directory = flags.state;
  if (flags.wait) kafka.wait = kForEver;
  kafka.clock = &RealClock();
  kafka.logger = options.logger;
  return kafka::OpenKafkaLog(kafka);
}

Result<std::unique_ptr<Log>> OpenLocal(const std::string& directory, const OpenLogOptions& options) {
  local::LocalLogOptions local;
  local.directory = directory;
  local.durability = options.settings.survives_power_loss ? local::Durability::kPower : local::Durability::kProcess;
  local.logger = options.logger;
  return local::OpenLocalLog(local);
}

}  // namespace

void AddLogFlags(CLI::App& command, LogFlags& flags, bool takes_pipeline) {
  command.add_option("--log", flags.location,
                     "The log: local:DIR, or kafka://HOST:PORT[,HOST:PORT] (also PENSTOCK_LOG; default: "
                     "local:./penstock-data)");
  command.add_flag("--wait", flags.wait, "Go on trying where the cluster cannot be reached");
  if (!takes_pipeline)
    command.add_option("--config", flags.config, "A file with `log:`: properties of Kafka's clients");
}

Result<std::unique_ptr<Log>> OpenLog(const LogFlags& flags, const OpenLogOptions& given) {
  OpenLogOptions options = given;
  TRY(ReadConfig(flags.config, options));
  const std::string text = flags.location.empty() ? FromEnvironment() : flags.location;
  KafkaSettings kafka = options.settings.kafka.value_or(KafkaSettings());
  if (text.empty() && options.settings.kafka) return OpenKafka(std::move(kafka), flags, options);
  if (text.empty()) return OpenLocal(options.settings.local.value_or("./penstock-data"), options);
  if (text.starts_with(kKafka)) {
    TRY_ASSIGN(kafka.brokers, ParseBrokers(std::string_view(text).substr(kKafka.size())));
    return OpenKafka(std::move(kafka), flags, options);
  }
  if (text.starts_with(kLocal) && text.size() > kLocal.size()) return OpenLocal(text.substr(kLocal.size()), options);
  return Invalid("'" + text + "' names no log; " + std::string(kChoices));
}

void CheckProperties(const LogSettings& settings, Problems& problems) {
  if (!settings.kafka) return;
  for (const KafkaProperty& property : settings.kafka->properties) {
    const bool is_reference = IsSecretReference(property.value);
    if (kafka::IsSecret(property.name) && !is_reference) {
      problems.HideLine(property.offset);
      problems.Add(property.offset, "'" + property.name +
                                        "' is a secret, which does not stand in the file itself: give "
                                        "${env:NAME} or ${file:PATH}");
      continue;
    }
    // What a secret's place holds is looked at when it is used.
    if (is_reference && kafka::IsSecret(property.name)) continue;
    const Result<void> checked = kafka::CheckProperties({{property.name, property.value}});
    if (!checked) problems.Add(property.offset, checked.error().message);
  }
}

}  // namespace penstock::app
