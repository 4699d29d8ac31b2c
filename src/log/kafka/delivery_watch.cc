#include "log/kafka/delivery_watch.h"

#include <utility>

namespace penstock::kafka {
namespace {

// Besides those of RequestWatch, of which there may be one.
constexpr const char* kName = "penstock-deliveries";

// What librdkafka refuses at once it acknowledges, too: to the thread that hands it over, which is told anyway.
thread_local bool is_handing_over = false;

}  // namespace

struct DeliveryWatchHooks {
  static rd_kafka_resp_err_t OnNew(rd_kafka_t* handle, const rd_kafka_conf_t* /*conf*/, void* watch, char* /*reason*/,
                                   size_t /*reason_size*/) {
    return rd_kafka_interceptor_add_on_acknowledgement(handle, kName, OnAcknowledged, watch);
  }
  static rd_kafka_resp_err_t OnAcknowledged(rd_kafka_t* /*handle*/, rd_kafka_message_t* message, void* watch) {
    if (!is_handing_over) static_cast<DeliveryWatch*>(watch)->OnAcknowledged(*message);
    return RD_KAFKA_RESP_ERR_NO_ERROR;
  }
};

void DeliveryWatch::Attach(rd_kafka_conf_t& conf, OnEnd on_end) {
  on_end_ = std::move(on_end);
  rd_kafka_conf_interceptor_add_on_new(&conf, kName, DeliveryWatchHooks::OnNew, this);
}

void DeliveryWatch::Forget() {
  all_stored_ = true;
  noted_ = {};
}

void DeliveryWatch::NotePlaces(std::span<const OutRecord> records, std::vector<Place>& places) {
  places.assign(records.size(), Place());
  noted_ = records;
  places_ = &places;
}

// Whoever counts the last one may do so meanwhile: one of both calls.
void DeliveryWatch::TellEnd() {
  int64_t last = handed_over_;
  tell_at_ = last;
  if (acknowledged_ == last && tell_at_.compare_exchange_strong(last, kNever)) on_end_(all_stored_);
}

bool DeliveryWatch::WaitFor(int64_t at_most, Duration wait) {
  const int64_t wanted = handed_over_ - at_most;
  if (acknowledged_ >= wanted) return true;
  std::unique_lock lock(mutex_);
  awaited_ = wanted;
  const bool reached = reached_.wait_for(lock, wait, [&] { return acknowledged_ >= wanted; });
  awaited_ = kNever;
  return reached;
}

void DeliveryWatch::BeginHandOver() { is_handing_over = true; }

void DeliveryWatch::EndHandOver(rd_kafka_resp_err_t code) {
  is_handing_over = false;
  if (code == RD_KAFKA_RESP_ERR_NO_ERROR)
    ++handed_over_;
  else if (code != RD_KAFKA_RESP_ERR__QUEUE_FULL)  // for which there may be room later
    all_stored_ = false;
}

// A message's error does not tell: of a batch of which some records are refused, it names none.
void DeliveryWatch::OnAcknowledged(const rd_kafka_message_t& message) {
  if (rd_kafka_message_status(&message) != RD_KAFKA_MSG_STATUS_PERSISTED) all_stored_ = false;
  const auto* const record = static_cast<const OutRecord*>(message._private);
  const std::less<const OutRecord*> before;
  if (!noted_.empty() && !before(record, &noted_.front()) && !before(&noted_.back(), record))
    (*places_)[static_cast<size_t>(record - noted_.data())] = {message.partition, message.offset};
  int64_t count = ++acknowledged_;
  if (count == awaited_) {
    const std::lock_guard lock(mutex_);
    reached_.notify_one();
  }
  if (count == tell_at_ && tell_at_.compare_exchange_strong(count, kNever)) on_end_(all_stored_);
}

}  // namespace penstock::kafka
