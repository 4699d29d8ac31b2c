#include "log/kafka/lookups.h"

#include <utility>

#include "log/kafka/admin.h"
#include "log/kafka/error.h"
#include "log/kafka/partition_list.h"

namespace penstock::kafka {
namespace {

using cluster::BoundsFound;
using cluster::ClientEvent;
using cluster::CommittedOffset;
using cluster::OffsetsCommitted;
using cluster::OffsetsFetched;
using cluster::OffsetsFound;
using cluster::RecordRead;
using cluster::SourceOffset;

// Waits are cut into slices, so that the end of a session waits for no more than one.
constexpr int kSliceMs = 1000;
constexpr int kSlices = 10;
constexpr int kShortSliceMs = 100;

// Also between questions, each of which may take the ten seconds of all slices.
constexpr Duration kBetweenPolls = std::chrono::seconds(1);

}  // namespace

Lookups::Lookups(rd_kafka_t* consumer, FetchOptions fetch, std::map<std::string, int32_t> partitions, Mailbox& mailbox)
    : consumer_(consumer),
      queue_(rd_kafka_queue_get_consumer(consumer)),
      fetch_(std::move(fetch)),
      partitions_(std::move(partitions)),
      mailbox_(mailbox),
      thread_([this] { Work(); }) {}

Lookups::~Lookups() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  asked_.notify_one();
  thread_.join();
}

void Lookups::FetchOffsets(uint64_t request, std::vector<TopicPartition> partitions) {
  Ask([this, request, partitions = std::move(partitions)] { return OffsetsFetched{request, Committed(partitions)}; });
}

void Lookups::FindOffsets(uint64_t request, std::vector<TopicPartition> partitions, StartPosition start) {
  Ask([this, request, partitions = std::move(partitions), start] {
    return OffsetsFound{request, Starts(partitions, start)};
  });
}

void Lookups::FindBounds(uint64_t request, TopicPartition partition) {
  Ask([this, request, partition = std::move(partition)] {
    return BoundsFound{request, Admin(consumer_, &stopping_).Bounds(partition)};
  });
}

void Lookups::ReadRecord(uint64_t request, TopicPartition partition, int64_t offset) {
  Ask([this, request, partition = std::move(partition), offset] {
    return RecordRead{request, ReadValue(fetch_, consumer_, partition, offset, &stopping_)};
  });
}

void Lookups::CommitOffsets(uint64_t request, std::vector<SourceOffset> offsets) {
  Ask([this, request, offsets = std::move(offsets)] { return OffsetsCommitted{request, Commit(offsets)}; });
}

void Lookups::Ask(Question question) {
  {
    const std::lock_guard lock(mutex_);
    questions_.push_back(std::move(question));
  }
  asked_.notify_one();
}

void Lookups::Work() {
  for (;;) {
    CountAsPolled();
    Question question;
    {
      std::unique_lock lock(mutex_);
      asked_.wait_for(lock, kBetweenPolls, [&] { return stopping_ || !questions_.empty(); });
      if (stopping_) return;
      if (questions_.empty()) continue;
      question = std::move(questions_.front());
      questions_.pop_front();
    }
    mailbox_.Put(question());
  }
}

// librdkafka leaves the group when nobody polls for max.poll.interval.ms. A poll with room for no message takes none,
// and serves nothing that is the session's thread's, but it counts.
void Lookups::CountAsPolled() const {
  rd_kafka_message_t* none = nullptr;
  rd_kafka_consume_batch_queue(queue_.get(), 0, &none, 0);
}

Result<std::vector<int64_t>> Lookups::Starts(const std::vector<TopicPartition>& partitions,
                                             const StartPosition& start) const {
  const Admin admin(consumer_, &stopping_);
  TRY_ASSIGN(std::vector<int64_t> offsets, admin.Offsets(partitions, start));
  if (!std::holds_alternative<AtEnd>(start)) return offsets;
  TRY_ASSIGN(const std::vector<int64_t> begins, admin.Offsets(partitions, AtStart{}));
  for (size_t i = 0; i < partitions.size(); ++i) {
    const auto known = partitions_.find(partitions[i].topic);
    if (known == partitions_.end() || partitions[i].partition >= known->second) offsets[i] = begins[i];
  }
  return offsets;
}

// With read_committed, librdkafka asks for stable offsets only: a pending transaction's are waited for.
Result<std::vector<std::optional<CommittedOffset>>> Lookups::Committed(const std::vector<TopicPartition>& partitions) {
  constexpr std::string_view kWhat = "committed positions cannot be read";
  for (int slice = 0; slice < kSlices && !stopping_; ++slice) {
    const PartitionList list = ToList(partitions);
    const rd_kafka_resp_err_t code = rd_kafka_committed(consumer_, list.get(), kSliceMs);
    if (code == RD_KAFKA_RESP_ERR_NO_ERROR) return CommittedOf(kWhat, partitions, *list);
    if (code != RD_KAFKA_RESP_ERR__TIMED_OUT) return tl::unexpected(ToError(kWhat, code));
  }
  return tl::unexpected(ToError(kWhat, RD_KAFKA_RESP_ERR__TIMED_OUT));
}

Result<void> Lookups::Commit(const std::vector<SourceOffset>& offsets) {
  constexpr std::string_view kWhat = "positions cannot be committed";
  const PartitionList list = NewList(offsets.size());
  for (const SourceOffset& one : offsets) Add(*list, one.partition, one.offset, one.metadata);
  std::optional<rd_kafka_resp_err_t> outcome;
  // Ends before `outcome`: after it nothing is called.
  const Handle<rd_kafka_queue_t> queue(rd_kafka_queue_new(consumer_));
  const rd_kafka_resp_err_t code = rd_kafka_commit_queue(
      consumer_, list.get(), queue.get(),
      [](rd_kafka_t*, rd_kafka_resp_err_t result, rd_kafka_topic_partition_list_t*, void* place) {
        *static_cast<std::optional<rd_kafka_resp_err_t>*>(place) = result;
      },
      &outcome);
  if (code != RD_KAFKA_RESP_ERR_NO_ERROR) return tl::unexpected(ToError(kWhat, code));
  for (int slice = 0; slice < kSlices * kSliceMs / kShortSliceMs && !outcome && !stopping_; ++slice)
    rd_kafka_queue_poll_callback(queue.get(), kShortSliceMs);
  if (!outcome) return tl::unexpected(ToError(kWhat, RD_KAFKA_RESP_ERR__TIMED_OUT));
  if (*outcome != RD_KAFKA_RESP_ERR_NO_ERROR) return tl::unexpected(ToError(kWhat, *outcome));
  return {};
}

}  // namespace penstock::kafka
