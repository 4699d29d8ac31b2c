#include "pipeline/log_settings.h"

#include "config/units.h"
#include "config/validation.h"

namespace penstock {
namespace {

constexpr int64_t kPortMax = 65535;

const Group& KafkaOptions() {
  static const Shape text{ShapeKind::kText};
  static const Group group{
      .name = "kafka",
      .doc =
          "A Kafka cluster. Any property of librdkafka can be set that the protocol of Penstock does not need for "
          "itself: TLS and SASL are set in this way. Passwords are given as `${env:NAME}` or `${file:PATH}`.",
      .options = {{.name = "brokers",
                   .shape = {.kind = ShapeKind::kOneOrMany, .element = &text},
                   .doc = "Some of its brokers, as HOST:PORT. `--log kafka://HOST:PORT` takes precedence.",
                   .example = "['kafka-1.example.com:9092', 'kafka-2.example.com:9092']"},
                  {.name = "properties",
                   .shape = {.kind = ShapeKind::kMap, .element = &text},
                   .doc = "Properties of librdkafka, by name.",
                   .example = "{ security.protocol: sasl_ssl, sasl.mechanism: SCRAM-SHA-512, sasl.username: fraud, "
                              "sasl.password: '${env:KAFKA_PASSWORD}' }"}},
  };
  return group;
}

KafkaSettings ReadKafka(const YamlNode& node, Problems& problems) {
  KafkaSettings kafka;
  if (const YamlNode* const brokers = node.Find("brokers")) {
    const std::vector<YamlNode> one = {*brokers};
    for (const YamlNode& broker : brokers->is_scalar() ? one : brokers->items) {
      if (!IsBrokerAddress(broker.text))
        problems.Add(broker.offset, "'" + broker.text + "' is no broker's address, such as kafka-1.example.com:9092");
      kafka.brokers.push_back(broker.text);
    }
  }
  if (const YamlNode* const properties = node.Find("properties"))
    for (const YamlEntry& entry : properties->entries)
      kafka.properties.push_back({entry.name, entry.value.text, entry.offset});
  return kafka;
}

}  // namespace

const Group& LogLocationOptions() {
  static const Group group{
      .name = "log",
      .doc = "Where the topics are. `--log` and PENSTOCK_LOG take precedence over it.",
      .options = {{.name = "local",
                   .shape = {ShapeKind::kFile},
                   .doc = "The folder of an embedded log, relative to the working directory.",
                   .example = "./penstock-data"},
                  {.name = "durability",
                   .shape = {.kind = ShapeKind::kChoice, .choices = {"process", "power"}},
                   .doc = "What a commit to the embedded log survives: the death of the process, or a loss of power.",
                   .example = "power",
                   .fallback = "`process`"},
                  {.name = "kafka",
                   .shape = {.kind = ShapeKind::kGroup, .group = &KafkaOptions()},
                   .doc = "A Kafka cluster."}},
  };
  return group;
}

bool IsBrokerAddress(std::string_view text) {
  const size_t colon = text.rfind(':');
  if (colon == std::string_view::npos || colon == 0) return false;
  const std::string_view host = text.substr(0, colon);
  const bool is_bracketed = host.size() > 2 && host.front() == '[' && host.back() == ']';
  if (!is_bracketed && host.find_first_of(":/[] \t,") != std::string_view::npos) return false;
  const std::optional<int64_t> port = ParseCount(text.substr(colon + 1));
  return port && *port > 0 && *port <= kPortMax;
}

LogSettings ReadLogSettings(const YamlNode& log, Problems& problems) {
  LogSettings settings;
  if (const YamlNode* const local = log.Find("local")) settings.local = local->text;
  const YamlNode* const durability = log.Find("durability");
  settings.survives_power_loss = durability != nullptr && durability->text == "power";
  const YamlNode* const kafka = log.Find("kafka");
  if (kafka != nullptr) settings.kafka = ReadKafka(*kafka, problems);
  if (settings.local && settings.kafka) problems.Add(kafka->offset, "the log is either local or on Kafka, not both");
  return settings;
}

LogSettings ReadLogFile(const YamlNode& file, Problems& problems) {
  const bool is_pipeline = file.Find("pipeline") != nullptr;
  LogSettings settings;
  for (const YamlEntry& entry : file.entries) {
    if (entry.name == "log") {
      YamlNode log = entry.value;
      const Shape shape{.kind = ShapeKind::kGroup, .group = &LogLocationOptions()};
      if (Validate(log, shape, problems)) settings = ReadLogSettings(log, problems);
    } else if (!is_pipeline) {
      problems.Add(entry.offset, "unknown option '" + entry.name + "'; this file has `log`, and nothing else");
    }
  }
  if (!file.is_mapping()) problems.Add(file.offset, "the file is a map with `log`");
  return settings;
}

}  // namespace penstock
