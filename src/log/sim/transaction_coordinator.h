// Who may write in which transaction, as Kafka's coordinator of transactions says it before KIP-890: a producer keeps
// its epoch over its transactions, so that a request that comes late is taken for one of a later transaction.
#pragma once

#include <functional>
#include <map>
#include <set>
#include <string>

#include "log/partition.h"
#include "log/sim/code.h"
#include "log/sim/random.h"
#include "log/sim/scheduler.h"

namespace penstock::sim {

class TransactionCoordinator {
 public:
  // Ends the transaction in one of its participants, which is a partition of a topic or of the offsets.
  using MarkerWriter = std::function<void(const TopicPartition& participant, ProducerIdentity producer, bool commit)>;
  struct Opened {
    Code code = Code::kOk;
    ProducerIdentity producer;
  };

  // All outlive the coordinator.
  TransactionCoordinator(Scheduler& scheduler, Random& random, MarkerWriter write_marker)
      : scheduler_(scheduler), random_(random), write_marker_(std::move(write_marker)) {}

  // InitProducerId: fences the producers that had this id before. Where one has left a transaction, that is aborted
  // first: kConcurrentTransactions, until it has ended.
  Opened Open(const std::string& id, Duration timeout);
  // AddPartitionsToTxn, and AddOffsetsToTxn: begins a transaction where there is none.
  Code Add(const std::string& id, ProducerIdentity producer, const std::set<TopicPartition>& participants);
  // EndTxn: answers when the outcome is decided; the markers come later.
  Code End(const std::string& id, ProducerIdentity producer, bool commit);
  // Whether the producer's transaction goes on, and includes this. Leaders ask before a transaction's first write
  // (transaction.partition.verification.enable, on since Kafka 3.6).
  bool Includes(const std::string& id, ProducerIdentity producer, const TopicPartition& participant) const;

  // To be called often: aborts what has taken too long.
  void AbortExpired();
  // Whether no transaction goes on or ends.
  bool IsIdle() const;

  // From now on, a marker comes at most that late.
  void SetMarkerDelay(int64_t max_ms) { marker_delay_max_ms_ = max_ms; }

 private:
  enum class State { kEmpty, kOngoing, kPrepareCommit, kPrepareAbort, kCompleteCommit, kCompleteAbort };
  struct Transactional {
    ProducerIdentity producer;
    State state = State::kEmpty;
    std::set<TopicPartition> participants;  // whose markers have not been written
    Duration timeout{};
    Duration started{};
  };

  static bool IsEnding(State state) { return state == State::kPrepareCommit || state == State::kPrepareAbort; }
  // Whether the request is of the producer that the id belongs to now.
  Code Check(const std::string& id, ProducerIdentity producer) const;
  void Prepare(const std::string& id, Transactional& transactional, bool commit);
  void WriteMarker(const std::string& id, const TopicPartition& participant);

  Scheduler& scheduler_;
  Random& random_;
  MarkerWriter write_marker_;
  int64_t marker_delay_max_ms_ = 5;
  int64_t next_producer_ = 1000;
  std::map<std::string, Transactional> transactionals_;
};

}  // namespace penstock::sim
