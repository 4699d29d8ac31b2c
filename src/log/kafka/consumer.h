// A member of a consumer group that reads what the group gives it.
#pragma once

#include <memory>
#include <vector>

#include "base/clock.h"
#include "base/log.h"
#include "base/result.h"
#include "log/cluster/client.h"
#include "log/kafka/assignment.h"
#include "log/kafka/conf.h"
#include "log/kafka/connection.h"
#include "log/kafka/join_watch.h"
#include "log/kafka/message_batch.h"
#include "log/kafka/wake.h"
#include "log/session.h"

namespace penstock::kafka {

struct ConsumerOptions {
  std::string brokers;
  Properties properties;
  SessionOptions session;
  const Clock* clock = nullptr;    // outlives the consumer, as the logger does
  const Logger* logger = nullptr;  // may be null
};

// Used by one thread, but for handle() and connection(). Its end leaves the group.
class Consumer {
 public:
  // `wake` is signalled when there may be something to gather; it outlives the consumer.
  static Result<std::unique_ptr<Consumer>> Make(const ConsumerOptions& options, const Wake& wake);
  ~Consumer();
  Consumer(const Consumer&) = delete;
  Consumer& operator=(const Consumer&) = delete;

  // What happened and what came, without waiting. Records borrow from here until the next call. An error ends the
  // session.
  Result<void> Gather(cluster::ClientDelivery& delivery);

  Assignment& assignment() { return connection_.assignment; }
  // Lives as long as this; calls that take any thread may be made with it.
  rd_kafka_t* handle() const { return handle_.get(); }
  const Connection& connection() const { return connection_; }
  bool is_joining() const { return joins_.is_joining(); }

 private:
  // Partitions go to and from the assignment.
  struct Member final : Connection {
    Member(JoinWatch& joins, const Clock& clock, const Logger* logger)
        : Connection("consumer", clock, logger), assignment(*this, joins, clock) {}
    void OnRebalance(rd_kafka_resp_err_t code, const rd_kafka_topic_partition_list_t& list) override {
      assignment.OnRebalance(code, list);
    }
    Assignment assignment;
  };

  struct Kept {
    Handle<rd_kafka_message_t> message;
    uint64_t reading = 0;
  };

  Consumer(const ConsumerOptions& options, const Wake& wake);
  Result<void> Subscribe(const std::vector<std::string>& topics) const;
  void TakeKept();
  bool TakeNext();
  void Take(Handle<rd_kafka_message_t> message);
  void TakeNotice(const rd_kafka_message_t& message, Holding::Entry* partition);
  void SetLogEnds(std::vector<cluster::Slice>& slices) const;

  const Wake& wake_;
  JoinWatch joins_;
  Member connection_;
  Handle<rd_kafka_t> handle_;
  Handle<rd_kafka_queue_t> queue_;
  MessageBatch batch_;
  // What came and did not fit, or was of a partition paused meanwhile: before all that librdkafka still has.
  std::vector<Kept> kept_;
  std::vector<cluster::ClientEvent> events_;
  std::optional<Error> failure_;
};

}  // namespace penstock::kafka
