#include "log/local/upkeep.h"

#include "log/local/retention.h"

namespace penstock::local {
namespace {

constexpr Duration kRoundInterval = std::chrono::seconds(10);
constexpr int kLooksOfStep = 64;
constexpr Duration kStepInterval = std::chrono::milliseconds(100);  // while a round is under way

int64_t NowMs(const Clock& clock) {
  return std::chrono::duration_cast<std::chrono::milliseconds>(clock.Now().time_since_epoch()).count();
}

}  // namespace

void Upkeep::RunNowAndThen() {
  const Duration now = clock_.Monotonic();
  const Duration interval = places_.empty() ? kRoundInterval : kStepInterval;
  if (last_ && now - *last_ < interval) return;
  last_ = now;
  const Result<bool> done = Step();
  if (!done && logger_ != nullptr)
    logger_->Warn("deleting and compacting old records failed", {{"error", done.error().message}});
}

Result<void> Upkeep::Run() {
  places_.clear();
  while (true) {
    TRY_ASSIGN(const bool done, Step());
    if (done) return {};
  }
}

Result<bool> Upkeep::Step() {
  if (places_.empty()) TRY(ListPlaces());
  // A place where there is nothing to do costs a look only.
  for (int looks = 0; looks < kLooksOfStep && !places_.empty(); ++looks) {
    TRY_ASSIGN(const bool done, StepOf(places_.back()));
    if (!done) return false;
    places_.pop_back();
    compaction_.reset();
  }
  return places_.empty();
}

Result<void> Upkeep::ListPlaces() {
  TRY_ASSIGN(const std::vector<const Topic*> topics, store_.catalog().All());
  for (const Topic* const topic : topics) {
    const TopicOptions& options = topic->options;
    if (!options.compact && options.retention_ms < 0 && options.retention_bytes < 0) continue;
    for (int64_t i = 0; i < options.partitions; ++i) places_.push_back({topic, topic->first_slot + i});
  }
  return {};
}

Result<bool> Upkeep::StepOf(const Place& place) {
  const RetentionLimits limits{.oldest_ms = place.topic->options.retention_ms < 0
                                                ? INT64_MIN
                                                : NowMs(clock_) - place.topic->options.retention_ms,
                               .bytes = place.topic->options.retention_bytes};
  TRY_ASSIGN(const bool deletes, store_.Read([&] { return HasExpired(store_, place.slot, limits); }));
  if (deletes) {
    TRY(store_.Write([&] { return DeleteExpired(store_, place.slot, limits); }));
    return false;
  }
  if (!place.topic->options.compact) return true;
  if (!compaction_) {
    const TopicPartition partition{place.topic->name, static_cast<int32_t>(place.slot - place.topic->first_slot)};
    TRY_ASSIGN(compaction_, Compaction::Begin(store_, partition, place.slot, NowMs(clock_)));
  }
  if (!compaction_) return true;
  return compaction_->Step(store_);
}

}  // namespace penstock::local
