// Reads one partition of a Kafka cluster, for whoever is in no group.
#pragma once

#include <memory>
#include <optional>
#include <span>
#include <vector>

#include "base/arena.h"
#include "log/kafka/partition_fetch.h"
#include "log/log.h"

namespace penstock::kafka {

class KafkaReader final : public Reader {
 public:
  // From `position` on. `handle`, with its connection, asks where the end is; it is shared with the log, which may end
  // before.
  static Result<std::unique_ptr<Reader>> Make(const FetchOptions& options, const TopicPartition& partition,
                                              int64_t position, std::shared_ptr<rd_kafka_t> handle,
                                              std::shared_ptr<Connection> connection);

  Result<std::span<const Record>> Read(Duration wait) override;

 private:
  KafkaReader(TopicPartition partition, int64_t position, const Clock& clock)
      : partition_(std::move(partition)), position_(position), clock_(clock) {}

  Result<void> FindEnd();
  Result<void> Gather(int timeout_ms);
  bool Take(Handle<rd_kafka_message_t> message);

  const TopicPartition partition_;
  int64_t position_;  // the next offset to read
  int64_t end_ = 0;   // of the committed records, as it was when it was asked for last
  // What was written, committed or not, when the end was first asked for.
  std::optional<int64_t> written_end_;
  std::shared_ptr<Connection> connection_;
  std::shared_ptr<rd_kafka_t> handle_;  // ends before its connection
  const Clock& clock_;
  std::unique_ptr<PartitionFetch> fetch_;
  std::vector<Handle<rd_kafka_message_t>> messages_;
  std::vector<Record> records_;
  Arena arena_;
};

}  // namespace penstock::kafka
