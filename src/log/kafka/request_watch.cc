#include "log/kafka/request_watch.h"

#include <cstddef>

namespace penstock::kafka {
namespace {

constexpr const char* kName = "penstock";

// librdkafka tells of an answer twice: where it arrives, and where it is handled. Only the former counts.
thread_local bool is_broker_thread = false;

}  // namespace

struct RequestWatchHooks {
  static rd_kafka_resp_err_t OnNew(rd_kafka_t* handle, const rd_kafka_conf_t* /*conf*/, void* watch, char* /*reason*/,
                                   size_t /*reason_size*/) {
    rd_kafka_interceptor_add_on_thread_start(handle, kName, OnThreadStart, watch);
    rd_kafka_interceptor_add_on_request_sent(handle, kName, OnRequestSent, watch);
    return rd_kafka_interceptor_add_on_response_received(handle, kName, OnResponseReceived, watch);
  }
  static rd_kafka_resp_err_t OnThreadStart(rd_kafka_t* /*handle*/, rd_kafka_thread_type_t type, const char* /*thread*/,
                                           void* /*watch*/) {
    is_broker_thread = type == RD_KAFKA_THREAD_BROKER;
    return RD_KAFKA_RESP_ERR_NO_ERROR;
  }
  static rd_kafka_resp_err_t OnRequestSent(rd_kafka_t* /*handle*/, int /*socket*/, const char* /*broker*/,
                                           int32_t /*broker_id*/, int16_t api, int16_t /*version*/, int32_t /*id*/,
                                           size_t /*size*/, void* watch) {
    static_cast<RequestWatch*>(watch)->OnSent(api);
    return RD_KAFKA_RESP_ERR_NO_ERROR;
  }
  static rd_kafka_resp_err_t OnResponseReceived(rd_kafka_t* /*handle*/, int /*socket*/, const char* /*broker*/,
                                                int32_t /*broker_id*/, int16_t api, int16_t /*version*/, int32_t /*id*/,
                                                size_t /*size*/, int64_t /*round_trip_us*/, rd_kafka_resp_err_t code,
                                                void* watch) {
    if (is_broker_thread) static_cast<RequestWatch*>(watch)->OnAnswer(api, code);
    return RD_KAFKA_RESP_ERR_NO_ERROR;
  }
};

void RequestWatch::Attach(rd_kafka_conf_t& conf) {
  rd_kafka_conf_interceptor_add_on_new(&conf, kName, RequestWatchHooks::OnNew, this);
}

}  // namespace penstock::kafka
