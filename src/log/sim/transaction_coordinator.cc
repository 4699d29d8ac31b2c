#include "log/sim/transaction_coordinator.h"

#include <algorithm>

namespace penstock::sim {

TransactionCoordinator::Opened TransactionCoordinator::Open(const std::string& id, Duration timeout) {
  Transactional& transactional = transactionals_[id];
  if (IsEnding(transactional.state)) return {Code::kConcurrentTransactions, {}};
  if (transactional.state == State::kOngoing) {
    ++transactional.producer.epoch;
    Prepare(id, transactional, false);
    return {Code::kConcurrentTransactions, {}};
  }
  if (transactional.producer.id < 0) transactional.producer.id = next_producer_++;
  ++transactional.producer.epoch;
  transactional.state = State::kEmpty;
  transactional.timeout = timeout;
  return {Code::kOk, transactional.producer};
}

Code TransactionCoordinator::Check(const std::string& id, ProducerIdentity producer) const {
  const auto found = transactionals_.find(id);
  return found == transactionals_.end() || found->second.producer != producer ? Code::kProducerFenced : Code::kOk;
}

Code TransactionCoordinator::Add(const std::string& id, ProducerIdentity producer,
                                 const std::set<TopicPartition>& participants) {
  if (const Code code = Check(id, producer); code != Code::kOk) return code;
  Transactional& transactional = transactionals_[id];
  if (IsEnding(transactional.state)) return Code::kConcurrentTransactions;
  if (transactional.state != State::kOngoing) {
    transactional.state = State::kOngoing;
    transactional.started = scheduler_.now();
    transactional.participants.clear();
  }
  transactional.participants.insert(participants.begin(), participants.end());
  return Code::kOk;
}

Code TransactionCoordinator::End(const std::string& id, ProducerIdentity producer, bool commit) {
  if (const Code code = Check(id, producer); code != Code::kOk) return code;
  Transactional& transactional = transactionals_[id];
  switch (transactional.state) {
    case State::kOngoing: Prepare(id, transactional, commit); return Code::kOk;
    case State::kPrepareCommit: return commit ? Code::kConcurrentTransactions : Code::kInvalidTxnState;
    case State::kPrepareAbort: return commit ? Code::kInvalidTxnState : Code::kConcurrentTransactions;
    case State::kCompleteCommit: return commit ? Code::kOk : Code::kInvalidTxnState;
    case State::kCompleteAbort: return commit ? Code::kInvalidTxnState : Code::kOk;
    case State::kEmpty: break;
  }
  return Code::kInvalidTxnState;
}

bool TransactionCoordinator::Includes(const std::string& id, ProducerIdentity producer,
                                      const TopicPartition& participant) const {
  if (Check(id, producer) != Code::kOk) return false;
  const Transactional& transactional = transactionals_.at(id);
  return transactional.state == State::kOngoing && transactional.participants.contains(participant);
}

void TransactionCoordinator::Prepare(const std::string& id, Transactional& transactional, bool commit) {
  transactional.state = commit ? State::kPrepareCommit : State::kPrepareAbort;
  for (const TopicPartition& participant : transactional.participants)
    scheduler_.After(random_.BetweenMs(0, marker_delay_max_ms_),
                     [this, id, participant] { WriteMarker(id, participant); });
}

void TransactionCoordinator::WriteMarker(const std::string& id, const TopicPartition& participant) {
  Transactional& transactional = transactionals_[id];
  const bool commit = transactional.state == State::kPrepareCommit;
  write_marker_(participant, transactional.producer, commit);
  transactional.participants.erase(participant);
  if (transactional.participants.empty()) transactional.state = commit ? State::kCompleteCommit : State::kCompleteAbort;
}

void TransactionCoordinator::AbortExpired() {
  for (auto& [id, transactional] : transactionals_) {
    if (transactional.state != State::kOngoing || scheduler_.now() - transactional.started < transactional.timeout)
      continue;
    ++transactional.producer.epoch;
    Prepare(id, transactional, false);
  }
}

bool TransactionCoordinator::IsIdle() const {
  return std::none_of(transactionals_.begin(), transactionals_.end(), [](const auto& entry) {
    return entry.second.state == State::kOngoing || IsEnding(entry.second.state);
  });
}

}  // namespace penstock::sim
