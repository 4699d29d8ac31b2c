// The thread that asks the cluster what takes its time, while the session goes on.
#pragma once

#include <atomic>
#include <condition_variable>
#include <deque>
#include <functional>
#include <map>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "log/cluster/client.h"
#include "log/kafka/handle.h"
#include "log/kafka/mailbox.h"
#include "log/kafka/partition_fetch.h"
#include "log/log.h"

namespace penstock::kafka {

// Calls return at once, are answered in the order of the questions, and come from one thread. Its end gives up what
// runs. While it lives the consumer counts as polled: a session whose thread a model holds up stays in its group.
class Lookups {
 public:
  // `consumer` is the group's member, and outlives this, as `mailbox` does. `partitions`: how many each topic had when
  // the session began. What is added later is new as a whole: where work begins at the end, of these it begins at the
  // start.
  Lookups(rd_kafka_t* consumer, FetchOptions fetch, std::map<std::string, int32_t> partitions, Mailbox& mailbox);
  ~Lookups();
  Lookups(const Lookups&) = delete;
  Lookups& operator=(const Lookups&) = delete;

  void FetchOffsets(uint64_t request, std::vector<TopicPartition> partitions);
  void FindOffsets(uint64_t request, std::vector<TopicPartition> partitions, StartPosition start);
  void FindBounds(uint64_t request, TopicPartition partition);
  void ReadRecord(uint64_t request, TopicPartition partition, int64_t offset);
  void CommitOffsets(uint64_t request, std::vector<cluster::SourceOffset> offsets);

 private:
  using Question = std::function<cluster::ClientEvent()>;

  void Ask(Question question);
  void Work();
  void CountAsPolled() const;
  Result<std::vector<int64_t>> Starts(const std::vector<TopicPartition>& partitions, const StartPosition& start) const;
  Result<std::vector<std::optional<cluster::CommittedOffset>>> Committed(const std::vector<TopicPartition>& partitions);
  Result<void> Commit(const std::vector<cluster::SourceOffset>& offsets);

  rd_kafka_t* const consumer_;
  const Handle<rd_kafka_queue_t> queue_;  // the consumer's
  const FetchOptions fetch_;
  const std::map<std::string, int32_t> partitions_;
  Mailbox& mailbox_;
  std::mutex mutex_;
  std::condition_variable asked_;
  std::deque<Question> questions_;  // the session asks one thing at a time of each partition
  std::atomic<bool> stopping_ = false;
  std::thread thread_;  // the last: it uses all of the above
};

}  // namespace penstock::kafka
