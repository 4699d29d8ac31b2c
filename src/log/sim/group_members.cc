#include "log/sim/group_members.h"

#include <algorithm>
#include <utility>

namespace penstock::sim {

GroupMembers::Joined GroupMembers::Join(const std::string& member, const std::string& name,
                                        std::set<std::string> topics, Claim claim, Duration now) {
  std::string id = member;
  if (id.empty()) id = name + "-" + std::to_string(next_member_++);
  if (!member.empty() && !members_.contains(member)) return {Code::kUnknownMember, {}};
  const auto known = members_.find(id);
  // Brokers have no such check. Without it, a request to join that comes after a later one of the same member, or
  // again, would take partitions from their owner unasked, against which no client could do anything.
  if (known != members_.end() && claim.number <= known->second.claim.number) return {Code::kOk, id};
  if (!preparing_) Rebalance(now);
  Member& joining = members_[id];
  joining.topics = std::move(topics);
  joining.claim = std::move(claim);
  joining.joined = true;
  joining.heard = now;
  CompleteIfAllJoined();
  return {Code::kOk, id};
}

GroupMembers::Synced GroupMembers::Sync(const std::string& member, Duration now) {
  const auto found = members_.find(member);
  if (found == members_.end()) return {Code::kUnknownMember, -1, {}};
  found->second.heard = now;
  if (!preparing_) return {Code::kOk, generation_, found->second.assigned};
  return {found->second.joined ? Code::kNotYet : Code::kRebalanceInProgress, -1, {}};
}

Code GroupMembers::Heartbeat(const std::string& member, int32_t generation, Duration now) {
  const auto found = members_.find(member);
  if (found == members_.end()) return Code::kUnknownMember;
  if (generation != generation_) return Code::kIllegalGeneration;
  found->second.heard = now;
  return preparing_ ? Code::kRebalanceInProgress : Code::kOk;
}

void GroupMembers::Leave(const std::string& member, Duration now) {
  if (members_.contains(member)) Remove(member, now);
}

Code GroupMembers::CheckCommit(const std::string& member, int32_t generation) const {
  if (member.empty() && generation < 0) return Code::kOk;
  if (!members_.contains(member)) return Code::kUnknownMember;
  return generation == generation_ ? Code::kOk : Code::kIllegalGeneration;
}

void GroupMembers::Tick(Duration now) {
  std::vector<std::string> expelled;
  for (const auto& [id, member] : members_) {
    const bool late = preparing_ && !member.joined && now >= prepare_deadline_;
    if (late || now - member.heard > timeouts_.session) expelled.push_back(id);
  }
  for (const std::string& id : expelled) Remove(id, now);
  if (!preparing_ && !members_.empty() && AllPartitions() != known_) Rebalance(now);
}

void GroupMembers::Remove(const std::string& member, Duration now) {
  members_.erase(member);
  if (!preparing_) Rebalance(now);
  CompleteIfAllJoined();
}

void GroupMembers::Rebalance(Duration now) {
  preparing_ = true;
  prepare_deadline_ = now + timeouts_.rebalance;
  for (auto& [id, member] : members_) member.joined = false;
}

void GroupMembers::CompleteIfAllJoined() {
  if (!std::all_of(members_.begin(), members_.end(), [](const auto& entry) { return entry.second.joined; })) return;
  preparing_ = false;
  ++generation_;
  Assign();
}

PartitionSet GroupMembers::AllPartitions() const {
  std::set<std::string> topics;
  for (const auto& [id, member] : members_) topics.insert(member.topics.begin(), member.topics.end());
  return list_(topics);
}

std::map<std::string, size_t> GroupMembers::Quotas(size_t partitions) const {
  std::vector<std::pair<size_t, std::string>> by_owned;
  for (const auto& [id, member] : members_) by_owned.emplace_back(member.claim.owned.size(), id);
  std::stable_sort(by_owned.begin(), by_owned.end(), [](const auto& a, const auto& b) { return a.first > b.first; });
  std::map<std::string, size_t> quotas;
  for (size_t i = 0; i < by_owned.size(); ++i)
    quotas[by_owned[i].second] = partitions / by_owned.size() + (i < partitions % by_owned.size() ? 1 : 0);
  return quotas;
}

// Of two who claim the same partition, the one of the later generation is right (KIP-792).
std::map<TopicPartition, std::string> GroupMembers::Owners() const {
  std::map<TopicPartition, std::string> owners;
  for (const auto& [id, member] : members_)
    for (const TopicPartition& partition : member.claim.owned) {
      const auto [owner, is_first] = owners.try_emplace(partition, id);
      if (!is_first && member.claim.generation > members_.at(owner->second).claim.generation) owner->second = id;
    }
  return owners;
}

void GroupMembers::Assign() {
  known_ = AllPartitions();
  std::map<std::string, size_t> quotas = Quotas(known_.size());
  PartitionSet free = known_;
  for (auto& [id, member] : members_) member.assigned.clear();
  // What is above the quota moves: it is taken from its owner now, and given to another in the next generation.
  for (const auto& [partition, id] : Owners()) {
    PartitionSet& assigned = members_.at(id).assigned;
    if (free.erase(partition) > 0 && assigned.size() < quotas[id]) assigned.insert(partition);
  }
  for (const TopicPartition& partition : free)
    for (auto& [id, member] : members_) {
      if (member.assigned.size() >= quotas[id]) continue;
      member.assigned.insert(partition);
      break;
    }
}

}  // namespace penstock::sim
