// What a handle of librdkafka sends to brokers, and what they answer: it keeps its state to itself.
#pragma once

#include <cstdint>

#include "log/kafka/handle.h"

namespace penstock::kafka {

// Told by librdkafka's threads. Outlives the handle that it watches.
class RequestWatch {
 public:
  RequestWatch() = default;
  virtual ~RequestWatch() = default;
  RequestWatch(const RequestWatch&) = delete;
  RequestWatch& operator=(const RequestWatch&) = delete;

  // Before the handle is made.
  void Attach(rd_kafka_conf_t& conf);

 private:
  friend struct RequestWatchHooks;

  // `api`: https://kafka.apache.org/protocol.html#protocol_api_keys
  virtual void OnSent(int16_t api) = 0;
  // Once for each answer that arrives, and where none will any more; the code says nothing of what is in an answer.
  virtual void OnAnswer(int16_t api, rd_kafka_resp_err_t code) = 0;
};

}  // namespace penstock::kafka
