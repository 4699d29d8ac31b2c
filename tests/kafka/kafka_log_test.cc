// What every Log does, of a real cluster: run by conformance_test.py, which starts it.
#include "log/kafka/kafka_log.h"

#include <filesystem>

#include "log/kafka/test_cluster.h"
#include "log/log_conformance.h"
#include "log/pause_conformance.h"

namespace penstock::conformance {
namespace {

class KafkaPlace final : public LogPlace {
 public:
  KafkaPlace() {
    kafka::TestCluster().Wipe();
    std::string pattern = (std::filesystem::temp_directory_path() / "penstock-kafka-XXXXXX").string();
    directory_ = ::mkdtemp(pattern.data());
  }
  ~KafkaPlace() override {
    std::error_code ignored;
    std::filesystem::remove_all(directory_, ignored);
  }

  std::unique_ptr<Log> Open() override {
    Result<std::unique_ptr<Log>> log = kafka::OpenKafkaLog(
        {.brokers = kafka::TestBrokers(), .properties = {}, .state_directory = directory_, .logger = &logger_});
    EXPECT_TRUE(log) << log.error().message;
    return log ? *std::move(log) : nullptr;
  }
  // Brokers take no time before 1970, nor one that is hours ahead.
  LogTraits traits() const override {
    return {.has_markers = true, .is_local = false, .odd_timestamps_ms = {1, 1'000, 1'500'000'000'000}};
  }

 private:
  std::string directory_;
  Logger logger_{{.level = LogLevel::kWarn}, DescriptorLogSink(2), RealClock()};
};

INSTANTIATE_TEST_SUITE_P(Kafka, LogConformance, ::testing::Values([]() -> std::unique_ptr<LogPlace> {
                           return std::make_unique<KafkaPlace>();
                         }));

}  // namespace
}  // namespace penstock::conformance
