#include "log/kafka/transaction_run.h"

#include <algorithm>
#include <set>
#include <string_view>
#include <utility>

#include "log/kafka/admin.h"
#include "log/kafka/error.h"

namespace penstock::kafka {
namespace {

using cluster::Fate;
using cluster::RefusedInBatch;
using cluster::SourceOffset;
using cluster::Transaction;
using cluster::TransactionEnded;

// The brokers abort a transaction that takes longer.
constexpr Duration kTimeout = std::chrono::seconds(10);
constexpr int kSliceMs = 500;
constexpr int kOffsetsTimeoutMs = 8000;
constexpr int kAbortTimeoutMs = 8000;
constexpr int kMetadataTimeoutMs = 1000;  // a session that ends waits for it

// What a record takes besides key, value and headers, when it is alone in its batch; upwards.
constexpr int64_t kBatchOverheadBytes = 100;
constexpr int64_t kHeaderOverheadBytes = 10;
constexpr size_t kBatchBytesMin = 512;

tl::unexpected<Error> Late() { return Fail(ErrorKind::kUnavailable, "records were not written in time"); }

Error DeletedTopic(const std::string& topic) {
  std::string message = "the topic ";
  message.append(topic).append(" was deleted; the work waits until it is there again: create it with 'penstock topic ");
  message.append("create ").append(topic).append(" --partitions N'");
  return {ErrorKind::kUnavailable, std::move(message)};
}

}  // namespace

TransactionEnded TransactionRun::Run(const Transaction& transaction) {
  deadline_ = options_.clock->Monotonic() + kTimeout;
  producer_.Forget();
  if (options_.transactional) {
    const Handle<rd_kafka_error_t> error(rd_kafka_begin_transaction(producer_.handle()));
    // Nothing was sent, but a producer that cannot begin can do nothing else either.
    if (error != nullptr)
      return {.fate = Fate::kAborted,
              .retire_producer = true,
              .error = {ErrorKind::kUnavailable, ToError("a transaction cannot be begun", *error).message},
              .refused = {}};
  }
  return Conclude(transaction, WriteAll(transaction));
}

TransactionEnded TransactionRun::Finish(const Transaction& transaction, Duration began,
                                        std::optional<Producer::Cursor> rest) {
  deadline_ = began + kTimeout;
  if (rest && !producer_.Write(transaction.batches, *rest, [&] { return IsOver(); }))
    return Conclude(transaction, Late());
  return Conclude(transaction, Await());
}

TransactionEnded TransactionRun::Conclude(const Transaction& transaction, const Result<void>& written) {
  if (!written) {
    if (const std::optional<Error> missing = MissingTopic(transaction, written.error())) return End(*missing, false);
    TransactionEnded end = End(written.error(), false);
    if (end.fate == Fate::kAborted) end.refused = Refused(transaction);
    if (batch_bytes_max_ && end.refused.empty()) end.retire_producer = true;
    end.metadata_refused = metadata_refused_;
    return end;
  }
  if (options_.transactional)
    if (const Handle<rd_kafka_error_t> error = Commit())
      return End(ToError("a transaction cannot be committed", *error), true);
  return {.fate = Fate::kCommitted, .retire_producer = producer_.watch().is_disturbed(), .error = {}, .refused = {}};
}

Result<void> TransactionRun::WriteAll(const Transaction& transaction) {
  TRY(WriteSpills(transaction));
  if (places_ != nullptr) producer_.NotePlaces(transaction.batches.front()->records(), *places_);
  if (!producer_.Write(transaction.batches, {}, [&] { return IsOver(); })) return Late();
  // While the records are under way.
  if (options_.transactional) TRY(SendOffsets(transaction));
  return Await();
}

Result<void> TransactionRun::Await() {
  if (!producer_.Flush([&] { return IsOver(); })) return Late();
  if (producer_.failure()) return tl::unexpected(*producer_.failure());
  if (!producer_.all_stored()) return Fail(ErrorKind::kUnavailable, "records were refused");
  return {};
}

// A topic that is deleted takes its records' partitions away, or their leaders.
bool TransactionRun::MayLackTopics(const Error& error) const {
  if (options_.stopping->load()) return false;
  return IsOver() || error.kind == ErrorKind::kInvalid ||
         std::ranges::any_of(producer_.refusals(),
                             [](const auto& refusal) { return refusal.code == RD_KAFKA_RESP_ERR__UNKNOWN_PARTITION; });
}

// None where no broker says so. All topics are asked for: a producer that asks for one would create it where brokers do
// that.
std::optional<Error> TransactionRun::MissingTopic(const Transaction& transaction, const Error& error) const {
  const struct rd_kafka_metadata* answer = nullptr;
  if (!MayLackTopics(error) ||
      rd_kafka_metadata(producer_.handle(), 1, nullptr, &answer, kMetadataTimeoutMs) != RD_KAFKA_RESP_ERR_NO_ERROR)
    return std::nullopt;
  const Handle<const struct rd_kafka_metadata> metadata(answer);
  std::set<std::string_view> there;
  for (const rd_kafka_metadata_topic_t& topic : std::span(metadata->topics, static_cast<size_t>(metadata->topic_cnt)))
    if (topic.err != RD_KAFKA_RESP_ERR_UNKNOWN_TOPIC_OR_PART) there.insert(topic.topic);
  for (const OutBatch* const batch : transaction.batches)
    for (const std::string& topic : batch->topics())
      if (!there.contains(topic)) return DeletedTopic(topic);
  // It was created a moment ago, or the producer had not asked since.
  if (producer_.failure_code() == RD_KAFKA_RESP_ERR__UNKNOWN_TOPIC)
    return Error{ErrorKind::kUnavailable, error.message + ", but there is one now"};
  return std::nullopt;
}

Result<void> TransactionRun::WriteSpills(const Transaction& transaction) {
  if (transaction.spills.empty()) return {};
  producer_.NotePlaces(transaction.spills.records(), spills_);
  const OutBatch* const spills = &transaction.spills;
  if (!producer_.Write({&spills, 1}, {}, [&] { return IsOver(); }) || !producer_.Flush([&] { return IsOver(); }))
    return Fail(ErrorKind::kUnavailable, "progress was not written in time");
  if (producer_.failure()) return tl::unexpected(*producer_.failure());
  // A record that had to be sent twice may be stored without our knowing where.
  if (std::ranges::any_of(spills_, [](const Place& place) { return place.offset < 0; }))
    return Fail(ErrorKind::kUnavailable, "progress was written, but the broker did not say where");
  return {};
}

Result<void> TransactionRun::SendOffsets(const Transaction& transaction) {
  if (transaction.offsets.empty()) return {};
  const PartitionList list = NewList(transaction.offsets.size());
  for (const SourceOffset& one : transaction.offsets) {
    std::string metadata = one.metadata;
    if (one.spill) metadata += std::to_string(spills_[*one.spill].offset);
    Add(*list, one.partition, one.offset, metadata);
  }
  const Handle<rd_kafka_consumer_group_metadata_t> group(rd_kafka_consumer_group_metadata_new_with_genid(
      options_.group.c_str(), transaction.membership.generation, transaction.membership.member.c_str(), nullptr));
  const Handle<rd_kafka_error_t> error(
      rd_kafka_send_offsets_to_transaction(producer_.handle(), list.get(), group.get(), kOffsetsTimeoutMs));
  if (error == nullptr) return {};
  metadata_refused_ = rd_kafka_error_code(error.get()) == RD_KAFKA_RESP_ERR_OFFSET_METADATA_TOO_LARGE;
  return tl::unexpected(ToError("positions cannot be committed", *error));
}

Handle<rd_kafka_error_t> TransactionRun::Commit() {
  ends_sent_before_ = producer_.watch().ends_sent();
  for (;;) {
    Handle<rd_kafka_error_t> error(rd_kafka_commit_transaction(producer_.handle(), kSliceMs));
    if (error == nullptr || rd_kafka_error_is_retriable(error.get()) == 0 || IsOver()) return error;
  }
}

TransactionEnded TransactionRun::End(const Error& error, bool committing) {
  const bool was_asked_to_commit = committing && producer_.watch().ends_sent() != ends_sent_before_;
  TransactionEnded end{.fate = Fate::kUnknown, .retire_producer = true, .error = error, .refused = {}};
  // Whoever asked for the commit knows only from an answer what came of it.
  if (was_asked_to_commit) return end;
  if (options_.transactional && !Abort()) return end;
  end.fate = Fate::kAborted;
  end.retire_producer = options_.transactional && producer_.watch().is_disturbed();
  return end;
}

bool TransactionRun::Abort() {
  if (options_.stopping->load()) return false;
  const Handle<rd_kafka_error_t> error(rd_kafka_abort_transaction(producer_.handle(), kAbortTimeoutMs));
  if (error != nullptr) return false;
  // Reports of what the abort threw away.
  for (int i = 0; i < 100 && rd_kafka_outq_len(producer_.handle()) > 0; ++i) producer_.Serve(10);
  return true;
}

std::vector<RefusedInBatch> TransactionRun::Refused(const Transaction& transaction) {
  std::vector<RefusedInBatch> refused;
  const std::less_equal<const OutRecord*> up_to;
  for (const auto& [record, code] : producer_.refusals()) {
    for (size_t batch = 0; batch < transaction.batches.size(); ++batch) {
      const std::span<const OutRecord> records = transaction.batches[batch]->records();
      if (records.empty() || !up_to(&records.front(), record) || !up_to(record, &records.back())) continue;
      if (IsRefused(*record, transaction.batches[batch]->topics()[record->topic], code))
        refused.push_back(
            {.batch = batch, .record = static_cast<size_t>(record - records.data()), .reason = rd_kafka_err2str(code)});
    }
  }
  return refused;
}

// A request that is too large is refused as a whole: not each of its records is to blame.
bool TransactionRun::IsRefused(const OutRecord& record, const std::string& topic, rd_kafka_resp_err_t code) {
  if (code != RD_KAFKA_RESP_ERR_MSG_SIZE_TOO_LARGE) return true;
  const std::optional<int64_t> limit = RecordBytesMax(topic);
  if (!limit) return true;
  const int64_t overhead = kBatchOverheadBytes + kHeaderOverheadBytes * static_cast<int64_t>(record.headers.size());
  if (static_cast<int64_t>(RecordBytes(record)) + overhead > *limit) return true;
  batch_bytes_max_ =
      std::min(batch_bytes_max_.value_or(SIZE_MAX), std::max<size_t>(static_cast<size_t>(*limit) / 2, kBatchBytesMin));
  return false;
}

std::optional<int64_t> TransactionRun::RecordBytesMax(const std::string& topic) {
  const auto [limit, is_new] = limits_.try_emplace(topic);
  if (is_new) {
    const Result<std::optional<int64_t>> found = Admin(producer_.handle()).RecordBytesMax(topic);
    if (found) limit->second = *found;
  }
  return limit->second;
}

bool TransactionRun::IsOver() const { return options_.stopping->load() || options_.clock->Monotonic() >= deadline_; }

}  // namespace penstock::kafka
