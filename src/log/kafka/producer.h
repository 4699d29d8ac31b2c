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
#include "log/kafka/delivery_watch.h"
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
  DeliveryWatch::OnEnd on_end = {};    // of what Begin() began; by any thread
};

// Used by one thread at a time, but for statistics().
class Producer {
 public:
  static Result<std::unique_ptr<Producer>> Make(const ProducerOptions& options);
  Producer(const Producer&) = delete;
  Producer& operator=(const Producer&) = delete;

  using Batches = std::span<const OutBatch* const>;
  // Where in the batches it goes on.
  struct Cursor {
    size_t batch = 0;
    size_t record = 0;
  };

  // Queues all records from `cursor` on; they borrow from the batches until Flush() has returned, or the producer has
  // ended. Waits where the queue is full. False when `is_over` says so, which it is asked now and then.
  using IsOver = std::function<bool()>;
  bool Write(Batches batches, Cursor cursor, const IsOver& is_over);

  // Waits until all that was written is stored or refused. False when `is_over` says so before.
  bool Flush(const IsOver& is_over);

  // The same without a wait: `on_end` of the options is called when all is stored or not, which Flush() then says.
  // Where the queue is full, it is not, and Write() is to go on from what this returns.
  std::optional<Cursor> Begin(Batches batches);

  // Serves what librdkafka has to say; how much that was.
  int Serve(int timeout_ms) { return rd_kafka_poll(handle(), timeout_ms); }

  // What became of the records since Forget(): the first error that is not about one record, and the records that were
  // refused, each with why.
  struct Refusal {
    const OutRecord* record = nullptr;
    rd_kafka_resp_err_t code = RD_KAFKA_RESP_ERR_NO_ERROR;
  };
  const std::optional<Error>& failure() const { return deliveries_.failure; }
  rd_kafka_resp_err_t failure_code() const { return deliveries_.failure_code; }
  const std::vector<Refusal>& refusals() const { return deliveries_.refusals; }
  bool all_stored() const { return watch_of_deliveries_.all_stored(); }
  void Forget();

  // From now on, until Forget(), the place of each of these records is noted where it stands.
  void NotePlaces(std::span<const OutRecord> records, std::vector<Place>& places) {
    watch_of_deliveries_.NotePlaces(records, places);
  }

  rd_kafka_t* handle() { return handle_.get(); }
  const TransactionWatch& watch() const { return watch_; }
  const Statistics& statistics() const { return deliveries_.statistics(); }

 private:
  struct Deliveries final : Connection {
    using Connection::Connection;
    void OnDelivery(const rd_kafka_message_t& message) override;
    void Fail(rd_kafka_resp_err_t code, std::string_view what);

    std::optional<Error> failure;
    rd_kafka_resp_err_t failure_code = RD_KAFKA_RESP_ERR_NO_ERROR;
    std::vector<Refusal> refusals;
  };

  explicit Producer(const ProducerOptions& options) : deliveries_("producer", *options.clock, options.logger) {}
  rd_kafka_topic_t* TopicOf(const std::string& name);
  bool MakeRoom(const IsOver& is_over);
  bool QueueFrom(Batches batches, Cursor& cursor);
  rd_kafka_resp_err_t Queue(rd_kafka_topic_t* topic, const OutRecord& record);
  void Refuse(const OutRecord& record, rd_kafka_resp_err_t code);

  TransactionWatch watch_;
  DeliveryWatch watch_of_deliveries_;
  Deliveries deliveries_;
  Handle<rd_kafka_t> handle_;
  std::map<std::string, Handle<rd_kafka_topic_t>> topics_;
  std::vector<rd_kafka_topic_t*> topics_by_number_;  // of the batch that is written: scratch
};

}  // namespace penstock::kafka
