// Partitions, as librdkafka takes and gives them.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <vector>

#include "base/result.h"
#include "log/cluster/client.h"
#include "log/kafka/handle.h"
#include "log/partition.h"

namespace penstock::kafka {

using PartitionList = Handle<rd_kafka_topic_partition_list_t>;

PartitionList NewList(size_t capacity = 0);
PartitionList ToList(std::span<const TopicPartition> partitions);
// `metadata` may be empty.
void Add(rd_kafka_topic_partition_list_t& list, const TopicPartition& partition, int64_t offset,
         std::string_view metadata = {});

std::span<const rd_kafka_topic_partition_t> Elements(const rd_kafka_topic_partition_list_t& list);
TopicPartition PartitionOf(const rd_kafka_topic_partition_t& element);
std::vector<TopicPartition> PartitionsOf(const rd_kafka_topic_partition_list_t& list);

// The offset that a group committed; none where it did not commit any.
std::optional<cluster::CommittedOffset> CommittedOf(const rd_kafka_topic_partition_t& element);

// In the order of `partitions`, whatever the list's. An error where an element has one; `what` was to be done.
Result<std::vector<std::optional<cluster::CommittedOffset>>> CommittedOf(std::string_view what,
                                                                         std::span<const TopicPartition> partitions,
                                                                         const rd_kafka_topic_partition_list_t& list);

}  // namespace penstock::kafka
