// Reads one partition outside any group, and only what was committed.
#pragma once

#include <atomic>
#include <memory>
#include <optional>
#include <string>

#include "base/result.h"
#include "log/kafka/conf.h"
#include "log/kafka/connection.h"
#include "log/partition.h"

namespace penstock::kafka {

struct FetchOptions {
  std::string brokers;
  Properties properties;
  const Clock* clock = nullptr;    // outlives the fetch, as the logger does
  const Logger* logger = nullptr;  // may be null
};

// Used by one thread.
class PartitionFetch {
 public:
  static Result<std::unique_ptr<PartitionFetch>> Begin(const FetchOptions& options, const TopicPartition& partition,
                                                       int64_t offset);
  ~PartitionFetch();
  PartitionFetch(const PartitionFetch&) = delete;
  PartitionFetch& operator=(const PartitionFetch&) = delete;

  // The next message, of which `err` may say that the end was reached at its offset; none within `timeout_ms`. An error
  // is one that does not pass.
  Result<Handle<rd_kafka_message_t>> Next(int timeout_ms);

 private:
  PartitionFetch(const FetchOptions& options, const TopicPartition& partition)
      : partition_(partition), connection_("reader", *options.clock, options.logger) {}

  const TopicPartition partition_;
  Connection connection_;
  Handle<rd_kafka_t> handle_;
  Handle<rd_kafka_topic_t> topic_;
  Handle<rd_kafka_queue_t> queue_;
  bool started_ = false;
};

// The value of one record: none where it was deleted; kUnavailable where it is not committed yet. `handle` asks for the
// partition's bounds; `stopping`, where given, makes it give up.
Result<std::optional<std::string>> ReadValue(const FetchOptions& options, rd_kafka_t* handle,
                                             const TopicPartition& partition, int64_t offset,
                                             const std::atomic<bool>* stopping);

}  // namespace penstock::kafka
