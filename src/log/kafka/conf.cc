#include "log/kafka/conf.h"

#include <array>

namespace penstock::kafka {
namespace {

Error Refused(std::string_view name, std::string_view why) {
  return {ErrorKind::kInvalid, "Kafka property \"" + std::string(name) + "\": " + std::string(why)};
}

}  // namespace

Result<void> SetProperty(rd_kafka_conf_t& conf, std::string_view name, const std::string& value) {
  std::array<char, 512> reason{};
  switch (rd_kafka_conf_set(&conf, std::string(name).c_str(), value.c_str(), reason.data(), reason.size())) {
    case RD_KAFKA_CONF_OK: return {};
    case RD_KAFKA_CONF_UNKNOWN:
      return tl::unexpected(Refused(
          name,
          "there is no such property; the names are those of librdkafka's CONFIGURATION.md, such as ssl.ca.location"));
    default: break;
  }
  // The reason may quote the value.
  if (IsSecret(name)) return tl::unexpected(Refused(name, "librdkafka refuses its value"));
  return tl::unexpected(Refused(name, reason.data()));
}

Result<Handle<rd_kafka_conf_t>> MakeConf(const Properties& properties, std::initializer_list<Setting> defaults,
                                         std::initializer_list<Setting> settings) {
  Handle<rd_kafka_conf_t> conf(rd_kafka_conf_new());
  for (const auto& [name, value] : defaults) TRY(SetProperty(*conf, name, value));
  for (const auto& [name, value] : properties) TRY(SetProperty(*conf, name, value));
  for (const auto& [name, value] : settings) TRY(SetProperty(*conf, name, value));
  return conf;
}

}  // namespace penstock::kafka
