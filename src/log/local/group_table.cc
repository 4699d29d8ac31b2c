#include "log/local/group_table.h"

#include <utility>

namespace penstock::local {
namespace {

// Names of topics have no commas.
std::string JoinNames(std::span<const std::string> names) {
  std::string joined;
  for (const std::string& name : names) joined += (joined.empty() ? "" : ",") + name;
  return joined;
}

std::vector<std::string> SplitNames(std::string_view joined) {
  std::vector<std::string> names;
  while (!joined.empty()) {
    const size_t comma = std::min(joined.find(','), joined.size());
    names.emplace_back(joined.substr(0, comma));
    joined.remove_prefix(std::min(comma + 1, joined.size()));
  }
  return names;
}

Result<std::vector<Assignment>> ReadAssignments(Query& query) {
  std::vector<Assignment> assignments;
  while (true) {
    TRY_ASSIGN(const bool found, query.Step());
    if (!found) return assignments;
    Assignment& assignment = assignments.emplace_back();
    assignment.slot = query.Int(0);
    assignment.owner = query.Bytes(1);
    assignment.wanted = query.Bytes(2);
    assignment.epoch = query.Int(3);
  }
}

}  // namespace

Result<int64_t> GroupTable::Find(std::string_view name) {
  return database_.Number("SELECT id FROM groups WHERE name = ?", 0, name);
}

Result<int64_t> GroupTable::FindOrCreate(std::string_view name) {
  TRY(database_.Run("INSERT INTO groups (name, version, topics_seen) VALUES (?, 0, 0) ON CONFLICT DO NOTHING", name));
  return Find(name);
}

Result<std::vector<std::string>> GroupTable::Names() {
  TRY_ASSIGN(Query query, database_.Prepare("SELECT name FROM groups ORDER BY name"));
  std::vector<std::string> names;
  while (true) {
    TRY_ASSIGN(const bool found, query.Step());
    if (!found) return names;
    names.emplace_back(query.Bytes(0));
  }
}

Result<int64_t> GroupTable::Version(int64_t group) {
  return database_.Number("SELECT version FROM groups WHERE id = ?", 0, group);
}

Result<std::vector<Member>> GroupTable::Members(int64_t group) {
  TRY_ASSIGN(Query query, database_.Prepare("SELECT uuid, name, topics, start, topics_seen FROM members"
                                            " WHERE group_id = ? ORDER BY uuid"));
  query.Bind(group);
  std::vector<Member> members;
  while (true) {
    TRY_ASSIGN(const bool found, query.Step());
    if (!found) return members;
    Member& member = members.emplace_back();
    member.uuid = query.Bytes(0);
    member.name = query.Bytes(1);
    member.topics = SplitNames(query.Bytes(2));
    member.start = query.Bytes(3);
    member.topics_seen = query.Int(4);
  }
}

Result<bool> GroupTable::HasMember(std::string_view uuid) {
  TRY_ASSIGN(const int64_t found, database_.Number("SELECT 1 FROM members WHERE uuid = ?", 0, uuid));
  return found != 0;
}

Result<void> GroupTable::AddMember(int64_t group, const Member& member) {
  const std::string topics = JoinNames(member.topics);
  return database_.Run(
      "INSERT INTO members (uuid, group_id, name, topics, topics_seen, start)"
      " VALUES (?, ?, ?, ?, (SELECT count(*) FROM topics), ?)",
      member.uuid, group, member.name, topics, member.start);
}

Result<void> GroupTable::RemoveMember(int64_t group, std::string_view uuid) {
  TRY(database_.Run("UPDATE assignments SET owner = NULL WHERE group_id = ? AND owner = ?", group, uuid));
  TRY(database_.Run("UPDATE assignments SET wanted = NULL WHERE group_id = ? AND wanted = ?", group, uuid));
  return database_.Run("DELETE FROM members WHERE uuid = ?", uuid);
}

Result<std::vector<Assignment>> GroupTable::Assignments(int64_t group) {
  TRY_ASSIGN(Query query, database_.Prepare("SELECT slot, owner, wanted, epoch FROM assignments"
                                            " WHERE group_id = ? ORDER BY slot"));
  query.Bind(group);
  return ReadAssignments(query);
}

Result<std::vector<Assignment>> GroupTable::AssignmentsOf(int64_t group, std::string_view owner) {
  TRY_ASSIGN(Query query, database_.Prepare("SELECT slot, owner, wanted, epoch FROM assignments"
                                            " WHERE group_id = ? AND owner = ? ORDER BY slot"));
  query.Bind(group, owner);
  return ReadAssignments(query);
}

Result<bool> GroupTable::Holds(int64_t group, int64_t slot, std::string_view owner, Epoch epoch) {
  constexpr std::string_view kEpoch = "SELECT epoch FROM assignments WHERE group_id = ? AND slot = ? AND owner = ?";
  TRY_ASSIGN(const int64_t found, database_.Number(kEpoch, -1, group, slot, owner));
  return found == epoch;
}

Result<void> GroupTable::Free(int64_t group, int64_t slot, std::string_view owner, Epoch epoch) {
  return database_.Run(
      "UPDATE assignments SET owner = NULL WHERE group_id = ? AND slot = ? AND owner = ? AND epoch = ?", group, slot,
      owner, epoch);
}

Result<void> GroupTable::Put(int64_t group, const Assignment& assignment) {
  return database_.Run(
      "REPLACE INTO assignments (group_id, slot, owner, wanted, epoch)"
      " VALUES (?, ?, nullif(?, ''), nullif(?, ''), ?)",
      group, assignment.slot, assignment.owner, assignment.wanted, assignment.epoch);
}

Result<void> GroupTable::NoteChange(int64_t group) {
  return database_.Run(
      "UPDATE groups SET version = version + 1, topics_seen = (SELECT count(*) FROM topics)"
      " WHERE id = ?",
      group);
}

Result<std::optional<Progress>> GroupTable::ProgressOf(int64_t group, int64_t slot) {
  TRY_ASSIGN(Query query, database_.Prepare("SELECT position, ranges FROM progress WHERE group_id = ? AND slot = ?"));
  query.Bind(group, slot);
  TRY_ASSIGN(const bool found, query.Step());
  if (!found) return std::nullopt;
  Result<Progress> progress = Progress::Decode(query.Int(0), query.Bytes(1));
  if (progress) return *std::move(progress);
  return Fail(ErrorKind::kUnavailable, "the log '" + database_.path() + "' is damaged: " + progress.error().message);
}

Result<void> GroupTable::SetProgress(int64_t group, int64_t slot, const Progress& progress) {
  const std::string ranges = progress.EncodeRanges();
  return database_.Run(
      "INSERT INTO progress (group_id, slot, position, ranges, commits) VALUES (?, ?, ?, ?, 1)"
      " ON CONFLICT DO UPDATE SET position = excluded.position, ranges = excluded.ranges,"
      " commits = commits + 1",
      group, slot, progress.position(), ranges);
}

Result<TopicPartition> GroupTable::PartitionOfSlot(int64_t slot) {
  TRY_ASSIGN(const int64_t id, database_.Number("SELECT topic FROM partitions WHERE slot = ?", 0, slot));
  TRY_ASSIGN(const Topic* const topic, store_.catalog().GetById(id));
  return TopicPartition{topic->name, static_cast<int32_t>(slot - topic->first_slot)};
}

}  // namespace penstock::local
