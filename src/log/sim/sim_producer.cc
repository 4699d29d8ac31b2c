#include "log/sim/sim_producer.h"

#include <algorithm>
#include <utility>

namespace penstock::sim {
namespace {

using cluster::Fate;

// A transactional call of librdkafka is given up after a time; brokers would abort the transaction a little later.
constexpr Duration kPatience = std::chrono::seconds(5);
// Of a thousand commits, so many are given up soon: their fate is not known.
constexpr int64_t kHastyPerMille = 200;

Error ErrorOf(Code code, const char* step) {
  return {ErrorKind::kUnavailable, std::string(step) + " failed: " + std::string(CodeName(code)) + "; try again"};
}

}  // namespace

template <typename Reply>
void SimProducer::Ask(const char* what, Duration patience, std::function<Reply()> serve,
                      std::function<void(const Reply&)> done) {
  channel_.Ask<Reply>(what, patience, std::move(serve),
                      [this, run = run_, done = std::move(done)](const Reply& reply, bool straggler) {
                        if (run != run_) return;
                        straggler_ |= straggler;
                        done(reply);
                      });
}

void SimProducer::Open() {
  ++run_;
  transaction_ = nullptr;
  using Opened = TransactionCoordinator::Opened;
  Ask<Opened>(
      "InitProducerId", kPatience,
      [&brokers = cluster_, id = options_.transactional_id, timeout = options_.transaction_timeout] {
        return brokers.transactions().Open(id, timeout);
      },
      [this](const Opened& opened) {
        Result<void> result;
        if (opened.code != Code::kOk) result = tl::unexpected(ErrorOf(opened.code, "InitProducerId"));
        identity_ = opened.producer;
        sequences_.clear();
        tell_(cluster::ProducerOpened{std::move(result)});
      });
}

void SimProducer::Run(const cluster::Transaction& transaction) {
  ++run_;
  transaction_ = &transaction;
  straggler_ = false;
  failed_ = Code::kOk;
  std::vector<cluster::RefusedInBatch> refused;
  Collect(refused);
  if (!refused.empty()) {
    Error error{ErrorKind::kInvalid, "a record cannot be written"};
    tell_(cluster::TransactionEnded{
        .fate = Fate::kAborted, .retire_producer = false, .error = std::move(error), .refused = std::move(refused)});
  } else if (!options_.exactly_once) {
    WriteOutside();
  } else if (parts_.empty() && transaction.offsets.empty()) {
    Finish(Fate::kCommitted, Code::kOk, "");
  } else if (parts_.empty()) {
    AddOffsets();
  } else {
    AddPartitions();
  }
}

void SimProducer::Collect(std::vector<cluster::RefusedInBatch>& refused) {
  parts_.clear();
  spill_partitions_.clear();
  spill_places_.clear();
  for (const OutRecord& record : transaction_->spills.records()) {
    const TopicPartition partition{transaction_->spills.topics()[record.topic], record.partition};
    Part& part = parts_[partition];
    spill_places_.emplace_back(partition, part.records.size());
    spill_partitions_.insert(partition);
    part.records.emplace_back(record);
  }
  for (size_t i = 0; i < transaction_->batches.size(); ++i) CollectBatch(i, *transaction_->batches[i], refused);
}

void SimProducer::CollectBatch(size_t number, const OutBatch& batch, std::vector<cluster::RefusedInBatch>& refused) {
  for (size_t i = 0; i < batch.records().size(); ++i) {
    const OutRecord& record = batch.records()[i];
    TopicPartition partition;
    if (std::optional<std::string> reason = Place(batch, record, partition))
      refused.push_back({number, i, *std::move(reason)});
    else
      parts_[partition].records.emplace_back(record);
  }
}

std::optional<std::string> SimProducer::Place(const OutBatch& batch, const OutRecord& record,
                                              TopicPartition& partition) const {
  partition.topic = batch.topics()[record.topic];
  const TopicOptions* const topic = cluster_.FindTopic(partition.topic);
  if (topic == nullptr) return "there is no topic " + partition.topic;
  partition.partition = record.partition;
  if (record.partition == OutRecord::kByKey)
    partition.partition = record.key ? PartitionOfKey(*record.key, topic->partitions) : record.home % topic->partitions;
  if (cluster_.Find(partition) == nullptr) return "there is no partition " + ToString(partition);
  if (topic->record_bytes_max >= 0 && RecordBytes(record) > static_cast<size_t>(topic->record_bytes_max))
    return "the record is larger than topic " + partition.topic + " allows";
  return std::nullopt;
}

void SimProducer::AddPartitions() {
  std::set<TopicPartition> partitions;
  for (const auto& [partition, part] : parts_) partitions.insert(partition);
  Ask<Code>(
      "AddPartitionsToTxn", kPatience,
      [&brokers = cluster_, id = options_.transactional_id, identity = identity_, partitions] {
        return brokers.transactions().Add(id, identity, partitions);
      },
      [this](const Code& code) { code == Code::kOk ? ProduceSpills() : Abort(code, "AddPartitionsToTxn"); });
}

void SimProducer::ProduceSpills() {
  ProduceAll(spill_partitions_, [this] { ProduceRest(); });
}

void SimProducer::ProduceRest() {
  std::set<TopicPartition> rest;
  for (const auto& [partition, part] : parts_)
    if (!spill_partitions_.contains(partition)) rest.insert(partition);
  ProduceAll(rest, [this] { AddOffsets(); });
}

void SimProducer::ProduceAll(const std::set<TopicPartition>& partitions, std::function<void()> next) {
  if (partitions.empty()) return next();
  under_way_ = partitions.size();
  for (const TopicPartition& partition : partitions) ProduceOne(partition, next);
}

void SimProducer::ProduceOne(const TopicPartition& partition, const std::function<void()>& next) {
  using Appended = PartitionLog::Appended;
  int64_t& sequence = sequences_[partition];
  const std::vector<StoredRecord>& records = parts_[partition].records;
  Ask<Appended>(
      "Produce", kPatience,
      [&brokers = cluster_, id = options_.transactional_id, identity = identity_, partition, sequence, records] {
        return brokers.Produce(id, identity, partition, sequence, records);
      },
      [this, partition, next](const Appended& appended) {
        parts_[partition].offset = appended.offset;
        if (appended.code != Code::kOk) failed_ = appended.code;
        if (--under_way_ > 0) return;
        failed_ == Code::kOk ? next() : Abort(failed_, "Produce");
      });
  sequence += static_cast<int64_t>(records.size());
}

void SimProducer::AddOffsets() {
  if (transaction_->offsets.empty()) return End();
  Ask<Code>(
      "AddOffsetsToTxn", kPatience,
      [&brokers = cluster_, id = options_.transactional_id, identity = identity_, group = options_.group] {
        return brokers.transactions().Add(id, identity, {SimCluster::OffsetsPartition(group)});
      },
      [this](const Code& code) { code == Code::kOk ? CommitOffsets() : Abort(code, "AddOffsetsToTxn"); });
}

OffsetsToCommit SimProducer::OffsetsWithSpills() const {
  OffsetsToCommit offsets;
  for (const cluster::SourceOffset& one : transaction_->offsets) {
    cluster::CommittedOffset& offset = offsets[one.partition];
    offset = {one.offset, one.metadata};
    if (!one.spill) continue;
    const auto& [partition, before] = spill_places_.at(*one.spill);
    offset.metadata += std::to_string(parts_.at(partition).offset + static_cast<int64_t>(before));
  }
  return offsets;
}

void SimProducer::CommitOffsets() {
  Ask<Code>(
      "TxnOffsetCommit", kPatience,
      [&brokers = cluster_, id = options_.transactional_id, identity = identity_, group = options_.group,
       membership = transaction_->membership,
       offsets = OffsetsWithSpills()] { return brokers.CommitPending(id, identity, group, membership, offsets); },
      [this](const Code& code) { code == Code::kOk ? End() : Abort(code, "TxnOffsetCommit"); });
}

void SimProducer::End() {
  Ask<Code>(
      "EndTxn (commit)", channel_.random().Chance(kHastyPerMille) ? channel_.random().BetweenMs(0, 500) : kPatience,
      [&brokers = cluster_, id = options_.transactional_id, identity = identity_] {
        return brokers.transactions().End(id, identity, true);
      },
      [this, clean = !straggler_](const Code& code) {
        // What the coordinator refuses at the first attempt was not committed by an earlier one.
        const bool refused = code == Code::kProducerFenced || code == Code::kInvalidTxnState;
        if (code == Code::kOk)
          Finish(Fate::kCommitted, code, "EndTxn");
        else
          Finish(refused && clean && !straggler_ ? Fate::kAborted : Fate::kUnknown, code, "EndTxn");
      });
}

void SimProducer::Abort(Code code, const char* step) {
  if (code == Code::kProducerFenced) return Finish(Fate::kAborted, code, step);
  Ask<Code>(
      "EndTxn (abort)", kPatience,
      [&brokers = cluster_, id = options_.transactional_id, identity = identity_] {
        return brokers.transactions().End(id, identity, false);
      },
      [this, code, step](const Code& aborted) {
        // It was never asked to commit: it will be aborted, by its time-out or by the next producer.
        if (aborted != Code::kOk) straggler_ = true;
        Finish(Fate::kAborted, code, step);
      });
}

void SimProducer::Finish(Fate fate, Code code, const char* step) {
  ++run_;
  const bool broken = code == Code::kProducerFenced || code == Code::kInvalidTxnState ||
                      code == Code::kOutOfOrderSequence || fate == Fate::kUnknown;
  cluster::TransactionEnded ended{.fate = fate, .retire_producer = broken || (straggler_ && options_.knows_stragglers)};
  ended.metadata_refused = code == Code::kMetadataTooLarge;
  if (fate != Fate::kCommitted) ended.error = ErrorOf(code, step);
  ++channel_.tally().fates[fate];
  channel_.tally().stragglers += straggler_ ? 1 : 0;
  if (channel_.traces())
    channel_.Say(fate == Fate::kCommitted ? "committed" : fate == Fate::kAborted ? "aborted" : "of unknown fate");
  transaction_ = nullptr;
  tell_(std::move(ended));
}

void SimProducer::WriteOutside() {
  under_way_ = parts_.size();
  if (parts_.empty()) return Finish(Fate::kCommitted, Code::kOk, "");
  for (const auto& [partition, part] : parts_)
    Ask<Code>(
        "Produce", kPatience,
        [&brokers = cluster_, to = partition, records = part.records] {
          brokers.Find(to)->Append(records);
          return Code::kOk;
        },
        [this](const Code& code) {
          if (code != Code::kOk) failed_ = code;
          if (--under_way_ > 0) return;
          // Nothing is undone: what did not come through is written again, and what did is there twice.
          Finish(failed_ == Code::kOk ? Fate::kCommitted : Fate::kAborted, failed_, "Produce");
        });
}

}  // namespace penstock::sim
