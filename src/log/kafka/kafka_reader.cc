#include "log/kafka/kafka_reader.h"

#include <algorithm>
#include <utility>

#include "log/kafka/admin.h"
#include "log/kafka/error.h"
#include "log/kafka/message_batch.h"

namespace penstock::kafka {
namespace {

constexpr size_t kRecordsMax = 4096;
constexpr size_t kBytesMax = 4 << 20;
constexpr int kSliceMs = 100;
constexpr int kSettleSliceMs = 10;
constexpr Duration kSettleTimeout = std::chrono::milliseconds(500);
// Records that are there come within this time, however little the caller would wait for others.
constexpr Duration kFetchTimeout = std::chrono::seconds(15);

}  // namespace

Result<std::unique_ptr<Reader>> KafkaReader::Make(const FetchOptions& options, const TopicPartition& partition,
                                                  int64_t position, std::shared_ptr<rd_kafka_t> handle,
                                                  std::shared_ptr<Connection> connection) {
  std::unique_ptr<KafkaReader> reader(new KafkaReader(partition, position, *options.clock));
  reader->connection_ = std::move(connection);
  reader->handle_ = std::move(handle);
  TRY_ASSIGN(reader->fetch_, PartitionFetch::Begin(options, partition, position));
  return reader;
}

Result<std::span<const Record>> KafkaReader::Read(Duration wait) {
  records_.clear();
  messages_.clear();
  arena_.Reset();
  const Duration start = clock_.Monotonic();
  for (;;) {
    TRY(Gather(0));
    if (!records_.empty()) return records_;
    if (position_ >= end_) TRY(FindEnd());
    const Duration passed = clock_.Monotonic() - start;
    // A transaction that was committed a moment ago may not have come to this partition yet.
    const bool may_settle = end_ < *written_end_ && passed < kSettleTimeout;
    const bool is_at_end = position_ >= end_ && !may_settle;
    if (is_at_end && passed >= wait) return std::span<const Record>();
    if (passed >= std::max(wait, kFetchTimeout))
      return tl::unexpected(ToError(ToString(partition_) + " cannot be read", RD_KAFKA_RESP_ERR__TIMED_OUT));
    TRY(Gather(may_settle ? kSettleSliceMs : kSliceMs));
    if (!records_.empty()) return records_;
  }
}

Result<void> KafkaReader::FindEnd() {
  if (!written_end_) {
    TRY_ASSIGN(written_end_, Admin(handle_.get()).WrittenEnd(partition_));
  }
  TRY_ASSIGN(const std::vector<int64_t> end, Admin(handle_.get()).Offsets(std::span(&partition_, 1), AtEnd{}));
  end_ = end[0];
  return {};
}

Result<void> KafkaReader::Gather(int timeout_ms) {
  size_t bytes = 0;
  while (records_.size() < kRecordsMax && bytes < kBytesMax) {
    TRY_ASSIGN(Handle<rd_kafka_message_t> message, fetch_->Next(records_.empty() ? timeout_ms : 0));
    if (message == nullptr) break;
    bytes += message->len + message->key_len;
    if (!Take(std::move(message))) break;
  }
  return {};
}

// False at the end.
bool KafkaReader::Take(Handle<rd_kafka_message_t> message) {
  if (message->err != RD_KAFKA_RESP_ERR_NO_ERROR) {
    position_ = std::max(position_, message->offset);
    return false;
  }
  records_.push_back(RecordOf(*message, partition_.topic, arena_));
  position_ = message->offset + 1;
  messages_.push_back(std::move(message));
  return true;
}

}  // namespace penstock::kafka
