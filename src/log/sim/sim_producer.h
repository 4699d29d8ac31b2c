// The transactions of one client, request by request, as librdkafka sends them.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "log/cluster/client.h"
#include "log/sim/channel.h"
#include "log/sim/sim_cluster.h"

namespace penstock::sim {

struct SimProducerOptions {
  std::string transactional_id;
  std::string group;
  bool exactly_once = true;
  bool knows_stragglers = true;
  Duration transaction_timeout = std::chrono::seconds(10);
};

class SimProducer {
 public:
  using EventSink = std::function<void(cluster::ClientEvent)>;

  // Cluster and channel outlive the producer; events go to `tell`.
  SimProducer(SimCluster& cluster, Channel& channel, SimProducerOptions options, EventSink tell)
      : cluster_(cluster), channel_(channel), options_(std::move(options)), tell_(std::move(tell)) {}

  void Open();
  // See cluster::Client::Run.
  void Run(const cluster::Transaction& transaction);

 private:
  struct Part {
    std::vector<StoredRecord> records;
    int64_t offset = 0;  // of the first, once they are there
  };

  // Sorts the records by partition. What cannot be written goes to `refused`.
  void Collect(std::vector<cluster::RefusedInBatch>& refused);
  void CollectBatch(size_t number, const OutBatch& batch, std::vector<cluster::RefusedInBatch>& refused);
  // Why a record cannot be written, or where it goes.
  std::optional<std::string> Place(const OutBatch& batch, const OutRecord& record, TopicPartition& partition) const;

  // The steps of a transaction, in order. Each begins the next, or the end.
  void AddPartitions();
  // All of them at once; spills first, alone, since the offsets tell where they are.
  void ProduceSpills();
  void ProduceRest();
  void ProduceAll(const std::set<TopicPartition>& partitions, std::function<void()> next);
  void ProduceOne(const TopicPartition& partition, const std::function<void()>& next);
  void AddOffsets();
  void CommitOffsets();
  void End();
  // What is refused, or did not go through, is undone.
  void Abort(Code code, const char* step);
  void Finish(cluster::Fate fate, Code code, const char* step);

  // The partition and number of records before it, of each record of the spills.
  OffsetsToCommit OffsetsWithSpills() const;
  // Without transactions.
  void WriteOutside();

  // Asks, and goes on with `done` unless another transaction has begun meanwhile. Notes stragglers.
  template <typename Reply>
  void Ask(const char* what, Duration patience, std::function<Reply()> serve, std::function<void(const Reply&)> done);

  SimCluster& cluster_;
  Channel& channel_;
  const SimProducerOptions options_;
  const EventSink tell_;
  ProducerIdentity identity_;
  std::map<TopicPartition, int64_t> sequences_;  // of this producer's epoch

  uint64_t run_ = 0;  // so many calls have been begun: answers for earlier ones count no more
  const cluster::Transaction* transaction_ = nullptr;
  std::map<TopicPartition, Part> parts_;
  std::set<TopicPartition> spill_partitions_;
  std::vector<std::pair<TopicPartition, size_t>> spill_places_;  // of each record: where, and how many stand before it
  size_t under_way_ = 0;
  Code failed_ = Code::kOk;
  bool straggler_ = false;
};

}  // namespace penstock::sim
