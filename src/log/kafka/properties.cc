#include "log/kafka/properties.h"

#include <algorithm>
#include <array>
#include <cstdlib>

#include "log/kafka/conf.h"

namespace penstock::kafka {
namespace {

struct Reserved {
  std::string_view name;
  std::string_view reason;
};

constexpr std::string_view kExactlyOnce = "work is done exactly once only as it is set by Penstock";
constexpr std::string_view kGroup = "Penstock moves partitions and commits positions itself";
constexpr std::string_view kTime = "fencing and recovery depend on it";

constexpr std::array kReserved = {
    Reserved{"bootstrap.servers", "the brokers stand under `brokers`"},
    Reserved{"metadata.broker.list", "the brokers stand under `brokers`"},
    Reserved{"client.id", "it names the worker"},
    Reserved{"group.id", "the pipeline's name makes it"},
    Reserved{"group.instance.id", kGroup},
    Reserved{"group.protocol", kGroup},
    Reserved{"group.remote.assignor", kGroup},
    Reserved{"partition.assignment.strategy", kGroup},
    Reserved{"enable.auto.commit", kGroup},
    Reserved{"enable.auto.offset.store", kGroup},
    Reserved{"auto.offset.reset", "a position out of range is a loss that is counted, never a silent reset"},
    Reserved{"enable.partition.eof", kGroup},
    Reserved{"session.timeout.ms", kTime},
    Reserved{"isolation.level", kExactlyOnce},
    Reserved{"transactional.id", kExactlyOnce},
    Reserved{"transaction.timeout.ms", kTime},
    Reserved{"message.timeout.ms", kTime},
    Reserved{"delivery.timeout.ms", kTime},
    Reserved{"socket.timeout.ms", kTime},
    Reserved{"enable.idempotence", kExactlyOnce},
    Reserved{"enable.gapless.guarantee", kExactlyOnce},
    Reserved{"acks", kExactlyOnce},
    Reserved{"request.required.acks", kExactlyOnce},
    Reserved{"max.in.flight", kExactlyOnce},
    Reserved{"max.in.flight.requests.per.connection", kExactlyOnce},
    Reserved{"retries", kExactlyOnce},
    Reserved{"message.send.max.retries", kExactlyOnce},
    Reserved{"partitioner", "records with the same key belong where Java's clients put them"},
    Reserved{"sticky.partitioning.linger.ms", "records without a key belong with their source"},
    Reserved{"delivery.report.only.error", kExactlyOnce},
    Reserved{"statistics.interval.ms", "Penstock's metrics are made of them"},
    Reserved{"log.queue", "Penstock writes the log"},
    Reserved{"plugin.library.paths", "it would load code into this process"},
};

Error Refused(std::string_view name, std::string_view why) {
  return {ErrorKind::kInvalid, "Kafka property \"" + std::string(name) + "\": " + std::string(why)};
}

// More than a question to the brokers may take, which is ten seconds.
constexpr int kPollIntervalMinMs = 12'000;

Result<void> CheckPollInterval(std::string_view name, const std::string& value) {
  if (name != "max.poll.interval.ms" || std::atoll(value.c_str()) >= kPollIntervalMinMs) return {};
  return tl::unexpected(Refused(name, "it is " + std::to_string(kPollIntervalMinMs) + " at least"));
}

Result<void> Set(rd_kafka_conf_t& conf, std::string_view name, const std::string& value) {
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

}  // namespace

bool IsSecret(std::string_view name) {
  constexpr std::array<std::string_view, 6> kMarks = {"password",           "secret", ".pem", "token",
                                                      "oauthbearer.config", "jaas"};
  return std::ranges::any_of(kMarks, [&](std::string_view mark) { return name.find(mark) != std::string_view::npos; });
}

Result<void> CheckProperties(const Properties& properties) {
  const Handle<rd_kafka_conf_t> conf(rd_kafka_conf_new());
  for (const auto& [name, value] : properties) {
    const auto* const reserved = std::ranges::find(kReserved, std::string_view(name), &Reserved::name);
    if (reserved != kReserved.end())
      return tl::unexpected(Refused(name, "it cannot be set, because " + std::string(reserved->reason)));
    TRY(Set(*conf, name, value));
    TRY(CheckPollInterval(name, value));
  }
  return {};
}

// What librdkafka understands, however the user wrote it.
std::vector<std::string> ChecksTurnedOff(const Properties& properties) {
  constexpr std::array<std::pair<const char*, std::string_view>, 2> kOff = {
      {{"enable.ssl.certificate.verification", "false"}, {"ssl.endpoint.identification.algorithm", "none"}}};
  std::vector<std::string> found;
  const Result<Handle<rd_kafka_conf_t>> conf = MakeConf(properties, {}, {});
  if (!conf) return found;
  for (const auto& [name, off] : kOff) {
    std::array<char, 64> value{};
    size_t size = value.size();
    if (rd_kafka_conf_get(conf->get(), name, value.data(), &size) == RD_KAFKA_CONF_OK && off == value.data())
      found.push_back(std::string(name) + "=" + value.data());
  }
  return found;
}

Result<Handle<rd_kafka_conf_t>> MakeConf(const Properties& properties, std::initializer_list<Setting> defaults,
                                         std::initializer_list<Setting> settings) {
  Handle<rd_kafka_conf_t> conf(rd_kafka_conf_new());
  // A request that follows another must not wait for the first one's acknowledgement.
  TRY(Set(*conf, "socket.nagle.disable", "true"));
  for (const auto& [name, value] : defaults) TRY(Set(*conf, name, value));
  for (const auto& [name, value] : properties) TRY(Set(*conf, name, value));
  for (const auto& [name, value] : settings) TRY(Set(*conf, name, value));
  return conf;
}

}  // namespace penstock::kafka
