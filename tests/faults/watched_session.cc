#include "tests/faults/watched_session.h"

#include <algorithm>
#include <string>
#include <utility>

namespace penstock::faults {
namespace {

// What was on its way when a partition was paused may still come.
constexpr int64_t kRecordsWhilePausedMax = 64;

void AddHeaders(PartitionWork& work) {
  Arena& arena = work.records.arena();
  const Header source{"source", arena.Copy(ToString(work.partition))};
  const Header epoch{"epoch", arena.Copy(std::to_string(work.epoch))};
  for (size_t i = 0; i < work.records.records().size(); ++i) {
    OutRecord record = work.records.records()[i];
    const std::span<Header> headers = arena.AllocateArray<Header>(record.headers.size() + 2);
    std::copy(record.headers.begin(), record.headers.end(), headers.begin() + 2);
    headers[0] = source;
    headers[1] = epoch;
    record.headers = headers;
    work.records.Replace(i, record);
  }
}

// What was refused comes again, and has them.
bool HasHeaders(const PartitionWork& work) {
  const std::span<const OutRecord> records = work.records.records();
  return !records.empty() && !records[0].headers.empty() && records[0].headers[0].name == "source";
}

}  // namespace

Result<void> WatchedSession::Poll(Duration wait, Delivery& delivery) {
  TRY(session_->Poll(wait, delivery));
  for (const SessionEvent& event : delivery.events) std::visit([this](const auto& one) { Note(one); }, event);
  for (const Fetched& fetched : delivery.fetched) Look(fetched);
  return {};
}

void WatchedSession::Pause(std::span<const TopicPartition> partitions) {
  for (const TopicPartition& partition : partitions)
    if (const auto held = held_.find(partition); held != held_.end()) held->second.paused = true;
  session_->Pause(partitions);
}

void WatchedSession::Resume(std::span<const TopicPartition> partitions) {
  for (const TopicPartition& partition : partitions) {
    const auto held = held_.find(partition);
    if (held == held_.end()) continue;
    held->second.paused = false;
    held->second.while_paused = 0;
  }
  session_->Resume(partitions);
}

void WatchedSession::Release(std::span<const TopicPartition> partitions) {
  if (committing_) verdict_.Violate("a partition was released while its commit was under way");
  for (const TopicPartition& partition : partitions) {
    const auto held = held_.find(partition);
    if (held == held_.end() || !held->second.revoking)
      verdict_.Violate(ToString(partition) + " was released, which nobody wanted");
    else
      held_.erase(held);
  }
  session_->Release(partitions);
}

CommitId WatchedSession::Commit(std::vector<PartitionWork> work) {
  if (committing_) verdict_.Violate("a commit was begun while another was under way");
  for (PartitionWork& one : work) {
    Look(one);
    if (!HasHeaders(one)) AddHeaders(one);
  }
  committing_ = session_->Commit(std::move(work));
  return *committing_;
}

void WatchedSession::Note(const Assigned& event) {
  const auto [held, is_new] = held_.try_emplace(event.partition);
  if (!is_new) verdict_.Violate(ToString(event.partition) + " was assigned to who held it");
  ++verdict_.assigned;
  verdict_.resumed_above += event.progress.ranges().empty() ? 0 : 1;
  held->second = {.epoch = event.epoch, .progress = event.progress, .next = event.progress.position()};
}

void WatchedSession::Note(const Revoking& event) {
  const auto held = held_.find(event.partition);
  if (held == held_.end()) return;
  ++verdict_.revoked;
  held->second.revoking = true;
}

void WatchedSession::Note(const Lost& event) {
  const auto held = held_.find(event.partition);
  if (held == held_.end() || held->second.epoch != event.epoch)
    return verdict_.Violate(ToString(event.partition) + " was lost by who did not hold it");
  ++verdict_.lost;
  held_.erase(held);
}

void WatchedSession::Note(const Committed& event) {
  if (committing_ != event.id) return verdict_.Violate("a commit that was not under way has ended");
  committing_.reset();
  ++verdict_.committed;
  verdict_.fenced += event.fenced.size();
}

void WatchedSession::Note(const Refused& event) {
  if (committing_ != event.id) return verdict_.Violate("a commit that was not under way was refused");
  committing_.reset();
  ++verdict_.refused;
}

void WatchedSession::Look(const Fetched& fetched) {
  const auto found = held_.find(*fetched.partition);
  if (found == held_.end() || found->second.epoch != fetched.epoch || found->second.revoking) return;
  Held& held = found->second;
  if (fetched.begin != held.next)
    verdict_.Violate(ToString(found->first) + ": a delivery begins at " + std::to_string(fetched.begin) +
                     " instead of " + std::to_string(held.next));
  held.next = fetched.end;
  for (const Record& record : fetched.records)
    if (held.progress.Contains(record.source.offset))
      verdict_.Violate(ToString(found->first) + ": what was done came again, at " +
                       std::to_string(record.source.offset));
  if (!held.paused) return;
  held.while_paused += static_cast<int64_t>(fetched.records.size());
  if (held.while_paused > kRecordsWhilePausedMax)
    verdict_.Violate(ToString(found->first) + ": records came while it was paused");
}

void WatchedSession::Look(const PartitionWork& work) {
  const auto found = held_.find(work.partition);
  // What was refused may come again after its partition was lost; nothing of it is committed.
  if (found == held_.end() || found->second.epoch != work.epoch) return;
  Held& held = found->second;
  Progress all = work.progress;
  all.Add(held.progress);
  if (all != work.progress) verdict_.Violate(ToString(work.partition) + ": progress was undone");
  held.progress = work.progress;
}

}  // namespace penstock::faults
