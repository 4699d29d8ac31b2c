#include "log/partition.h"

#include <cstring>

namespace penstock {
namespace {

// MurmurHash2 by Austin Appleby (public domain), with Kafka's seed and little-endian words.
uint32_t Murmur2(std::string_view bytes) {
  constexpr uint32_t kSeed = 0x9747b28c;
  constexpr uint32_t kMultiplier = 0x5bd1e995;
  constexpr int kShift = 24;
  uint32_t hash = kSeed ^ static_cast<uint32_t>(bytes.size());
  while (bytes.size() >= 4) {
    uint32_t word;
    std::memcpy(&word, bytes.data(), sizeof word);
    word *= kMultiplier;
    word ^= word >> kShift;
    word *= kMultiplier;
    hash = (hash * kMultiplier) ^ word;
    bytes.remove_prefix(4);
  }
  for (size_t i = bytes.size(); i > 0; --i)
    hash ^= static_cast<uint32_t>(static_cast<uint8_t>(bytes[i - 1])) << (8 * (i - 1));
  if (!bytes.empty()) hash *= kMultiplier;
  hash ^= hash >> 13;
  hash *= kMultiplier;
  return hash ^ (hash >> 15);
}

}  // namespace

std::string ToString(const TopicPartition& partition) {
  return partition.topic + "/" + std::to_string(partition.partition);
}

int32_t PartitionOfKey(std::string_view key, int32_t partitions) {
  return static_cast<int32_t>((Murmur2(key) & 0x7fffffff) % static_cast<uint32_t>(partitions));
}

}  // namespace penstock
