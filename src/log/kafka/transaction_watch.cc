#include "log/kafka/transaction_watch.h"

#include <cstring>

namespace penstock::kafka {
namespace {

// Numbers of Kafka's protocol.
constexpr int16_t kAddPartitionsToTxn = 24;
constexpr int16_t kAddOffsetsToTxn = 25;
constexpr int16_t kEndTxn = 26;
constexpr int16_t kTxnOffsetCommit = 28;

constexpr const char* kName = "penstock";

bool IsWatched(int16_t api) {
  return api == kAddPartitionsToTxn || api == kAddOffsetsToTxn || api == kEndTxn || api == kTxnOffsetCommit;
}

// librdkafka tells of an answer twice: where it arrives, and where it is handled. Only the former counts.
thread_local bool is_broker_thread = false;

}  // namespace

struct TransactionWatchHooks {
  static rd_kafka_resp_err_t OnNew(rd_kafka_t* producer, const rd_kafka_conf_t* /*conf*/, void* watch, char* /*reason*/,
                                   size_t /*reason_size*/) {
    rd_kafka_interceptor_add_on_thread_start(producer, kName, OnThreadStart, watch);
    rd_kafka_interceptor_add_on_request_sent(producer, kName, OnRequestSent, watch);
    return rd_kafka_interceptor_add_on_response_received(producer, kName, OnResponseReceived, watch);
  }
  static rd_kafka_resp_err_t OnThreadStart(rd_kafka_t* /*producer*/, rd_kafka_thread_type_t type,
                                           const char* /*thread*/, void* /*watch*/) {
    is_broker_thread = type == RD_KAFKA_THREAD_BROKER;
    return RD_KAFKA_RESP_ERR_NO_ERROR;
  }
  static rd_kafka_resp_err_t OnRequestSent(rd_kafka_t* /*producer*/, int /*socket*/, const char* /*broker*/,
                                           int32_t /*broker_id*/, int16_t api, int16_t /*version*/, int32_t /*id*/,
                                           size_t /*size*/, void* watch) {
    static_cast<TransactionWatch*>(watch)->OnSent(api);
    return RD_KAFKA_RESP_ERR_NO_ERROR;
  }
  static rd_kafka_resp_err_t OnResponseReceived(rd_kafka_t* /*producer*/, int /*socket*/, const char* /*broker*/,
                                                int32_t /*broker_id*/, int16_t api, int16_t /*version*/, int32_t /*id*/,
                                                size_t /*size*/, int64_t /*round_trip_us*/, rd_kafka_resp_err_t code,
                                                void* watch) {
    if (is_broker_thread) static_cast<TransactionWatch*>(watch)->OnAnswer(api, code);
    return RD_KAFKA_RESP_ERR_NO_ERROR;
  }
};

void TransactionWatch::Attach(rd_kafka_conf_t& conf) {
  rd_kafka_conf_interceptor_add_on_new(&conf, kName, TransactionWatchHooks::OnNew, this);
}

void TransactionWatch::OnSent(int16_t api) {
  if (!IsWatched(api)) return;
  ++unanswered_;
  if (api == kEndTxn) ++ends_sent_;
}

void TransactionWatch::OnAnswer(int16_t api, rd_kafka_resp_err_t code) {
  if (!IsWatched(api)) return;
  // A request that failed without an answer counts as lost, whether or not it had been sent: librdkafka does not say.
  if (code == RD_KAFKA_RESP_ERR_NO_ERROR)
    --unanswered_;
  else if (code != RD_KAFKA_RESP_ERR__DESTROY)
    lost_ = true;
}

}  // namespace penstock::kafka
