// Hands the partitions of a group to its members.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/result.h"
#include "log/local/group_table.h"

namespace penstock::local {

// Removes dead members, decides anew who is to have what, and gives what is free to whom it is meant for. What another
// member still holds stays there until it is freed. Inside a transaction that writes. Returns the members removed.
Result<std::vector<std::string>> Rebalance(GroupTable& groups, int64_t group, const IsAliveFunction& is_alive);

// Whether that would change anything: a member is dead, or there are new topics.
Result<bool> NeedsRebalance(GroupTable& groups, int64_t group, const IsAliveFunction& is_alive);

}  // namespace penstock::local
