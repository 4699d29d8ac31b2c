// What a group has committed, and what transactions are about to commit, as Kafka's coordinator of groups keeps it.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "log/cluster/client.h"
#include "log/partition.h"
#include "log/sim/code.h"

namespace penstock::sim {

using OffsetsToCommit = std::map<TopicPartition, cluster::CommittedOffset>;

class GroupOffsets {
 public:
  struct Fetched {
    Code code = Code::kOk;
    std::vector<std::optional<cluster::CommittedOffset>> offsets;
  };

  // Metadata may have so many characters. All of a commit is refused if one of it has more.
  explicit GroupOffsets(size_t metadata_characters_max) : metadata_characters_max_(metadata_characters_max) {}

  Code Commit(const OffsetsToCommit& offsets);
  // They count when the producer's transaction commits.
  Code CommitPending(ProducerIdentity producer, const OffsetsToCommit& offsets);
  // As a marker does: fences earlier epochs of the producer.
  void EndTransaction(ProducerIdentity producer, bool commit);

  // kUnstableOffsets, where a transaction is about to commit one of them.
  Fetched Fetch(const std::vector<TopicPartition>& partitions) const;
  bool HasPending(int64_t producer) const { return pending_.contains(producer); }
  const OffsetsToCommit& committed() const { return committed_; }

 private:
  bool FitsAll(const OffsetsToCommit& offsets) const;
  bool IsPending(const TopicPartition& partition) const;

  const size_t metadata_characters_max_;
  OffsetsToCommit committed_;
  std::map<int64_t, OffsetsToCommit> pending_;  // by producer
  std::map<int64_t, int32_t> epochs_;           // the highest of each producer
};

}  // namespace penstock::sim
