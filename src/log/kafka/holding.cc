#include "log/kafka/holding.h"

namespace penstock::kafka {

Holding::Entry* Holding::Find(const TopicPartition& partition) {
  const auto found = held_.find(partition);
  return found == held_.end() ? nullptr : &*found;
}

Holding::Entry* Holding::Find(const rd_kafka_message_t& message) {
  const auto [known, is_new] = known_.try_emplace({message.rkt, message.partition}, nullptr);
  if (is_new) known->second = Find(TopicPartition{rd_kafka_topic_name(message.rkt), message.partition});
  return known->second;
}

void Holding::Add(const TopicPartition& partition, int64_t next) {
  held_.insert_or_assign(partition, Held{.next = next, .reading = ++readings_});
  known_.clear();
}

void Holding::Drop(const TopicPartition& partition) {
  if (auto node = held_.extract(partition)) dropped_.push_back(std::move(node));
  // A topic's handle may be another's when it comes again.
  known_.clear();
}

void Holding::Seek(Entry& entry, int64_t next) {
  entry.second.next = next;
  entry.second.reading = ++readings_;
}

void Holding::Sweep() {
  dropped_.clear();
  for (auto& [partition, held] : held_) held.blocked = false;
}

}  // namespace penstock::kafka
