// The membership and the reading of one client, as librdkafka's consumer does both.
#pragma once

#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <set>
#include <span>
#include <string>
#include <vector>

#include "base/arena.h"
#include "log/cluster/client.h"
#include "log/sim/channel.h"
#include "log/sim/sim_cluster.h"

namespace penstock::sim {

struct SimConsumerOptions {
  std::string group;
  std::set<std::string> topics;
  std::string name;
  Duration session_timeout = std::chrono::seconds(10);
  Duration heartbeat_interval = std::chrono::milliseconds(500);
  // A member that is not polled for longer leaves the group.
  Duration poll_interval_max = std::chrono::seconds(15);
  size_t fetch_records_max = 64;  // of one partition, of one delivery
};

class SimConsumer {
 public:
  using EventSink = std::function<void(cluster::ClientEvent)>;

  // Cluster and channel outlive the consumer; events go to `tell`. Joins the group at once.
  SimConsumer(SimCluster& cluster, Channel& channel, SimConsumerOptions options, EventSink tell);
  SimConsumer(const SimConsumer&) = delete;
  SimConsumer& operator=(const SimConsumer&) = delete;
  // Leaves the group, unless its process was killed.
  ~SimConsumer();

  // Notes that the client was polled, and adds records. They live until the next Poll.
  void Poll(std::vector<cluster::Slice>& slices);

  cluster::Membership membership() const { return {member_, generation_}; }
  // As those of cluster::Client.
  void Accept(std::span<const cluster::SourceOffset> starts);
  void Yield(std::span<const TopicPartition> partitions);
  void Seek(const TopicPartition& partition, int64_t offset);
  void SetPaused(std::span<const TopicPartition> partitions, bool paused);

 private:
  struct Reading {
    int64_t position = 0;
    bool paused = false;
    bool out_of_range = false;  // until it is sought
  };

  void Join();
  void Sync();
  void Settle(const GroupMembers::Synced& synced);
  void Apply(const PartitionSet& assigned);
  void OfferNext();
  // What was offered and withdrawn has been answered: joins anew, where that is due.
  void GoOn();
  bool AwaitsAnswers() const { return !withdrawn_.empty() || !offered_.empty(); }

  void BeatLater();
  void Beat();
  void Note(Code code);
  // Out of the group: all partitions are gone.
  void Lose(const char* why);
  void LeaveIfNotPolled();
  void AskToLeave();

  void Read(const TopicPartition& partition, Reading& reading, std::vector<cluster::Slice>& slices);

  SimCluster& cluster_;
  Channel& channel_;
  const SimConsumerOptions options_;
  const EventSink tell_;

  std::string member_;
  int32_t generation_ = -1;
  uint64_t round_ = 0;  // of joining: what was asked in an earlier one counts no more
  bool stable_ = false;
  bool outside_ = false;  // does not join before it is polled
  Duration heard_{};      // from the group's coordinator
  Duration polled_{};
  bool rejoin_ = false;

  PartitionSet owned_;      // as far as the group is concerned
  PartitionSet to_offer_;   // once what is withdrawn was yielded
  PartitionSet offered_;    // and not accepted yet
  PartitionSet withdrawn_;  // and not yielded yet
  std::map<TopicPartition, Reading> reading_;

  Arena arena_;
  std::deque<std::vector<Record>> records_;  // of the last Poll
  std::deque<TopicPartition> names_;         // of its slices
  std::vector<const Entry*> found_;
};

}  // namespace penstock::sim
