// Who belongs to a group and who has which partition, as Kafka's coordinator of groups and a cooperative sticky
// assignor decide it together: what moves is first taken from its owner, and given to another in the next generation.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "log/partition.h"
#include "log/sim/code.h"

namespace penstock::sim {

using PartitionSet = std::set<TopicPartition>;

struct GroupTimeouts {
  Duration session = std::chrono::seconds(10);    // a member that is silent for longer is expelled
  Duration rebalance = std::chrono::seconds(20);  // and one that does not join anew within this
};

class GroupMembers {
 public:
  // What a member has and goes on working on, and the generation in which it was given that.
  struct Claim {
    int32_t generation = -1;
    PartitionSet owned;
    uint64_t number = 0;  // of the member's requests to join; repeated with each attempt
  };
  struct Joined {
    Code code = Code::kOk;
    std::string member;
  };
  struct Synced {
    Code code = Code::kOk;  // kNotYet: others have not joined yet
    int32_t generation = -1;
    PartitionSet assigned;
  };
  // All partitions of these topics, as far as they exist.
  using PartitionLister = std::function<PartitionSet(const std::set<std::string>& topics)>;

  GroupMembers(GroupTimeouts timeouts, PartitionLister list) : timeouts_(timeouts), list_(std::move(list)) {}

  // As a new member, where `member` is empty; `name` is for people.
  Joined Join(const std::string& member, const std::string& name, std::set<std::string> topics, Claim claim,
              Duration now);
  // Asks for the outcome of the last Join.
  Synced Sync(const std::string& member, Duration now);
  // kRebalanceInProgress: the member is to join anew.
  Code Heartbeat(const std::string& member, int32_t generation, Duration now);
  void Leave(const std::string& member, Duration now);

  // Whether offsets may be committed with this. Kafka does not check those that come without member and generation.
  Code CheckCommit(const std::string& member, int32_t generation) const;

  // To be called often: expels who is silent or late, and notices new partitions.
  void Tick(Duration now);

  size_t size() const { return members_.size(); }
  int32_t generation() const { return generation_; }

 private:
  struct Member {
    std::set<std::string> topics;
    Claim claim;
    PartitionSet assigned;
    bool joined = false;
    Duration heard{};
  };

  void Remove(const std::string& member, Duration now);
  void Rebalance(Duration now);
  void CompleteIfAllJoined();
  void Assign();
  // Whose each partition is, as far as anybody claims it.
  std::map<TopicPartition, std::string> Owners() const;
  // How many partitions each may have, those who have more already first.
  std::map<std::string, size_t> Quotas(size_t partitions) const;
  PartitionSet AllPartitions() const;

  const GroupTimeouts timeouts_;
  const PartitionLister list_;
  std::map<std::string, Member> members_;
  PartitionSet known_;  // at the last assignment
  bool preparing_ = false;
  Duration prepare_deadline_{};
  int32_t generation_ = 0;
  int64_t next_member_ = 1;
};

}  // namespace penstock::sim
