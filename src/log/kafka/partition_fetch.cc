#include "log/kafka/partition_fetch.h"

#include "log/kafka/admin.h"
#include "log/kafka/conf.h"
#include "log/kafka/error.h"

namespace penstock::kafka {
namespace {

constexpr int kTimeoutMs = 10'000;
constexpr int kSliceMs = 100;

}  // namespace

Result<std::unique_ptr<PartitionFetch>> PartitionFetch::Begin(const FetchOptions& options,
                                                              const TopicPartition& partition, int64_t offset) {
  std::unique_ptr<PartitionFetch> fetch(new PartitionFetch(options, partition));
  TRY_ASSIGN(Handle<rd_kafka_conf_t> conf, MakeConf(options.properties,
                                                    {
                                                        {"queued.max.messages.kbytes", "8192"},
                                                        {"fetch.queue.backoff.ms", "5"},
                                                        {"fetch.wait.max.ms", "100"},
                                                        {"fetch.error.backoff.ms", "100"},
                                                        {"reconnect.backoff.max.ms", "1000"},
                                                    },
                                                    {
                                                        {"bootstrap.servers", options.brokers},
                                                        {"client.id", "penstock"},
                                                        {"socket.timeout.ms", "10000"},
                                                        // The user's is for members of groups.
                                                        {"max.poll.interval.ms", "300000"},
                                                        {"isolation.level", "read_committed"},
                                                        {"enable.auto.commit", "false"},
                                                        {"enable.auto.offset.store", "false"},
                                                        {"auto.offset.reset", "error"},
                                                        {"enable.partition.eof", "true"},
                                                    }));
  fetch->connection_.Attach(*conf);
  TRY_ASSIGN(fetch->handle_, MakeHandle(RD_KAFKA_CONSUMER, std::move(conf), "reader"));
  rd_kafka_t* const handle = fetch->handle_.get();
  fetch->topic_.reset(rd_kafka_topic_new(handle, partition.topic.c_str(), nullptr));
  fetch->queue_.reset(rd_kafka_queue_new(handle));
  if (fetch->topic_ == nullptr ||
      rd_kafka_consume_start_queue(fetch->topic_.get(), partition.partition, offset, fetch->queue_.get()) != 0)
    return tl::unexpected(ToError(ToString(partition) + " cannot be read", rd_kafka_last_error()));
  fetch->started_ = true;
  return fetch;
}

PartitionFetch::~PartitionFetch() {
  if (started_) rd_kafka_consume_stop(topic_.get(), partition_.partition);
}

Result<Handle<rd_kafka_message_t>> PartitionFetch::Next(int timeout_ms) {
  rd_kafka_poll(handle_.get(), 0);
  Handle<rd_kafka_message_t> message(rd_kafka_consume_queue(queue_.get(), timeout_ms));
  if (message == nullptr || message->err == RD_KAFKA_RESP_ERR_NO_ERROR ||
      message->err == RD_KAFKA_RESP_ERR__PARTITION_EOF)
    return message;
  const std::string what = ToString(partition_) + " cannot be read";
  if (message->err == RD_KAFKA_RESP_ERR__AUTO_OFFSET_RESET)
    return Fail(ErrorKind::kInvalid, what + ": there is no record at this offset any more, or yet");
  const Error error = ToError(what, message->err, rd_kafka_message_errstr(message.get()));
  if (error.kind != ErrorKind::kUnavailable) return tl::unexpected(error);
  connection_.Warn("Kafka reader", rd_kafka_err2name(message->err), error.message);
  return nullptr;
}

Result<std::optional<std::string>> ReadValue(const FetchOptions& options, rd_kafka_t* handle,
                                             const TopicPartition& partition, int64_t offset,
                                             const std::atomic<bool>* stopping) {
  TRY_ASSIGN(const PartitionInfo bounds, Admin(handle, stopping).Bounds(partition));
  const std::string what = ToString(partition) + "/" + std::to_string(offset);
  if (offset >= bounds.end) return Fail(ErrorKind::kUnavailable, what + " is not committed yet");
  if (offset < bounds.begin) return std::nullopt;
  TRY_ASSIGN(const std::unique_ptr<PartitionFetch> fetch, PartitionFetch::Begin(options, partition, offset));
  for (int waited_ms = 0; waited_ms < kTimeoutMs && (stopping == nullptr || !*stopping); waited_ms += kSliceMs) {
    TRY_ASSIGN(const Handle<rd_kafka_message_t> message, fetch->Next(kSliceMs));
    if (message == nullptr) continue;
    if (message->err != RD_KAFKA_RESP_ERR_NO_ERROR || message->offset != offset || message->payload == nullptr)
      return std::nullopt;
    return std::string(static_cast<const char*>(message->payload), message->len);
  }
  return tl::unexpected(ToError(what + " cannot be read", RD_KAFKA_RESP_ERR__TIMED_OUT));
}

}  // namespace penstock::kafka
