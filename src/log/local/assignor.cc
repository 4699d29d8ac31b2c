#include "log/local/assignor.h"

#include <algorithm>

namespace penstock::local {
namespace {

class Assignor {
 public:
  Assignor(std::span<const Subscription> members, std::span<AssignedPartition> partitions)
      : members_(members), partitions_(partitions), loads_(members.size(), 0) {}

  void Run() {
    Keep();
    for (AssignedPartition& partition : partitions_)
      if (partition.member == kNobody) Give(partition, LeastLoaded(partition.topic));
    // Each move makes the sum of the squared loads smaller, so this ends.
    while (MoveOne()) {
    }
  }

 private:
  bool WorksOn(size_t member, int64_t topic) const {
    return std::find(members_[member].begin(), members_[member].end(), topic) != members_[member].end();
  }

  void Keep() {
    for (AssignedPartition& partition : partitions_) {
      if (partition.member == kNobody) continue;
      const auto member = static_cast<size_t>(partition.member);
      partition.member = kNobody;
      if (WorksOn(member, partition.topic)) Give(partition, static_cast<int>(member));
    }
  }

  int LeastLoaded(int64_t topic) const {
    int best = kNobody;
    for (size_t i = 0; i < members_.size(); ++i)
      if (WorksOn(i, topic) && (best == kNobody || loads_[i] < loads_[static_cast<size_t>(best)]))
        best = static_cast<int>(i);
    return best;
  }

  void Give(AssignedPartition& partition, int member) {
    if (partition.member != kNobody) --loads_[static_cast<size_t>(partition.member)];
    partition.member = member;
    if (member != kNobody) ++loads_[static_cast<size_t>(member)];
  }

  // From the fullest member that can give one to a member that has two less.
  bool MoveOne() {
    AssignedPartition* best = nullptr;
    int receiver = kNobody;
    for (AssignedPartition& partition : partitions_) {
      if (partition.member == kNobody) continue;
      const int load = loads_[static_cast<size_t>(partition.member)];
      if (best != nullptr && load <= loads_[static_cast<size_t>(best->member)]) continue;
      const int candidate = LeastLoaded(partition.topic);
      if (loads_[static_cast<size_t>(candidate)] + 2 > load) continue;
      best = &partition;
      receiver = candidate;
    }
    if (best != nullptr) Give(*best, receiver);
    return best != nullptr;
  }

  std::span<const Subscription> members_;
  std::span<AssignedPartition> partitions_;
  std::vector<int> loads_;
};

}  // namespace

void AssignEvenly(std::span<const Subscription> members, std::span<AssignedPartition> partitions) {
  Assignor(members, partitions).Run();
}

}  // namespace penstock::local
