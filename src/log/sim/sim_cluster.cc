#include "log/sim/sim_cluster.h"

#include <utility>

namespace penstock::sim {
namespace {

constexpr Duration kTickInterval = std::chrono::milliseconds(250);

std::string Describe(const TopicPartition& participant, ProducerIdentity producer) {
  return ToString(participant) + " of producer " + std::to_string(producer.id) + " epoch " +
         std::to_string(producer.epoch);
}

}  // namespace

SimCluster::SimCluster(Network& network, SimClusterOptions options)
    : network_(network),
      options_(options),
      transactions_(network.scheduler(), network.random(),
                    [this](const TopicPartition& participant, ProducerIdentity producer, bool commit) {
                      WriteMarker(participant, producer, commit);
                    }) {
  network_.scheduler().After(kTickInterval, [this] { Tick(); });
}

void SimCluster::Tick() {
  transactions_.AbortExpired();
  for (auto& [group, members] : members_) members.Tick(network_.scheduler().now());
  network_.scheduler().After(kTickInterval, [this] { Tick(); });
}

void SimCluster::CreateTopic(const std::string& name, const TopicOptions& options) {
  topics_[name] = {options, std::vector<PartitionLog>(static_cast<size_t>(options.partitions))};
}

const TopicOptions* SimCluster::FindTopic(const std::string& name) const {
  const auto found = topics_.find(name);
  return found == topics_.end() ? nullptr : &found->second.options;
}

PartitionLog* SimCluster::Find(const TopicPartition& partition) {
  const auto found = topics_.find(partition.topic);
  if (found == topics_.end() || partition.partition < 0) return nullptr;
  const auto number = static_cast<size_t>(partition.partition);
  return number < found->second.partitions.size() ? &found->second.partitions[number] : nullptr;
}

PartitionSet SimCluster::PartitionsOf(const std::set<std::string>& topics) const {
  PartitionSet partitions;
  for (const std::string& topic : topics)
    if (const TopicOptions* const options = FindTopic(topic))
      for (int32_t i = 0; i < options->partitions; ++i) partitions.insert({topic, i});
  return partitions;
}

PartitionLog::Appended SimCluster::Produce(const std::string& id, ProducerIdentity producer,
                                           const TopicPartition& partition, int64_t sequence,
                                           const std::vector<StoredRecord>& records) {
  PartitionLog& log = *Find(partition);
  if (!log.HasOpen(producer.id) && !transactions_.Includes(id, producer, partition)) return {Code::kInvalidTxnState};
  const PartitionLog::Appended appended = log.Append(producer, sequence, records);
  if (network_.trace().on())
    network_.trace().Say("broker", std::to_string(records.size()) + " records for " + Describe(partition, producer) +
                                       " at " + std::to_string(appended.offset) + ": " +
                                       std::string(CodeName(appended.code)));
  return appended;
}

Code SimCluster::CommitPending(const std::string& id, ProducerIdentity producer, const std::string& group,
                               const cluster::Membership& membership, const OffsetsToCommit& offsets) {
  const TopicPartition participant = OffsetsPartition(group);
  if (const Code code = MembersOf(group).CheckCommit(membership.member, membership.generation); code != Code::kOk)
    return code;
  GroupOffsets& group_offsets = OffsetsOf(group);
  if (!group_offsets.HasPending(producer.id) && !transactions_.Includes(id, producer, participant))
    return Code::kInvalidTxnState;
  const Code code = group_offsets.CommitPending(producer, offsets);
  SayOffsets("pending offset", offsets, code);
  return code;
}

void SimCluster::SayOffsets(const char* what, const OffsetsToCommit& offsets, Code code) {
  if (!network_.trace().on()) return;
  for (const auto& [partition, offset] : offsets)
    network_.trace().Say("broker", std::string(what) + " " + std::to_string(offset.offset) + " '" + offset.metadata +
                                       "' for " + ToString(partition) + ": " + std::string(CodeName(code)));
}

Code SimCluster::Commit(const std::string& group, const cluster::Membership& membership,
                        const OffsetsToCommit& offsets) {
  Code code = MembersOf(group).CheckCommit(membership.member, membership.generation);
  if (code == Code::kOk) code = OffsetsOf(group).Commit(offsets);
  SayOffsets("offset", offsets, code);
  return code;
}

GroupOffsets& SimCluster::OffsetsOf(const std::string& group) {
  return offsets_.try_emplace(group, options_.metadata_characters_max).first->second;
}

GroupMembers& SimCluster::MembersOf(const std::string& group) {
  const auto list = [this](const std::set<std::string>& topics) { return PartitionsOf(topics); };
  return members_.try_emplace(group, options_.timeouts, list).first->second;
}

void SimCluster::WriteMarker(const TopicPartition& participant, ProducerIdentity producer, bool commit) {
  if (network_.trace().on())
    network_.trace().Say("broker",
                         std::string(commit ? "commit" : "abort") + " marker for " + Describe(participant, producer));
  if (PartitionLog* const log = Find(participant)) {
    log->EndTransaction(producer, commit);
    return;
  }
  for (auto& [group, offsets] : offsets_)
    if (participant == OffsetsPartition(group)) offsets.EndTransaction(producer, commit);
}

}  // namespace penstock::sim
