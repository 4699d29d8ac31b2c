// Partitions on their way from the group's offer to being held.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/result.h"
#include "log/cluster/client.h"
#include "log/cluster/cluster_session.h"
#include "log/cluster/offset_note.h"
#include "log/progress.h"

namespace penstock::cluster {

// Numbers of a session's requests.
class RequestNumbers {
 public:
  uint64_t Next() { return ++last_; }

 private:
  uint64_t last_ = 0;
};

// Learns how far the group is with each partition of an offer: the committed offset, what its metadata says is done
// above it, in a spill where that is long, and, where nothing was committed yet, the offset to begin at. Where that is
// not the partition's start, it is committed at once, so that whoever comes next begins at the same one.
class Offer {
 public:
  // All but the partitions outlive the offer.
  Offer(std::vector<TopicPartition> partitions, const ClusterSessionOptions& options, Client& client,
        RequestNumbers& numbers);

  // Begins what is to be done next, if nothing is under way.
  void Advance(Duration now);
  // Answers to other requests are ignored. An error will not pass.
  Result<void> Handle(const OffsetsFetched& answer, Duration now);
  Result<void> Handle(const RecordRead& answer, Duration now);
  Result<void> Handle(const OffsetsFound& answer, Duration now);
  Result<void> Handle(const OffsetsCommitted& answer, Duration now);

  // Someone else has them.
  void Remove(std::span<const TopicPartition> partitions);

  bool empty() const { return entries_.empty(); }
  bool done() const { return phase_ == Phase::kDone; }
  // When Advance should be called again, where only time is waited for.
  std::optional<Duration> retry_at() const { return retry_at_; }
  // Once it is done.
  std::map<TopicPartition, Progress> progress() const;

 private:
  enum class Phase { kFetch, kReadSpills, kFindStarts, kStoreStarts, kDone };
  struct Entry {
    std::optional<CommittedOffset> committed;
    std::optional<OffsetNote> spilled;  // still to be read
    std::optional<Progress> progress;
  };

  // Whether the answer is to the request under way. One whose error may pass makes Advance repeat the request.
  template <typename Answer, typename Value>
  Result<bool> IsExpected(const Answer& answer, const Result<Value>& result, std::string_view task, Duration now);

  Result<void> Note(const TopicPartition& partition, Entry& entry);
  void ReadNextSpill();
  void FindStarts();
  void StoreStarts();
  std::vector<TopicPartition> WithoutProgress() const;

  const ClusterSessionOptions& options_;
  Client& client_;
  RequestNumbers& numbers_;
  std::map<TopicPartition, Entry> entries_;
  Phase phase_ = Phase::kFetch;
  std::optional<uint64_t> request_;        // under way
  std::vector<TopicPartition> requested_;  // what it is about
  std::optional<Duration> retry_at_;
};

}  // namespace penstock::cluster
