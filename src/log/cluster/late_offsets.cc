#include "log/cluster/late_offsets.h"

#include <utility>

namespace penstock::cluster {

namespace {

constexpr Duration kWhileJoining = std::chrono::milliseconds(20);

}  // namespace

LateOffsets::LateOffsets(const ClusterSessionOptions& options, Client& client, RequestNumbers& numbers)
    : options_(options), client_(client), numbers_(numbers) {}

void LateOffsets::Add(std::span<const SourceOffset> offsets, Duration now) {
  for (const SourceOffset& offset : offsets) waiting_.insert_or_assign(offset.partition, offset);
  if (!due_at_) due_at_ = now + options_.session.progress_lag_max;
}

void LateOffsets::Remove(std::span<const TopicPartition> partitions) {
  for (const TopicPartition& partition : partitions) {
    waiting_.erase(partition);
    under_way_.erase(partition);
  }
}

void LateOffsets::Advance(Duration now) {
  if (request_ || waiting_.empty() || (retry_at_ && now < *retry_at_)) return;
  if (!retry_at_ && !hurried_ && due_at_ && now < *due_at_) return;
  if (client_.IsJoining()) {
    retry_at_ = now + kWhileJoining;
    return;
  }
  due_at_.reset();
  retry_at_.reset();
  hurried_ = false;
  under_way_ = std::exchange(waiting_, {});
  std::vector<SourceOffset> offsets;
  for (const auto& [partition, offset] : under_way_) offsets.push_back(offset);
  request_ = numbers_.Next();
  client_.CommitOffsets(*request_, std::move(offsets));
}

void LateOffsets::Handle(const OffsetsCommitted& answer, Duration now) {
  if (request_ != answer.request) return;
  request_.reset();
  if (answer.result) {
    under_way_.clear();
  } else {
    if (options_.logger != nullptr)
      options_.logger->Warn("offsets could not be committed, and are tried again",
                            {{"group", options_.session.group}, {"error", answer.result.error().message}});
    TakeBack(answer.result.error());
    retry_at_ = now + options_.backoff;
  }
  if (!waiting_.empty() && !due_at_) due_at_ = now + options_.session.progress_lag_max;
}

// What was added since is newer, and stays. What will not pass as it is, as metadata that is too long, is tried without
// metadata, and then given up: records may come twice.
void LateOffsets::TakeBack(const Error& error) {
  if (error.kind != ErrorKind::kUnavailable) {
    std::erase_if(under_way_, [](const auto& entry) { return entry.second.metadata.empty(); });
    for (auto& [partition, offset] : under_way_) offset.metadata.clear();
  }
  waiting_.merge(under_way_);
  under_way_.clear();
}

bool LateOffsets::Has(const TopicPartition& partition) const {
  return waiting_.contains(partition) || under_way_.contains(partition);
}

}  // namespace penstock::cluster
