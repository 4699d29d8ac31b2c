// One session's part of a Kafka cluster, on librdkafka.
#pragma once

#include <memory>
#include <string>

#include "base/clock.h"
#include "base/log.h"
#include "base/result.h"
#include "log/cluster/client.h"
#include "log/kafka/properties.h"
#include "log/session.h"

namespace penstock::kafka {

struct KafkaClientOptions {
  std::string brokers;  // HOST:PORT, by commas
  Properties properties;
  SessionOptions session;
  std::string transactional_id;       // of the session's producer; without exactly-once delivery it is not used
  std::shared_ptr<const void> lease;  // shared with the client, which holds what makes the id its own
  const Clock* clock = nullptr;       // outlives the client, as the logger does
  const Logger* logger = nullptr;     // may be null
};

// Besides librdkafka's own threads, a client has one for transactions and one for questions.
Result<std::unique_ptr<cluster::Client>> MakeKafkaClient(const KafkaClientOptions& options);

}  // namespace penstock::kafka
