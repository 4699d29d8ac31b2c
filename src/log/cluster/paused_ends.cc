#include "log/cluster/paused_ends.h"

namespace penstock::cluster {
namespace {

constexpr Duration kInterval = std::chrono::seconds(1);

}  // namespace

void PausedEnds::Remove(std::span<const TopicPartition> partitions) {
  for (const TopicPartition& partition : partitions) paused_.erase(partition);
}

void PausedEnds::Advance(Duration now) {
  if (request_ || paused_.empty() || now - asked_at_ < kInterval) return;
  asked_at_ = now;
  const auto following = paused_.upper_bound(last_);
  last_ = following == paused_.end() ? *paused_.begin() : *following;
  request_ = numbers_.Next();
  client_.FindBounds(*request_, last_);
}

std::optional<PausedEnds::End> PausedEnds::Handle(const BoundsFound& answer) {
  if (answer.request != request_) return std::nullopt;
  request_.reset();
  if (!answer.bounds || !paused_.contains(last_)) return std::nullopt;
  return End{last_, answer.bounds->end};
}

}  // namespace penstock::cluster
