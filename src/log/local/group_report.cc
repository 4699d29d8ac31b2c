#include "log/local/group_report.h"

#include <optional>
#include <set>
#include <utility>
#include <vector>

#include "log/local/group_table.h"
#include "log/local/member_file.h"
#include "log/local/partition_reader.h"

namespace penstock::local {
namespace {

std::string NameOf(const std::vector<Member>& members, const std::string& uuid) {
  for (const Member& member : members)
    if (member.uuid == uuid) return member.name.empty() ? member.uuid : member.name;
  return {};
}

// Of the first record that is not done. Compaction may have taken any number of those behind the position.
Result<std::optional<int64_t>> NextTimestamp(Store& store, const TopicPartition& partition, int64_t slot,
                                             const Progress& progress) {
  PartitionReader reader(partition, slot, progress);
  Arena arena;
  std::vector<Record> records;
  ReadChunk chunk;
  do {
    ReadBudget budget{.records = 1, .bytes = 1};
    TRY_ASSIGN(chunk, reader.Read(store, arena, budget, records));
  } while (records.empty() && chunk.end > chunk.begin);
  if (records.empty()) return std::nullopt;
  return records.front().timestamp_ms;
}

struct GroupView {
  int64_t id = 0;
  std::vector<Member> members;
  std::map<int64_t, std::string> owners;  // by slot
};

Result<GroupPartition> ReportPartition(Store& store, const GroupView& group, TopicPartition partition, int64_t slot,
                                       GroupDetail detail) {
  GroupTable groups(store);
  TRY_ASSIGN(const PartitionState state, store.catalog().StateOf(slot));
  GroupPartition report;
  report.begin = state.begin;
  report.end = state.end;
  TRY_ASSIGN(report.progress, groups.ProgressOf(group.id, slot));
  const Progress progress = report.progress.value_or(Progress(state.begin));
  if (detail == GroupDetail::kTimes && progress.position() < state.end) {
    TRY_ASSIGN(report.next_timestamp_ms, NextTimestamp(store, partition, slot, progress));
  }
  const auto owner = group.owners.find(slot);
  if (owner != group.owners.end()) report.member = NameOf(group.members, owner->second);
  report.partition = std::move(partition);
  return report;
}

}  // namespace

Result<GroupInfo> ReportGroup(Store& store, const GroupPlace& place, std::string_view group,
                              std::span<const std::string> topics, GroupDetail detail) {
  TRY(CheckName("group", group));
  GroupTable groups(store);
  GroupView view;
  TRY_ASSIGN(view.id, groups.Find(group));
  TRY_ASSIGN(view.members, groups.Members(view.id));
  std::erase_if(view.members,
                [&](const Member& member) { return !MemberFile::IsAlive(place.directory, member.uuid, place.now); });
  TRY_ASSIGN(const std::vector<Assignment> assignments, groups.Assignments(view.id));
  for (const Assignment& assignment : assignments) view.owners[assignment.slot] = assignment.owner;
  GroupInfo info{.name = std::string(group), .partitions = {}};
  for (const std::string& name : std::set<std::string>(topics.begin(), topics.end())) {
    TRY_ASSIGN(const Topic* const topic, store.catalog().Get(name));
    for (int32_t i = 0; i < topic->options.partitions; ++i) {
      TRY_ASSIGN(info.partitions.emplace_back(),
                 ReportPartition(store, view, {topic->name, i}, topic->first_slot + i, detail));
    }
  }
  return info;
}

Result<void> SetGroupPositions(Store& store, const GroupPlace& place, std::string_view group,
                               const std::map<TopicPartition, int64_t>& positions) {
  TRY(CheckName("group", group));
  GroupTable groups(store);
  TRY_ASSIGN(const int64_t id, groups.FindOrCreate(group));
  TRY_ASSIGN(const std::vector<Member> members, groups.Members(id));
  for (const Member& member : members) {
    if (MemberFile::IsAlive(place.directory, member.uuid, place.now))
      return Invalid("group '" + std::string(group) + "' is at work: its member '" + member.name +
                     "' lives. Stop it before you set positions");
    TRY(groups.RemoveMember(id, member.uuid));
  }
  for (const auto& [partition, position] : positions) {
    TRY_ASSIGN(const int64_t slot, store.catalog().SlotOf(partition));
    TRY_ASSIGN(const PartitionState state, store.catalog().StateOf(slot));
    if (position < state.begin || position > state.end)
      return Invalid("offset " + std::to_string(position) + " is not in " + ToString(partition) + ", which holds " +
                     std::to_string(state.begin) + " to " + std::to_string(state.end));
    TRY(groups.SetProgress(id, slot, Progress(position)));
  }
  return groups.NoteChange(id);
}

}  // namespace penstock::local
