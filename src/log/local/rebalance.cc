#include "log/local/rebalance.h"

#include <algorithm>
#include <map>
#include <set>

#include "log/local/assignor.h"
#include "log/local/position.h"

namespace penstock::local {
namespace {

class Rebalancer {
 public:
  Rebalancer(GroupTable& groups, int64_t group) : groups_(groups), group_(group) {}

  Result<std::vector<std::string>> Run(const IsAliveFunction& is_alive) {
    TRY_ASSIGN(std::vector<std::string> removed, RemoveDead(is_alive));
    TRY_ASSIGN(members_, groups_.Members(group_));
    TRY(ReadTopics());
    TRY(ReadAssignments());
    AssignEvenly(subscriptions_, partitions_);
    for (size_t i = 0; i < partitions_.size(); ++i) TRY(Settle(assignments_[i], partitions_[i].member));
    TRY(groups_.NoteChange(group_));
    return removed;
  }

 private:
  Result<std::vector<std::string>> RemoveDead(const IsAliveFunction& is_alive) {
    TRY_ASSIGN(const std::vector<Member> members, groups_.Members(group_));
    std::vector<std::string> removed;
    for (const Member& member : members) {
      if (is_alive(member.uuid)) continue;
      TRY(groups_.RemoveMember(group_, member.uuid));
      removed.push_back(member.uuid);
    }
    return removed;
  }

  // Those that do not exist yet are left out; their creation is noticed (NeedsRebalance).
  Result<void> ReadTopics() {
    for (const Member& member : members_) {
      Subscription& subscription = subscriptions_.emplace_back();
      for (const std::string& name : member.topics) {
        TRY_ASSIGN(const Topic* const topic, groups_.store().catalog().Find(name));
        if (topic == nullptr) continue;
        subscription.push_back(topic->id);
        topics_[topic->id] = topic;
      }
    }
    return {};
  }

  // All partitions of the topics, and those that were assigned before.
  Result<void> ReadAssignments() {
    TRY_ASSIGN(const std::vector<Assignment> stored, groups_.Assignments(group_));
    std::map<int64_t, Assignment> by_slot;
    for (const Assignment& assignment : stored) by_slot[assignment.slot] = assignment;
    for (const auto& [id, topic] : topics_)
      for (int64_t i = 0; i < topic->options.partitions; ++i)
        by_slot[topic->first_slot + i].slot = topic->first_slot + i;
    for (const auto& [slot, assignment] : by_slot) {
      const int wanted = IndexOf(assignment.wanted);
      partitions_.push_back({TopicOf(slot), wanted == kNobody ? IndexOf(assignment.owner) : wanted});
      assignments_.push_back(assignment);
    }
    return {};
  }

  int64_t TopicOf(int64_t slot) const {
    for (const auto& [id, topic] : topics_)
      if (slot >= topic->first_slot && slot < topic->first_slot + topic->options.partitions) return id;
    return 0;  // one that nobody works on any more
  }

  int IndexOf(const std::string& uuid) const {
    const auto found =
        std::find_if(members_.begin(), members_.end(), [&](const Member& member) { return member.uuid == uuid; });
    return found == members_.end() ? kNobody : static_cast<int>(found - members_.begin());
  }

  Result<void> Settle(const Assignment& before, int member) {
    Assignment after = before;
    after.wanted = member == kNobody ? "" : members_[static_cast<size_t>(member)].uuid;
    if (after.owner.empty() && !after.wanted.empty()) {
      after.owner = after.wanted;
      ++after.epoch;
      TRY(StoreStart(after.slot, members_[static_cast<size_t>(member)]));
    }
    if (after.owner == before.owner && after.wanted == before.wanted) return {};
    return groups_.Put(group_, after);
  }

  // The place where a partition is begun is decided once: were it decided again, by the next member that gets it before
  // anything was committed, the end would have moved on, over records that nobody has seen.
  Result<void> StoreStart(int64_t slot, const Member& member) {
    TRY_ASSIGN(const std::optional<Progress> progress, groups_.ProgressOf(group_, slot));
    if (progress) return {};
    StartPosition start = DecodeStart(member.start);
    // What is in a topic that came after the member is new to it.
    if (std::holds_alternative<AtEnd>(start) && TopicOf(slot) > member.topics_seen) start = AtStart{};
    TRY_ASSIGN(const TopicPartition partition, groups_.PartitionOfSlot(slot));
    TRY_ASSIGN(const int64_t position, FindPosition(groups_.store(), partition, slot, start));
    return groups_.SetProgress(group_, slot, Progress(position));
  }

  GroupTable& groups_;
  const int64_t group_;
  std::vector<Member> members_;
  std::vector<Subscription> subscriptions_;    // of the members
  std::map<int64_t, const Topic*> topics_;     // that somebody works on, by number
  std::vector<AssignedPartition> partitions_;  // in order
  std::vector<Assignment> assignments_;        // the same ones, as they were
};

}  // namespace

Result<std::vector<std::string>> Rebalance(GroupTable& groups, int64_t group, const IsAliveFunction& is_alive) {
  return Rebalancer(groups, group).Run(is_alive);
}

Result<bool> NeedsRebalance(GroupTable& groups, int64_t group, const IsAliveFunction& is_alive) {
  TRY_ASSIGN(const std::vector<Member> members, groups.Members(group));
  for (const Member& member : members)
    if (!is_alive(member.uuid)) return true;
  constexpr std::string_view kNewTopics =
      "SELECT topics_seen <> (SELECT count(*) FROM topics) FROM groups WHERE id = ?";
  TRY_ASSIGN(const int64_t new_topics, groups.store().database().Number(kNewTopics, 0, group));
  return new_topics != 0;
}

}  // namespace penstock::local
