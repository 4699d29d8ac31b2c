// Progress that is committed after the records it goes with, now and then: delivery at least once.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <vector>

#include "base/clock.h"
#include "log/cluster/client.h"
#include "log/cluster/cluster_session.h"
#include "log/cluster/offer.h"

namespace penstock::cluster {

class LateOffsets {
 public:
  // All outlive the object.
  LateOffsets(const ClusterSessionOptions& options, Client& client, RequestNumbers& numbers);

  // Records up to there are written.
  void Add(std::span<const SourceOffset> offsets, Duration now);
  // Someone else has them.
  void Remove(std::span<const TopicPartition> partitions);
  // As soon as can be: someone waits for it.
  void Hurry() { hurried_ = true; }

  void Advance(Duration now);
  void Handle(const OffsetsCommitted& answer, Duration now);

  // Whether anything of the partition is still to be committed.
  bool Has(const TopicPartition& partition) const;
  bool empty() const { return waiting_.empty() && !request_; }
  std::optional<Duration> due_at() const {
    if (waiting_.empty() || request_) return std::nullopt;
    return retry_at_ ? retry_at_ : due_at_;
  }

 private:
  void TakeBack(const Error& error);

  const ClusterSessionOptions& options_;
  Client& client_;
  RequestNumbers& numbers_;
  std::map<TopicPartition, SourceOffset> waiting_;
  std::map<TopicPartition, SourceOffset> under_way_;
  std::optional<uint64_t> request_;
  std::optional<Duration> due_at_;
  std::optional<Duration> retry_at_;  // after a failure, also where someone waits
  bool hurried_ = false;
};

}  // namespace penstock::cluster
