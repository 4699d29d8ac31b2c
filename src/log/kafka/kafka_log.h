// Topics and groups of an Apache Kafka cluster.
#pragma once

#include <memory>
#include <string>

#include "base/clock.h"
#include "base/log.h"
#include "base/result.h"
#include "log/kafka/properties.h"
#include "log/log.h"

namespace penstock::kafka {

struct KafkaLogOptions {
  std::string brokers;    // HOST:PORT, by commas
  Properties properties;  // by librdkafka's names, secrets resolved
  // Keeps the name of this process over its restarts; made if it is missing. On a local file system.
  std::string state_directory = "./penstock-data/state";
  Duration wait = std::chrono::seconds(10);  // for a cluster that does not answer
  const Clock* clock = &RealClock();         // outlives the log, as the logger does
  const Logger* logger = nullptr;            // may be null
};

// Sessions and readers may outlive the log. Errors of kind kInvalid name the property that cannot be set; others the
// brokers, and what keeps them from being spoken to.
Result<std::unique_ptr<Log>> OpenKafkaLog(KafkaLogOptions options);

}  // namespace penstock::kafka
