#include "log/sim/group_offsets.h"

#include <algorithm>
#include <utility>

namespace penstock::sim {

bool GroupOffsets::FitsAll(const OffsetsToCommit& offsets) const {
  return std::all_of(offsets.begin(), offsets.end(),
                     [&](const auto& entry) { return entry.second.metadata.size() <= metadata_characters_max_; });
}

Code GroupOffsets::Commit(const OffsetsToCommit& offsets) {
  if (!FitsAll(offsets)) return Code::kMetadataTooLarge;
  for (const auto& [partition, offset] : offsets) committed_[partition] = offset;
  return Code::kOk;
}

Code GroupOffsets::CommitPending(ProducerIdentity producer, const OffsetsToCommit& offsets) {
  if (const auto known = epochs_.find(producer.id); known != epochs_.end() && producer.epoch < known->second)
    return Code::kProducerFenced;
  if (!FitsAll(offsets)) return Code::kMetadataTooLarge;
  epochs_[producer.id] = producer.epoch;
  OffsetsToCommit& pending = pending_[producer.id];
  for (const auto& [partition, offset] : offsets) pending[partition] = offset;
  return Code::kOk;
}

void GroupOffsets::EndTransaction(ProducerIdentity producer, bool commit) {
  epochs_[producer.id] = std::max(producer.epoch, epochs_[producer.id]);
  const auto pending = pending_.find(producer.id);
  if (pending == pending_.end()) return;
  if (commit)
    for (const auto& [partition, offset] : pending->second) committed_[partition] = offset;
  pending_.erase(pending);
}

bool GroupOffsets::IsPending(const TopicPartition& partition) const {
  return std::any_of(pending_.begin(), pending_.end(),
                     [&](const auto& entry) { return entry.second.contains(partition); });
}

GroupOffsets::Fetched GroupOffsets::Fetch(const std::vector<TopicPartition>& partitions) const {
  Fetched fetched;
  for (const TopicPartition& partition : partitions) {
    if (IsPending(partition)) return {Code::kUnstableOffsets, {}};
    const auto found = committed_.find(partition);
    fetched.offsets.push_back(found == committed_.end() ? std::nullopt : std::optional(found->second));
  }
  return fetched;
}

}  // namespace penstock::sim
