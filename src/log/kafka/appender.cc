#include "log/kafka/appender.h"

#include <algorithm>
#include <atomic>
#include <thread>
#include <utility>
#include <vector>

#include "log/kafka/admin.h"
#include "log/kafka/error.h"
#include "log/kafka/transaction_run.h"

namespace penstock::kafka {
namespace {

constexpr int kOpenTimeoutMs = 30'000;
// After a producer had to be given up, the next one may do.
constexpr int kAttempts = 3;

constexpr Duration kVisibleSlice = std::chrono::milliseconds(5);
constexpr Duration kVisibleTimeout = std::chrono::seconds(2);

const std::atomic<bool> never_stopping = false;

}  // namespace

Result<void> Appender::Append(const OutBatch& batch) {
  const std::lock_guard lock(mutex_);
  TRY(Check(batch));
  if (batch.empty()) return {};
  cluster::TransactionEnded end;
  for (int attempt = 0; attempt < kAttempts; ++attempt) {
    TRY(Open());
    cluster::Transaction transaction;
    transaction.batches = {&batch};
    TransactionRun run(*producer_, {.group = "", .clock = options_.clock, .stopping = &never_stopping});
    run.NotePlaces(places_);
    end = run.Run(transaction);
    if (run.batch_bytes_max()) options_.batch_bytes_max = *run.batch_bytes_max();
    if (end.retire_producer || end.fate == cluster::Fate::kUnknown) producer_.reset();
    if (end.fate == cluster::Fate::kCommitted) return WaitUntilVisible(batch);
    if (!end.refused.empty())
      return Fail(ErrorKind::kLimit, "record " + std::to_string(end.refused.front().record + 1) +
                                         " of these is refused, and none was written: " + end.refused.front().reason);
    if (end.fate == cluster::Fate::kUnknown)
      return Fail(ErrorKind::kUnavailable,
                  "it is not known whether the records were written: read the topic's end. " + end.error.message);
    if (end.error.kind != ErrorKind::kUnavailable) break;
  }
  return tl::unexpected(end.error);
}

// Only what is checked before it is written can be refused without a wait.
Result<void> Appender::Check(const OutBatch& batch) {
  std::vector<int32_t> last(batch.topics().size(), 0);
  for (const OutRecord& record : batch.records()) last[record.topic] = std::max(last[record.topic], record.partition);
  for (size_t i = 0; i < last.size(); ++i) {
    TRY_ASSIGN(const int32_t partitions, PartitionsOf(batch.topics()[i], last[i]));
    if (last[i] >= partitions)
      return Invalid("there is no partition " + ToString({batch.topics()[i], last[i]}) + ": the topic has " +
                     std::to_string(partitions));
  }
  return {};
}

Result<int32_t> Appender::PartitionsOf(const std::string& topic, int32_t wanted) {
  const auto known = partitions_.find(topic);
  if (known != partitions_.end() && wanted < known->second) return known->second;
  TRY_ASSIGN(const std::vector<Admin::TopicSize> sizes, Admin(handle_).Sizes(topic));
  if (sizes.empty()) return Invalid("there is no topic " + topic);
  return partitions_[topic] = sizes[0].partitions;
}

Result<void> Appender::Open() {
  if (producer_ != nullptr) return {};
  TRY_ASSIGN(std::unique_ptr<Producer> producer, Producer::Make(options_));
  const Handle<rd_kafka_error_t> error(rd_kafka_init_transactions(producer->handle(), kOpenTimeoutMs));
  if (error != nullptr) return tl::unexpected(ToError("records cannot be written", *error));
  producer_ = std::move(producer);
  return {};
}

// The coordinator answers when the transaction's outcome is stored, and tells the partitions after that; nobody tells
// us, so we look again.
Result<void> Appender::WaitUntilVisible(const OutBatch& batch) const {
  std::map<TopicPartition, int64_t> last;
  for (size_t i = 0; i < places_.size(); ++i) {
    int64_t& offset = last[{batch.topics()[batch.records()[i].topic], places_[i].partition}];
    offset = std::max(offset, places_[i].offset);
  }
  std::erase_if(last, [](const auto& entry) { return entry.first.partition < 0; });
  for (Duration waited{0}; waited < kVisibleTimeout && !last.empty(); waited += kVisibleSlice) {
    std::vector<TopicPartition> partitions;
    for (const auto& [partition, offset] : last) partitions.push_back(partition);
    TRY_ASSIGN(const std::vector<int64_t> ends, Admin(handle_).Offsets(partitions, AtEnd{}));
    for (size_t i = 0; i < partitions.size(); ++i)
      if (ends[i] > last[partitions[i]]) last.erase(partitions[i]);
    if (!last.empty()) std::this_thread::sleep_for(kVisibleSlice);
  }
  // Records of somebody else's longer transaction may stand before ours: those are written, and come later.
  return {};
}

}  // namespace penstock::kafka
