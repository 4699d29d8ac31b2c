// The partitions that a client's consumer holds, and how far each was read.
#pragma once

#include <map>
#include <unordered_map>
#include <utility>
#include <vector>

#include "log/kafka/handle.h"
#include "log/partition.h"

namespace penstock::kafka {

struct Held {
  int64_t next = 0;  // the offset that will be read next; what comes below it came before
  bool paused = false;
  bool halted = false;   // librdkafka was told to fetch nothing of it
  bool blocked = false;  // something of it is kept back: what comes after that has to wait too
  uint64_t reading = 0;  // unlike that of any other reading, which begins with a holding or a seek
};

// Used by one thread. Pointers to what was dropped stay valid until Sweep(): records borrow their topic from it.
class Holding {
 public:
  using Map = std::map<TopicPartition, Held>;
  using Entry = Map::value_type;

  // Null where it is not held.
  Entry* Find(const TopicPartition& partition);
  // The same, for the partition of a message.
  Entry* Find(const rd_kafka_message_t& message);

  void Add(const TopicPartition& partition, int64_t next);
  void Drop(const TopicPartition& partition);
  void Seek(Entry& entry, int64_t next);

  // Before the next messages: none is blocked.
  void Sweep();

  const Map& all() const { return held_; }
  Map& all() { return held_; }

 private:
  struct KeyHash {
    size_t operator()(const std::pair<const rd_kafka_topic_t*, int32_t>& key) const {
      return std::hash<const void*>()(key.first) * 31 + static_cast<size_t>(key.second);
    }
  };

  Map held_;
  uint64_t readings_ = 0;
  std::vector<Map::node_type> dropped_;
  // By what messages have in place of a name; null for what is not held.
  std::unordered_map<std::pair<const rd_kafka_topic_t*, int32_t>, Entry*, KeyHash> known_;
};

}  // namespace penstock::kafka
