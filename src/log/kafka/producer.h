// Writes batches of records, and counts what became of them.
#pragma once

#include <librdkafka/rdkafka.h>

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/log.h"
#include "base/result.h"
#include "log/kafka/conf.h"
#include "log/kafka/connection.h"
#include "log/kafka/transaction_watch.h"
#include "log/out_batch.h"
#include "log/partition.h"

namespace penstock::kafka {

struct ProducerOptions {
  std::string brokers;
  Properties properties;
  std::string client_id;
  std::string transactional_id;        // empty: its records are written once each, and not together
  size_t batch_bytes_max = 1'000'000;  // of one request's records to one partition
  const Clock* clock = nullptr;        // outlives the producer, as the logger does
  const Logger* logger = nullptr;      // may be null
};

// Used by one thread, but for statistics().
class Producer {
 public:
  static Result<std::unique_ptr<Producer>> Make(const ProducerOptions& options);
  Producer(const Producer&) = delete;
  Producer& operator=(const Producer&) = delete;

  // Queues all records; they borrow from `batch` until Flush() has returned, or the producer has ended. Waits where
  // the queue is full. False when `is_over` says so, which it is asked now and then.
  using IsOver = std::function<bool()>;
  bool Write(const OutBatch& batch, const IsOver& is_over);

  // Waits until all that was written is stored or refused. False when `is_over` says so before.
  bool Flush(const IsOver& is_over);

  // Serves what librdkafka has to say.
  void Serve(int timeout_ms) { rd_kafka_poll(handle(), timeout_ms); }

  // What became of the records since Forget(): the first error that is not about one record, and the records that were
  // refused, each with why.
  struct Refusal {
    const OutRecord* record = nullptr;
    rd_kafka_resp_err_t code = RD_KAFKA_RESP_ERR_NO_ERROR;
  };
  const std::optional<Error>& failure() const { return deliveries_.failure; }
  const std::vector<Refusal>& refusals() const { return deliveries_.refusals; }
  void Forget();

  // Where a record is stored; -1 where the broker did not say.
  struct Place {
    int32_t partition = -1;
    int64_t offset = -1;
  };
  // From now on, until Forget(), the place of each of these records is noted where it stands.
  void NotePlaces(std::span<const OutRecord> records, std::vector<Place>& places);

  rd_kafka_t* handle() { return handle_.get(); }
  const TransactionWatch& watch() const { return watch_; }
  const Statistics& statistics() const { return deliveries_.statistics(); }

 private:
  struct Deliveries final : Connection {
    using Connection::Connection;
    void OnDelivery(const rd_kafka_message_t& message) override;

    std::optional<Error> failure;
    std::vector<Refusal> refusals;
    std::span<const OutRecord> noted;
    std::vector<Place>* places = nullptr;
  };

  explicit Producer(const ProducerOptions& options) : deliveries_("producer", *options.clock, options.logger) {}
  rd_kafka_topic_t* TopicOf(const std::string& name);
  bool MakeRoom(const IsOver& is_over);
  rd_kafka_resp_err_t Queue(rd_kafka_topic_t* topic, const OutRecord& record);
  void Refuse(const OutRecord& record, rd_kafka_resp_err_t code);

  TransactionWatch watch_;
  Deliveries deliveries_;
  Handle<rd_kafka_t> handle_;
  std::map<std::string, Handle<rd_kafka_topic_t>> topics_;
  std::vector<rd_kafka_topic_t*> topics_by_number_;  // of the batch that is written: scratch
};

}  // namespace penstock::kafka
