// Names for the parts of a log.
#pragma once

#include <compare>
#include <cstdint>
#include <string>
#include <string_view>

namespace penstock {

struct TopicPartition {
  std::string topic;
  int32_t partition = 0;

  auto operator<=>(const TopicPartition&) const = default;
};

// As in "card-fraud.raw-events/3".
std::string ToString(const TopicPartition& partition);

// One assignment of one partition to one session. Later assignments of the same partition have higher epochs, whoever
// gets them.
using Epoch = int64_t;

// Where Java's clients put a record with this key, in a topic of `partitions` partitions: murmur2, made positive,
// modulo (org.apache.kafka.common.utils.Utils).
int32_t PartitionOfKey(std::string_view key, int32_t partitions);

}  // namespace penstock
