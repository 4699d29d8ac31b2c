// A Kafka cluster in memory: topics, transactions, groups. It answers at once; the network in between does not.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "base/clock.h"
#include "log/cluster/client.h"
#include "log/log.h"
#include "log/sim/code.h"
#include "log/sim/group_members.h"
#include "log/sim/group_offsets.h"
#include "log/sim/network.h"
#include "log/sim/partition_log.h"
#include "log/sim/transaction_coordinator.h"

namespace penstock::sim {

struct SimClusterOptions {
  size_t metadata_characters_max = cluster::kMetadataCharactersMax;
  GroupTimeouts timeouts;
};

class SimCluster {
 public:
  // The network outlives the cluster; nothing scheduled runs after its end.
  SimCluster(Network& network, SimClusterOptions options);

  void CreateTopic(const std::string& name, const TopicOptions& options);
  // Null where there is no such topic, or partition.
  const TopicOptions* FindTopic(const std::string& name) const;
  PartitionLog* Find(const TopicPartition& partition);

  // A part of a transaction of `id`, which is asked whether it goes on.
  PartitionLog::Appended Produce(const std::string& id, ProducerIdentity producer, const TopicPartition& partition,
                                 int64_t sequence, const std::vector<StoredRecord>& records);
  // TxnOffsetCommit and OffsetCommit.
  Code CommitPending(const std::string& id, ProducerIdentity producer, const std::string& group,
                     const cluster::Membership& membership, const OffsetsToCommit& offsets);
  Code Commit(const std::string& group, const cluster::Membership& membership, const OffsetsToCommit& offsets);
  // The participant of a transaction that stands for a group's offsets.
  static TopicPartition OffsetsPartition(const std::string& group) { return {"__consumer_offsets " + group, 0}; }

  TransactionCoordinator& transactions() { return transactions_; }
  GroupOffsets& OffsetsOf(const std::string& group);
  GroupMembers& MembersOf(const std::string& group);
  Network& network() { return network_; }

 private:
  struct Topic {
    TopicOptions options;
    std::vector<PartitionLog> partitions;
  };

  void WriteMarker(const TopicPartition& participant, ProducerIdentity producer, bool commit);
  void SayOffsets(const char* what, const OffsetsToCommit& offsets, Code code);
  PartitionSet PartitionsOf(const std::set<std::string>& topics) const;
  // What a broker does by itself.
  void Tick();

  Network& network_;
  const SimClusterOptions options_;
  std::map<std::string, Topic> topics_;
  std::map<std::string, GroupOffsets> offsets_;
  std::map<std::string, GroupMembers> members_;
  TransactionCoordinator transactions_;
};

}  // namespace penstock::sim
