// What the group gives to a consumer and takes from it, answered when the session has answered.
#pragma once

#include <optional>
#include <set>
#include <span>
#include <vector>

#include "base/clock.h"
#include "log/cluster/client.h"
#include "log/kafka/connection.h"
#include "log/kafka/holding.h"
#include "log/kafka/join_watch.h"
#include "log/kafka/partition_list.h"

namespace penstock::kafka {

// Used by the thread that polls the consumer, in whose polls OnRebalance() is called. librdkafka goes on with a
// rebalance only when it was answered; the consumer is to be polled meanwhile.
class Assignment {
 public:
  // All outlive this.
  Assignment(Connection& connection, JoinWatch& joins, const Clock& clock)
      : connection_(connection), joins_(joins), clock_(clock) {}

  // Before the first poll.
  void Use(rd_kafka_t* consumer) { consumer_ = consumer; }
  // From now on everything is given back at once.
  void Close();

  void OnRebalance(rd_kafka_resp_err_t code, const rd_kafka_topic_partition_list_t& list);

  void Accept(std::span<const cluster::SourceOffset> starts);
  void Yield(std::span<const TopicPartition> partitions);
  void Seek(const TopicPartition& partition, int64_t offset);
  void Pause(std::span<const TopicPartition> partitions, bool paused);
  // Whether all is paused, and for so short a time that nothing is to be polled. A pause of librdkafka's throws away
  // what it has fetched, and what is resumed waits for its next fetch: so it hears of pauses that last, and of those of
  // single partitions, whose records would be in the way of others. To be asked before each poll.
  bool Rests();

  cluster::Membership CurrentMembership() const;

  // Reads on where a seek was refused: librdkafka gives a partition up when its position is out of range. To be called
  // after each poll; `served` says that nothing was left to be polled.
  void RestartStopped(bool served);

  // While librdkafka waits for an answer it does not say that the group has thrown us out: this looks, now and then.
  void LookForExpulsion();
  bool is_waiting() const { return offered_ != nullptr || withdrawn_ != nullptr; }

  Holding& holding() { return holding_; }
  void MoveTo(std::vector<cluster::ClientEvent>& events);

 private:
  void Offer(const rd_kafka_topic_partition_list_t& list);
  void Withdraw(const rd_kafka_topic_partition_list_t& list);
  void AnswerWithNothing();
  void TakeAway(const std::vector<TopicPartition>& partitions);
  std::vector<TopicPartition> Orphans(const rd_kafka_topic_partition_list_t& offered) const;
  void Assign(const rd_kafka_topic_partition_list_t& list);
  void Unassign(const rd_kafka_topic_partition_list_t& list);
  void SeekAll(rd_kafka_topic_partition_list_t& list);
  void Restart(const std::vector<TopicPartition>& partitions);
  void EndRest();
  void Complain(std::string_view what, Handle<rd_kafka_error_t> error);

  Connection& connection_;
  JoinWatch& joins_;
  const Clock& clock_;
  rd_kafka_t* consumer_ = nullptr;
  bool closing_ = false;
  Holding holding_;
  std::vector<cluster::ClientEvent> events_;
  // What librdkafka waits for an answer to; at most one of both.
  PartitionList offered_;
  PartitionList withdrawn_;
  // Parts of these: offered ones that librdkafka reads already, and withdrawn ones that were not yielded yet.
  std::set<TopicPartition> orphans_;
  std::set<TopicPartition> unyielded_;
  std::set<TopicPartition> stopped_;  // held, and to be restarted
  std::optional<Duration> rests_since_;
  // Since then, what was to be polled at the time of the last restart may not have been served.
  bool restarted_ = false;
  Duration next_look_{0};
};

}  // namespace penstock::kafka
