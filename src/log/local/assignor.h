// Who works on which partition: evenly, and with few moves.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

namespace penstock::local {

constexpr int kNobody = -1;

// A partition, and the member (by index) that works on it, or is about to.
struct AssignedPartition {
  int64_t topic = 0;
  int member = kNobody;
};

// The topics that a member works on.
using Subscription = std::vector<int64_t>;

// Gives each partition to one of the members that work on its topic; where there is none, to nobody. Where all work on
// the same topics, their numbers of partitions differ by at most one. A partition stays with its member unless that
// makes the numbers uneven. The same input gives the same output.
void AssignEvenly(std::span<const Subscription> members, std::span<AssignedPartition> partitions);

}  // namespace penstock::local
