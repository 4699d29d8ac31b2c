#include "log/kafka/producer.h"

#include <array>
#include <thread>
#include <utility>

#include "log/kafka/conf.h"
#include "log/kafka/error.h"

namespace penstock::kafka {
namespace {

// How long one wait for librdkafka is, before `is_over` is asked again.
constexpr Duration kSlice = std::chrono::milliseconds(50);

Result<Handle<rd_kafka_conf_t>> ProducerConf(const ProducerOptions& options) {
  TRY_ASSIGN(Handle<rd_kafka_conf_t> conf,
             MakeConf(options.properties,
                      {
                          {"compression.codec", "lz4"},
                          // Whoever writes has gathered already.
                          {"linger.ms", "0"},
                          // A message takes some 600 bytes besides its own; what is more waits in its batch.
                          {"queue.buffering.max.messages", "10000"},
                          {"queue.buffering.max.kbytes", "65536"},
                          // The topics' own limits decide what is too large.
                          {"message.max.bytes", "100000000"},
                          {"batch.size", std::to_string(options.batch_bytes_max)},
                          {"topic.metadata.propagation.max.ms", "5000"},
                          {"reconnect.backoff.max.ms", "1000"},
                      },
                      {
                          {"bootstrap.servers", options.brokers},
                          {"client.id", options.client_id},
                          {"enable.idempotence", "true"},
                          {"socket.timeout.ms", "10000"},
                          {"message.timeout.ms", "10000"},
                          {"transaction.timeout.ms", "10000"},
                          // Else records without a key would not be given to our partitioner.
                          {"sticky.partitioning.linger.ms", "0"},
                          {"delivery.report.only.error", "true"},
                          {"statistics.interval.ms", "10000"},
                      }));
  if (options.transactional_id.empty()) return conf;
  std::array<char, 256> reason{};
  if (rd_kafka_conf_set(conf.get(), "transactional.id", options.transactional_id.c_str(), reason.data(),
                        reason.size()) != RD_KAFKA_CONF_OK)
    return Fail(ErrorKind::kInternal, reason.data());
  return conf;
}

// To librdkafka 0 means the present; a millisecond after 1970 began is nearer to what was meant.
int64_t TimestampOf(const OutRecord& record) { return record.timestamp_ms == 0 ? 1 : record.timestamp_ms; }

// Called by librdkafka when it knows how many partitions there are.
int32_t ChoosePartition(const rd_kafka_topic_t* /*topic*/, const void* key, size_t key_size, int32_t partitions,
                        void* /*topic_opaque*/, void* message_opaque) {
  if (key != nullptr) return PartitionOfKey({static_cast<const char*>(key), key_size}, partitions);
  return static_cast<const OutRecord*>(message_opaque)->home % partitions;
}

// Of an empty key or value, which is not the same as none.
const char* DataOf(std::string_view bytes) { return bytes.data() == nullptr ? "" : bytes.data(); }

Handle<rd_kafka_headers_t> HeadersOf(const OutRecord& record) {
  Handle<rd_kafka_headers_t> headers(rd_kafka_headers_new(record.headers.size()));
  for (const Header& header : record.headers) {
    const char* const value = header.value ? DataOf(*header.value) : nullptr;
    const size_t size = header.value ? header.value->size() : 0;
    rd_kafka_header_add(headers.get(), header.name.data(), static_cast<ssize_t>(header.name.size()), value,
                        static_cast<ssize_t>(size));
  }
  return headers;
}

// librdkafka takes pointers to what it does not change.
void* Mutable(const void* pointer) { return const_cast<void*>(pointer); }

}  // namespace

Result<std::unique_ptr<Producer>> Producer::Make(const ProducerOptions& options) {
  std::unique_ptr<Producer> producer(new Producer(options));
  TRY_ASSIGN(Handle<rd_kafka_conf_t> conf, ProducerConf(options));
  producer->deliveries_.Attach(*conf);
  producer->watch_.Attach(*conf);
  producer->watch_of_deliveries_.Attach(*conf, options.on_end);
  rd_kafka_conf_set_dr_msg_cb(conf.get(), [](rd_kafka_t*, const rd_kafka_message_t* message, void* opaque) {
    static_cast<Connection*>(opaque)->OnDelivery(*message);
  });
  rd_kafka_topic_conf_set_partitioner_cb(rd_kafka_conf_get_default_topic_conf(conf.get()), ChoosePartition);
  TRY_ASSIGN(producer->handle_, MakeHandle(RD_KAFKA_PRODUCER, std::move(conf), "producer"));
  return producer;
}

bool Producer::Write(Batches batches, Cursor cursor, const IsOver& is_over) {
  while (!QueueFrom(batches, cursor))
    if (!MakeRoom(is_over)) return false;
  return true;
}

std::optional<Producer::Cursor> Producer::Begin(Batches batches) {
  Cursor cursor;
  if (!QueueFrom(batches, cursor)) return cursor;
  watch_of_deliveries_.TellEnd();
  return std::nullopt;
}

// False where the queue is full.
bool Producer::QueueFrom(Batches batches, Cursor& cursor) {
  for (; cursor.batch < batches.size(); ++cursor.batch, cursor.record = 0) {
    const OutBatch& batch = *batches[cursor.batch];
    topics_by_number_.clear();
    for (const std::string& name : batch.topics()) topics_by_number_.push_back(TopicOf(name));
    for (; cursor.record < batch.records().size(); ++cursor.record) {
      const OutRecord& record = batch.records()[cursor.record];
      const rd_kafka_resp_err_t code = Queue(topics_by_number_[record.topic], record);
      if (code == RD_KAFKA_RESP_ERR__QUEUE_FULL) return false;
      if (code != RD_KAFKA_RESP_ERR_NO_ERROR) Refuse(record, code);
      // What cannot be written together need not be written at all.
      if (failure()) return true;
    }
  }
  return true;
}

// Until half of what waits is gone: whoever tries again for each message that is, makes the headers of the next one
// anew and mostly in vain.
bool Producer::MakeRoom(const IsOver& is_over) {
  const int64_t half = watch_of_deliveries_.under_way() / 2;
  do {
    if (is_over()) return false;
    // What failed keeps its place until it is told.
    Serve(half == 0 ? 1 : 0);
  } while (!watch_of_deliveries_.WaitFor(half, kSlice));
  return true;
}

bool Producer::Flush(const IsOver& is_over) {
  while (!watch_of_deliveries_.WaitFor(0, kSlice)) {
    if (is_over()) return false;
    Serve(0);
  }
  // What failed is told by reports; and what librdkafka has acknowledged it forgets a moment later.
  while (rd_kafka_outq_len(handle()) > 0) {
    if (Serve(0) > 0) continue;
    if (is_over()) return false;
    std::this_thread::yield();
  }
  return true;
}

void Producer::Forget() {
  deliveries_.failure.reset();
  deliveries_.failure_code = RD_KAFKA_RESP_ERR_NO_ERROR;
  deliveries_.refusals.clear();
  watch_of_deliveries_.Forget();
}

rd_kafka_topic_t* Producer::TopicOf(const std::string& name) {
  Handle<rd_kafka_topic_t>& topic = topics_[name];
  if (topic == nullptr) topic.reset(rd_kafka_topic_new(handle(), name.c_str(), nullptr));
  return topic.get();
}

rd_kafka_resp_err_t Producer::Queue(rd_kafka_topic_t* topic, const OutRecord& record) {
  if (topic == nullptr) return RD_KAFKA_RESP_ERR_TOPIC_EXCEPTION;
  std::array<rd_kafka_vu_t, 7> parts{};
  size_t count = 0;
  const auto next = [&](rd_kafka_vtype_t type) -> rd_kafka_vu_t& {
    parts[count].vtype = type;
    return parts[count++];
  };
  next(RD_KAFKA_VTYPE_RKT).u.rkt = topic;
  next(RD_KAFKA_VTYPE_PARTITION).u.i32 =
      record.partition == OutRecord::kByKey ? RD_KAFKA_PARTITION_UA : record.partition;
  next(RD_KAFKA_VTYPE_TIMESTAMP).u.i64 = TimestampOf(record);
  next(RD_KAFKA_VTYPE_OPAQUE).u.ptr = Mutable(&record);
  if (record.key) next(RD_KAFKA_VTYPE_KEY).u.mem = {Mutable(DataOf(*record.key)), record.key->size()};
  if (record.value) next(RD_KAFKA_VTYPE_VALUE).u.mem = {Mutable(DataOf(*record.value)), record.value->size()};
  Handle<rd_kafka_headers_t> headers;
  if (!record.headers.empty()) {
    headers = HeadersOf(record);
    next(RD_KAFKA_VTYPE_HEADERS).u.headers = headers.get();
  }
  const rd_kafka_resp_err_t code = watch_of_deliveries_.HandOver([&] {
    const Handle<rd_kafka_error_t> error(rd_kafka_produceva(handle(), parts.data(), count));
    return error == nullptr ? RD_KAFKA_RESP_ERR_NO_ERROR : rd_kafka_error_code(error.get());
  });
  if (code != RD_KAFKA_RESP_ERR_NO_ERROR) return code;
  // They belong to the message now.
  static_cast<void>(headers.release());
  return RD_KAFKA_RESP_ERR_NO_ERROR;
}

void Producer::Refuse(const OutRecord& record, rd_kafka_resp_err_t code) {
  if (IsAboutTheRecord(code))
    deliveries_.refusals.push_back({&record, code});
  else
    deliveries_.Fail(code, "records cannot be written");
}

void Producer::Deliveries::Fail(rd_kafka_resp_err_t code, std::string_view what) {
  if (failure) return;
  failure = ToError(what, code);
  failure_code = code;
}

void Producer::Deliveries::OnDelivery(const rd_kafka_message_t& message) {
  const auto* const record = static_cast<const OutRecord*>(message._private);
  if (IsAboutTheRecord(message.err)) {
    refusals.push_back({record, message.err});
  } else {
    const std::string topic = rd_kafka_topic_name(message.rkt);
    Fail(message.err, "records cannot be written to " + ToString({topic, message.partition}));
  }
}

}  // namespace penstock::kafka
