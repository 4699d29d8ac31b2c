#include "log/kafka/assignment.h"

#include <algorithm>
#include <utility>

namespace penstock::kafka {
namespace {

using cluster::ClientEvent;
using cluster::Membership;
using cluster::Offered;
using cluster::SourceOffset;
using cluster::TakenAway;
using cluster::Withdrawn;

constexpr Duration kBetweenLooks = std::chrono::milliseconds(200);
constexpr int kSeekTimeoutMs = 5000;
// Longer than outputs wait to be written, and hardly a delay of what else is to be polled: news of the group.
constexpr Duration kRestMax = std::chrono::milliseconds(100);

}  // namespace

void Assignment::OnRebalance(rd_kafka_resp_err_t code, const rd_kafka_topic_partition_list_t& list) {
  if (code == RD_KAFKA_RESP_ERR__ASSIGN_PARTITIONS && !closing_) {
    Offer(list);
  } else if (code == RD_KAFKA_RESP_ERR__ASSIGN_PARTITIONS) {
    Assign(*NewList());
  } else if (code != RD_KAFKA_RESP_ERR__REVOKE_PARTITIONS || closing_ || restarted_ ||
             rd_kafka_assignment_lost(consumer_) == 1) {
    // A restart that crossed this call has answered it already, as far as librdkafka knows.
    TakeAway(PartitionsOf(list));
    Unassign(list);
  } else {
    Withdraw(list);
  }
}

void Assignment::Close() {
  closing_ = true;
  AnswerWithNothing();
}

void Assignment::Offer(const rd_kafka_topic_partition_list_t& list) {
  std::vector<TopicPartition> partitions = PartitionsOf(list);
  const std::vector<TopicPartition> orphans = Orphans(list);
  partitions.insert(partitions.end(), orphans.begin(), orphans.end());
  if (partitions.empty()) return Assign(list);
  offered_.reset(rd_kafka_topic_partition_list_copy(&list));
  orphans_ = {orphans.begin(), orphans.end()};
  events_.emplace_back(Offered{std::move(partitions)});
}

// What librdkafka reads, and took over from an earlier membership, although we said that it was taken away.
std::vector<TopicPartition> Assignment::Orphans(const rd_kafka_topic_partition_list_t& offered) const {
  rd_kafka_topic_partition_list_t* assigned = nullptr;
  if (rd_kafka_assignment(consumer_, &assigned) != RD_KAFKA_RESP_ERR_NO_ERROR) return {};
  const PartitionList list(assigned);
  std::vector<TopicPartition> orphans = PartitionsOf(*list);
  std::erase_if(orphans, [&](const TopicPartition& partition) {
    return holding_.all().contains(partition) ||
           rd_kafka_topic_partition_list_find(&offered, partition.topic.c_str(), partition.partition) != nullptr;
  });
  return orphans;
}

void Assignment::Withdraw(const rd_kafka_topic_partition_list_t& list) {
  std::vector<TopicPartition> partitions = PartitionsOf(list);
  std::erase_if(partitions, [&](const TopicPartition& partition) { return !holding_.all().contains(partition); });
  if (partitions.empty()) return Unassign(list);
  withdrawn_.reset(rd_kafka_topic_partition_list_copy(&list));
  unyielded_ = {partitions.begin(), partitions.end()};
  events_.emplace_back(Withdrawn{std::move(partitions)});
}

void Assignment::TakeAway(const std::vector<TopicPartition>& partitions) {
  if (partitions.empty()) return;
  for (const TopicPartition& partition : partitions) holding_.Drop(partition);
  events_.emplace_back(TakenAway{partitions});
}

void Assignment::Accept(std::span<const SourceOffset> starts) {
  if (offered_ == nullptr) return;
  const PartitionList fresh = NewList(starts.size());
  const PartitionList taken_over = NewList();
  for (const SourceOffset& start : starts) {
    Add(orphans_.contains(start.partition) ? *taken_over : *fresh, start.partition, start.offset);
    holding_.Add(start.partition, start.offset);
  }
  EndRest();
  offered_.reset();
  orphans_.clear();
  Assign(*fresh);
  if (taken_over->cnt > 0) SeekAll(*taken_over);
  // An earlier holding may have ended while it was paused.
  for (const PartitionList& list : {std::cref(fresh), std::cref(taken_over)})
    if (list->cnt > 0) rd_kafka_resume_partitions(consumer_, list.get());
}

void Assignment::Yield(std::span<const TopicPartition> partitions) {
  if (withdrawn_ == nullptr) return;
  for (const TopicPartition& partition : partitions)
    if (unyielded_.erase(partition) > 0) holding_.Drop(partition);
  if (!unyielded_.empty()) return;
  const PartitionList list = std::move(withdrawn_);
  Unassign(*list);
}

void Assignment::Seek(const TopicPartition& partition, int64_t offset) {
  Holding::Entry* const entry = holding_.Find(partition);
  if (entry == nullptr) return;
  holding_.Seek(*entry, offset);
  const PartitionList list = NewList(1);
  Add(*list, partition, offset);
  SeekAll(*list);
}

void Assignment::SeekAll(rd_kafka_topic_partition_list_t& list) {
  Complain("partitions cannot be read from where they should be",
           Handle<rd_kafka_error_t>(rd_kafka_seek_partitions(consumer_, &list, kSeekTimeoutMs)));
  for (const rd_kafka_topic_partition_t& element : Elements(list))
    if (element.err != RD_KAFKA_RESP_ERR_NO_ERROR) stopped_.insert(PartitionOf(element));
}

void Assignment::RestartStopped(bool served) {
  if (served) restarted_ = false;
  if (stopped_.empty() || is_waiting() || closing_) return;
  std::vector<TopicPartition> partitions;
  for (const TopicPartition& partition : std::exchange(stopped_, {}))
    if (holding_.Find(partition) != nullptr) partitions.push_back(partition);
  if (!partitions.empty()) Restart(partitions);
}

void Assignment::Restart(const std::vector<TopicPartition>& partitions) {
  const PartitionList list = NewList(partitions.size());
  const PartitionList paused = NewList();
  for (const TopicPartition& partition : partitions) {
    const Holding::Entry& entry = *holding_.Find(partition);
    Add(*list, partition, entry.second.next);
    if (entry.second.halted) Add(*paused, partition, RD_KAFKA_OFFSET_INVALID);
  }
  restarted_ = true;
  Complain("partitions cannot be stopped",
           Handle<rd_kafka_error_t>(rd_kafka_incremental_unassign(consumer_, list.get())));
  Assign(*list);
  rd_kafka_resume_partitions(consumer_, list.get());
  if (paused->cnt > 0) rd_kafka_pause_partitions(consumer_, paused.get());
}

void Assignment::Pause(std::span<const TopicPartition> partitions, bool paused) {
  const PartitionList resumed = NewList();
  bool changed = false;
  for (const TopicPartition& partition : partitions) {
    Holding::Entry* const entry = holding_.Find(partition);
    if (entry == nullptr || entry->second.paused == paused) continue;
    entry->second.paused = paused;
    changed = true;
    if (!paused && std::exchange(entry->second.halted, false)) Add(*resumed, partition, RD_KAFKA_OFFSET_INVALID);
  }
  if (!changed) return;
  if (resumed->cnt > 0) rd_kafka_resume_partitions(consumer_, resumed.get());
  if (!std::ranges::all_of(holding_.all(), [](const auto& held) { return held.second.paused; }))
    EndRest();
  else if (!rests_since_)
    rests_since_ = clock_.Monotonic();
}

bool Assignment::Rests() {
  if (!rests_since_) return false;
  if (clock_.Monotonic() - *rests_since_ < kRestMax) return true;
  EndRest();
  return false;
}

void Assignment::EndRest() {
  rests_since_.reset();
  const PartitionList list = NewList();
  for (Holding::Entry& entry : holding_.all())
    if (entry.second.paused && !std::exchange(entry.second.halted, true))
      Add(*list, entry.first, RD_KAFKA_OFFSET_INVALID);
  if (list->cnt > 0) rd_kafka_pause_partitions(consumer_, list.get());
}

Membership Assignment::CurrentMembership() const {
  const Handle<rd_kafka_consumer_group_metadata_t> group(rd_kafka_consumer_group_metadata(consumer_));
  if (group == nullptr) return {};
  const char* const member = rd_kafka_consumer_group_metadata_member_id(group.get());
  return {.member = member == nullptr ? "" : member,
          .generation = rd_kafka_consumer_group_metadata_generation_id(group.get())};
}

void Assignment::LookForExpulsion() {
  const Duration now = clock_.Monotonic();
  if (!is_waiting() || now < next_look_) return;
  next_look_ = now + kBetweenLooks;
  if (CurrentMembership().IsFenced()) return;
  std::set<TopicPartition> gone = orphans_;
  for (const auto& [partition, held] : holding_.all()) gone.insert(partition);
  if (offered_ != nullptr)
    for (const TopicPartition& partition : PartitionsOf(*offered_)) gone.insert(partition);
  TakeAway({gone.begin(), gone.end()});
  // What is read on until the group is joined again belongs to nobody: see Orphans().
  AnswerWithNothing();
}

void Assignment::AnswerWithNothing() {
  unyielded_.clear();
  orphans_.clear();
  if (const PartitionList list = std::move(withdrawn_)) Unassign(*list);
  if (const PartitionList list = std::move(offered_)) Assign(*NewList());
}

void Assignment::MoveTo(std::vector<ClientEvent>& events) {
  for (ClientEvent& event : events_) events.push_back(std::move(event));
  events_.clear();
}

void Assignment::Assign(const rd_kafka_topic_partition_list_t& list) {
  Complain("partitions cannot be taken over", Handle<rd_kafka_error_t>(rd_kafka_incremental_assign(consumer_, &list)));
}

// Answers librdkafka, which joins the group again without them.
void Assignment::Unassign(const rd_kafka_topic_partition_list_t& list) {
  joins_.Expect();
  Handle<rd_kafka_error_t> error(rd_kafka_incremental_unassign(consumer_, &list));
  // Of a group that is gone nothing can be given back part by part.
  if (error != nullptr && rd_kafka_assign(consumer_, nullptr) != RD_KAFKA_RESP_ERR_NO_ERROR)
    Complain("partitions cannot be given back", std::move(error));
}

void Assignment::Complain(std::string_view what, Handle<rd_kafka_error_t> error) {
  if (error != nullptr) connection_.Warn(what, "assignment", rd_kafka_error_string(error.get()));
}

}  // namespace penstock::kafka
