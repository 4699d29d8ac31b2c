// Questions to a cluster, and what changes its topics.
#pragma once

#include <atomic>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/result.h"
#include "log/kafka/handle.h"
#include "log/log.h"
#include "log/partition.h"

namespace penstock::kafka {

// One request to the cluster and the wait for its answer.
class Request {
 public:
  // `stopping`, where given, makes wait() give up.
  Request(rd_kafka_t* handle, rd_kafka_admin_op_t operation, const std::atomic<bool>* stopping);

  const rd_kafka_AdminOptions_t* options() const { return options_.get(); }
  rd_kafka_AdminOptions_t* options() { return options_.get(); }
  rd_kafka_queue_t* queue() const { return queue_.get(); }

  // `what` was to be done. The answer as a whole is no error; its parts may be.
  Result<Handle<rd_kafka_event_t>> Wait(std::string_view what) const;

 private:
  Handle<rd_kafka_queue_t> queue_;
  Handle<rd_kafka_AdminOptions_t> options_;
  const std::atomic<bool>* stopping_;
};

// Used by any thread; each call waits for its answer, at most some ten seconds.
class Admin {
 public:
  explicit Admin(rd_kafka_t* handle, const std::atomic<bool>* stopping = nullptr)
      : handle_(handle), stopping_(stopping) {}

  // In the order of `partitions`. The end is that of the committed records.
  Result<std::vector<int64_t>> Offsets(std::span<const TopicPartition> partitions, const StartPosition& start) const;
  Result<PartitionInfo> Bounds(const TopicPartition& partition) const;
  // After the last record, committed or not.
  Result<int64_t> WrittenEnd(const TopicPartition& partition) const;

  // Numbers of partitions, and replicas of the first.
  struct TopicSize {
    std::string name;
    int32_t partitions = 0;
    int32_t replication = 0;
  };
  // Without those that brokers keep for themselves; all, or the one of this name, if it is there.
  Result<std::vector<TopicSize>> Sizes(const std::optional<std::string>& name) const;

  // With partitions and options.
  Result<std::vector<TopicInfo>> Describe(std::span<const TopicSize> topics) const;
  Result<std::optional<int64_t>> RecordBytesMax(const std::string& topic) const;

  // Returns when every broker that is asked knows the topic.
  Result<void> CreateTopic(const std::string& name, const TopicOptions& options) const;

 private:
  Result<void> AddOptions(std::vector<TopicInfo>& topics) const;
  Result<void> AddBounds(std::vector<TopicInfo>& topics) const;
  Result<void> WaitForTopic(const std::string& name, int32_t partitions) const;

  rd_kafka_t* const handle_;
  const std::atomic<bool>* const stopping_;
};

}  // namespace penstock::kafka
