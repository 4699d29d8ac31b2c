#include "log/kafka/consumer.h"

#include <algorithm>
#include <utility>

#include "log/kafka/error.h"

namespace penstock::kafka {
namespace {

Result<Handle<rd_kafka_conf_t>> ConsumerConf(const ConsumerOptions& options) {
  return MakeConf(options.properties,
                  {
                      // By bytes, so that a backlog takes no more memory whatever its records are like.
                      {"queued.max.messages.kbytes", "2048"},
                      {"queued.min.messages", "1000000"},
                      {"fetch.message.max.bytes", "131072"},
                      // As it comes: compressed, it may hold ten times as much.
                      {"fetch.max.bytes", "262144"},
                      // A full queue is empty within milliseconds; the default would sleep for a second.
                      {"fetch.queue.backoff.ms", "5"},
                      // A partition that is added or sought waits for the fetch that is under way.
                      {"fetch.wait.max.ms", "100"},
                      {"fetch.error.backoff.ms", "100"},
                      {"heartbeat.interval.ms", "500"},
                      {"reconnect.backoff.max.ms", "1000"},
                      {"topic.metadata.refresh.interval.ms", "5000"},
                      // Of the thread of Lookups, which polls every second; it is not how long a model may take.
                      {"max.poll.interval.ms", "60000"},
                  },
                  {
                      {"bootstrap.servers", options.brokers},
                      {"client.id", options.session.member},
                      {"group.id", options.session.group},
                      {"partition.assignment.strategy", "cooperative-sticky"},
                      {"session.timeout.ms", "10000"},
                      {"socket.timeout.ms", "10000"},
                      {"isolation.level", "read_committed"},
                      {"enable.auto.commit", "false"},
                      {"enable.auto.offset.store", "false"},
                      {"auto.offset.reset", "error"},
                      {"enable.partition.eof", "true"},
                      {"statistics.interval.ms", "10000"},
                  });
}

}  // namespace

Consumer::Consumer(const ConsumerOptions& options, const Wake& wake)
    : wake_(wake),
      joins_(*options.clock),
      connection_(joins_, *options.clock, options.logger),
      batch_(options.session.fetch_records_max, options.session.fetch_bytes_max) {}

Result<std::unique_ptr<Consumer>> Consumer::Make(const ConsumerOptions& options, const Wake& wake) {
  std::unique_ptr<Consumer> consumer(new Consumer(options, wake));
  TRY_ASSIGN(Handle<rd_kafka_conf_t> conf, ConsumerConf(options));
  consumer->connection_.Attach(*conf);
  consumer->joins_.Attach(*conf);
  rd_kafka_conf_set_rebalance_cb(
      conf.get(), [](rd_kafka_t*, rd_kafka_resp_err_t code, rd_kafka_topic_partition_list_t* list, void* opaque) {
        static_cast<Connection*>(opaque)->OnRebalance(code, *list);
      });
  TRY_ASSIGN(consumer->handle_, MakeHandle(RD_KAFKA_CONSUMER, std::move(conf), "consumer"));
  consumer->connection_.assignment.Use(consumer->handle());
  rd_kafka_poll_set_consumer(consumer->handle());
  consumer->queue_.reset(rd_kafka_queue_get_consumer(consumer->handle()));
  wake.Watch(consumer->queue_.get());
  TRY(consumer->Subscribe(options.session.topics));
  return consumer;
}

Consumer::~Consumer() {
  if (handle_ == nullptr) return;
  if (queue_ != nullptr) Wake::Ignore(queue_.get());
  connection_.assignment.Close();
  kept_.clear();
  batch_.Clear();
  rd_kafka_consumer_close(handle());
  queue_.reset();
}

Result<void> Consumer::Subscribe(const std::vector<std::string>& topics) const {
  const PartitionList list = NewList(topics.size());
  for (const std::string& topic : topics) Add(*list, {topic, RD_KAFKA_PARTITION_UA}, RD_KAFKA_OFFSET_INVALID);
  const rd_kafka_resp_err_t code = rd_kafka_subscribe(handle(), list.get());
  if (code != RD_KAFKA_RESP_ERR_NO_ERROR) return tl::unexpected(ToError("topics cannot be subscribed to", code));
  return {};
}

Result<void> Consumer::Gather(cluster::ClientDelivery& delivery) {
  batch_.Clear();
  assignment().holding().Sweep();
  TakeKept();
  const bool rests = assignment().Rests();
  while (!rests && !batch_.is_full() && TakeNext()) {
  }
  // librdkafka signals what is new only after its queue was found empty.
  if (batch_.is_full()) wake_.Signal();
  assignment().RestartStopped(!rests && !batch_.is_full());
  assignment().LookForExpulsion();
  assignment().MoveTo(delivery.events);
  std::move(events_.begin(), events_.end(), std::back_inserter(delivery.events));
  events_.clear();
  batch_.MoveTo(delivery.slices);
  SetLogEnds(delivery.slices);
  if (failure_) return tl::unexpected(*failure_);
  return {};
}

void Consumer::TakeKept() {
  for (Kept& kept : std::exchange(kept_, {})) {
    const Holding::Entry* const partition = assignment().holding().Find(*kept.message);
    if (partition != nullptr && partition->second.reading == kept.reading) Take(std::move(kept.message));
  }
}

// False when there is nothing more. Messages come one by one: librdkafka's call for many takes the notice of a
// partition's end for a record that was read there, and skips that record where it goes on after a pause, be it ours or
// its own during a rebalance.
bool Consumer::TakeNext() {
  Handle<rd_kafka_message_t> message(rd_kafka_consume_queue(queue_.get(), 0));
  if (message == nullptr) return false;
  Take(std::move(message));
  return true;
}

void Consumer::Take(Handle<rd_kafka_message_t> message) {
  Holding::Entry* const partition = message->rkt == nullptr ? nullptr : assignment().holding().Find(*message);
  const bool is_record = message->err == RD_KAFKA_RESP_ERR_NO_ERROR;
  // Not held any more, or read already.
  if (is_record && (partition == nullptr || message->offset < partition->second.next)) return;
  if (is_record ? batch_.Take(message, *partition) : partition == nullptr || !partition->second.blocked) {
    if (!is_record) TakeNotice(*message, partition);
    return;
  }
  const uint64_t reading = partition->second.reading;
  kept_.push_back({std::move(message), reading});
}

// librdkafka knows the end of what is replicated; committed is, at the latest when the end is reached, as much.
void Consumer::SetLogEnds(std::vector<cluster::Slice>& slices) const {
  for (cluster::Slice& slice : slices) {
    int64_t low = 0;
    int64_t high = 0;
    rd_kafka_get_watermark_offsets(handle(), slice.partition->topic.c_str(), slice.partition->partition, &low, &high);
    slice.log_end = std::max(high, slice.end);
  }
}

void Consumer::TakeNotice(const rd_kafka_message_t& message, Holding::Entry* partition) {
  switch (message.err) {
    case RD_KAFKA_RESP_ERR__PARTITION_EOF:
      if (partition != nullptr) batch_.ReachEnd(*partition, message.offset);
      return;
    case RD_KAFKA_RESP_ERR__AUTO_OFFSET_RESET:
      if (partition != nullptr) events_.emplace_back(cluster::OutOfRange{partition->first, partition->second.next});
      return;
    case RD_KAFKA_RESP_ERR_UNKNOWN_TOPIC_OR_PART:
    case RD_KAFKA_RESP_ERR__MAX_POLL_EXCEEDED: break;
    default:
      if (KindOf(message.err) != ErrorKind::kUnavailable || message.err == RD_KAFKA_RESP_ERR__FATAL)
        failure_ = ToError("the group cannot be worked for", message.err, rd_kafka_message_errstr(&message));
      break;
  }
  connection_.Warn("Kafka consumer", rd_kafka_err2name(message.err), rd_kafka_message_errstr(&message));
}

}  // namespace penstock::kafka
