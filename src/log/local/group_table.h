// The tables of groups: who is a member, who works on what, and how far the work has come.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "log/local/store.h"
#include "log/partition.h"
#include "log/progress.h"

namespace penstock::local {

struct Member {
  std::string uuid;
  std::string name;
  std::vector<std::string> topics;
  std::string start;        // EncodeStart()
  int64_t topics_seen = 0;  // when it joined: later topics are read from their start
};

// One partition of a group. Of a free one, `owner` is empty; where nobody is to have it, `wanted`.
struct Assignment {
  int64_t slot = 0;
  std::string owner;
  std::string wanted;
  Epoch epoch = 0;
};

// Whether a member with this uuid is alive.
using IsAliveFunction = std::function<bool(const std::string& uuid)>;

// Works through one store, inside its transactions.
class GroupTable {
 public:
  explicit GroupTable(Store& store) : store_(store), database_(store.database()) {}

  // 0 where there is no such group.
  Result<int64_t> Find(std::string_view name);
  Result<int64_t> FindOrCreate(std::string_view name);
  Result<std::vector<std::string>> Names();
  // Changes whenever members or assignments do.
  Result<int64_t> Version(int64_t group);

  Result<std::vector<Member>> Members(int64_t group);
  Result<bool> HasMember(std::string_view uuid);
  Result<void> AddMember(int64_t group, const Member& member);
  // Frees what it holds.
  Result<void> RemoveMember(int64_t group, std::string_view uuid);

  // Of all partitions, or of those that `owner` holds; in order.
  Result<std::vector<Assignment>> Assignments(int64_t group);
  Result<std::vector<Assignment>> AssignmentsOf(int64_t group, std::string_view owner);
  Result<bool> Holds(int64_t group, int64_t slot, std::string_view owner, Epoch epoch);
  Result<void> Free(int64_t group, int64_t slot, std::string_view owner, Epoch epoch);
  Result<void> Put(int64_t group, const Assignment& assignment);
  Result<void> NoteChange(int64_t group);

  Result<std::optional<Progress>> ProgressOf(int64_t group, int64_t slot);
  // A commit, or a position that is given.
  Result<void> SetProgress(int64_t group, int64_t slot, const Progress& progress);

  Result<TopicPartition> PartitionOfSlot(int64_t slot);
  Store& store() { return store_; }

 private:
  Store& store_;
  Database& database_;
};

}  // namespace penstock::local
