#include "log/kafka/partition_list.h"

#include <cstdlib>
#include <cstring>

#include "log/kafka/error.h"

namespace penstock::kafka {

PartitionList NewList(size_t capacity) {
  return PartitionList(rd_kafka_topic_partition_list_new(static_cast<int>(capacity)));
}

PartitionList ToList(std::span<const TopicPartition> partitions) {
  PartitionList list = NewList(partitions.size());
  for (const TopicPartition& partition : partitions) Add(*list, partition, RD_KAFKA_OFFSET_INVALID);
  return list;
}

void Add(rd_kafka_topic_partition_list_t& list, const TopicPartition& partition, int64_t offset,
         std::string_view metadata) {
  rd_kafka_topic_partition_t* const element =
      rd_kafka_topic_partition_list_add(&list, partition.topic.c_str(), partition.partition);
  element->offset = offset;
  if (metadata.empty()) return;
  // The list frees it with free().
  element->metadata = std::malloc(metadata.size());
  std::memcpy(element->metadata, metadata.data(), metadata.size());
  element->metadata_size = metadata.size();
}

std::span<const rd_kafka_topic_partition_t> Elements(const rd_kafka_topic_partition_list_t& list) {
  return {list.elems, static_cast<size_t>(list.cnt)};
}

TopicPartition PartitionOf(const rd_kafka_topic_partition_t& element) { return {element.topic, element.partition}; }

std::vector<TopicPartition> PartitionsOf(const rd_kafka_topic_partition_list_t& list) {
  std::vector<TopicPartition> partitions;
  for (const rd_kafka_topic_partition_t& element : Elements(list)) partitions.push_back(PartitionOf(element));
  return partitions;
}

std::optional<cluster::CommittedOffset> CommittedOf(const rd_kafka_topic_partition_t& element) {
  if (element.offset < 0) return std::nullopt;
  return cluster::CommittedOffset{
      .offset = element.offset,
      .metadata = std::string(static_cast<const char*>(element.metadata), element.metadata_size)};
}

Result<std::vector<std::optional<cluster::CommittedOffset>>> CommittedOf(std::string_view what,
                                                                         std::span<const TopicPartition> partitions,
                                                                         const rd_kafka_topic_partition_list_t& list) {
  std::vector<std::optional<cluster::CommittedOffset>> offsets;
  for (const TopicPartition& partition : partitions) {
    const rd_kafka_topic_partition_t* const element =
        rd_kafka_topic_partition_list_find(&list, partition.topic.c_str(), partition.partition);
    if (element == nullptr) return Fail(ErrorKind::kInternal, std::string(what) + ": no answer for a partition");
    if (element->err != RD_KAFKA_RESP_ERR_NO_ERROR)
      return tl::unexpected(ToError(std::string(what) + " of " + ToString(partition), element->err));
    offsets.push_back(CommittedOf(*element));
  }
  return offsets;
}

}  // namespace penstock::kafka
