// Opens a cluster with properties, writes a record, reads it, and says how that went: for security_test.py.
// Usage: kafka_probe BROKERS STATE-DIRECTORY [NAME=VALUE]...
#include <cstdio>
#include <string>
#include <string_view>

#include "log/kafka/kafka_log.h"

namespace penstock {
namespace {

Result<void> Probe(std::string brokers, std::string directory, kafka::Properties properties) {
  kafka::KafkaLogOptions options;
  options.brokers = std::move(brokers);
  options.state_directory = std::move(directory);
  options.properties = std::move(properties);
  const Logger logger({.level = LogLevel::kWarn}, DescriptorLogSink(2), RealClock());
  options.logger = &logger;
  TRY_ASSIGN(const std::unique_ptr<Log> log, kafka::OpenKafkaLog(std::move(options)));
  TRY_ASSIGN(const std::optional<TopicInfo> there, log->FindTopic("probe"));
  if (!there) TRY(log->CreateTopic("probe", {}));
  OutBatch batch;
  batch.Add({.topic = batch.TopicNumber("probe"), .partition = 0, .value = "seen"});
  TRY_ASSIGN(const std::unique_ptr<Reader> reader, log->Read({"probe", 0}, AtEnd{}));
  TRY(log->Append(batch));
  TRY_ASSIGN(const std::span<const Record> records, reader->Read(std::chrono::seconds(10)));
  if (records.empty() || records.front().value != "seen") return Invalid("the record was not read");
  return {};
}

}  // namespace
}  // namespace penstock

int main(int argc, char** argv) {
  if (argc < 3) return 1;
  penstock::kafka::Properties properties;
  for (int i = 3; i < argc; ++i) {
    const std::string_view text(argv[i]);
    const size_t end = text.find('=');
    properties.emplace(text.substr(0, end), text.substr(end + 1));
  }
  const penstock::Result<void> probed = penstock::Probe(argv[1], argv[2], std::move(properties));
  std::puts(probed ? "ok" : probed.error().message.c_str());
  return probed ? 0 : 2;
}
