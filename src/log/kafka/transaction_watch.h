// Whether a request of a transaction may still be under way when the transaction has ended.
#pragma once

#include <atomic>
#include <cstdint>

#include "log/kafka/request_watch.h"

namespace penstock::kafka {

// Until KIP-890, a request that changes a transaction is taken for one of whatever transaction the producer has then:
// one that is late ends, or joins, the next. librdkafka sends such requests again after a lost connection, and says
// nothing of it. So this looks at what goes over the wire.
//
// Written by librdkafka's threads, read by any.
class TransactionWatch final : public RequestWatch {
 public:
  // A request was lost, or timed out: it may come later. Never false again.
  bool is_disturbed() const { return lost_.load() || unanswered_.load() != 0; }

  // Requests to end a transaction that were sent so far.
  uint64_t ends_sent() const { return ends_sent_.load(); }

 private:
  void OnSent(int16_t api) override;
  void OnAnswer(int16_t api, rd_kafka_resp_err_t code) override;

  std::atomic<bool> lost_ = false;
  std::atomic<int64_t> unanswered_ = 0;
  std::atomic<uint64_t> ends_sent_ = 0;
};

}  // namespace penstock::kafka
