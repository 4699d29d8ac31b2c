// Which messages of a producer are under way, and where those are stored that are not any more.
#pragma once

#include <atomic>
#include <condition_variable>
#include <cstdint>
#include <functional>
#include <mutex>
#include <span>
#include <vector>

#include "base/clock.h"
#include "log/kafka/handle.h"
#include "log/out_batch.h"

namespace penstock::kafka {

// Where a record is stored; -1 where the broker did not say.
struct Place {
  int32_t partition = -1;
  int64_t offset = -1;
};

// Counts in librdkafka's threads, where an answer arrives: delivery reports would wake a thread of ours for each. Used
// by the thread that hands messages over, one at a time, whose opaque is their OutRecord. Outlives the producer.
class DeliveryWatch {
 public:
  DeliveryWatch() = default;
  DeliveryWatch(const DeliveryWatch&) = delete;
  DeliveryWatch& operator=(const DeliveryWatch&) = delete;

  // Whether all that was handed over since Forget() is stored. If not, delivery reports tell what is not, and may come
  // later.
  using OnEnd = std::function<void(bool all_stored)>;

  // Before the handle is made. `on_end` may be empty.
  void Attach(rd_kafka_conf_t& conf, OnEnd on_end);

  // From here on it counts anew. Only while nothing is under way.
  void Forget();
  // From now on, until Forget(), the place of each of these records is noted where it stands.
  void NotePlaces(std::span<const OutRecord> records, std::vector<Place>& places);

  // Hands one message over, by a call of librdkafka's that returns its error.
  template <typename Produce>
  rd_kafka_resp_err_t HandOver(const Produce& produce);

  // `on_end` is called once, when nothing of what was handed over is under way: now, or by one of librdkafka's threads.
  void TellEnd();

  int64_t under_way() const { return handed_over_ - acknowledged_; }
  bool all_stored() const { return all_stored_.load(); }
  // Until at most so many are under way: false where there are more after `wait`.
  bool WaitFor(int64_t at_most, Duration wait);

 private:
  friend struct DeliveryWatchHooks;
  static void BeginHandOver();
  void EndHandOver(rd_kafka_resp_err_t code);
  void OnAcknowledged(const rd_kafka_message_t& message);

  static constexpr int64_t kNever = -1;

  // Since the handle was made. Each is written by one side alone, and stands in a cache line of its own.
  alignas(64) int64_t handed_over_ = 0;
  alignas(64) std::atomic<int64_t> acknowledged_ = 0;
  alignas(64) std::atomic<int64_t> tell_at_ = kNever;  // the count at which `on_end` is called
  std::atomic<int64_t> awaited_ = kNever;              // the count that somebody waits for
  std::atomic<bool> all_stored_ = true;
  OnEnd on_end_;
  std::span<const OutRecord> noted_;
  std::vector<Place>* places_ = nullptr;
  std::mutex mutex_;
  std::condition_variable reached_;
};

template <typename Produce>
rd_kafka_resp_err_t DeliveryWatch::HandOver(const Produce& produce) {
  BeginHandOver();
  const rd_kafka_resp_err_t code = produce();
  EndHandOver(code);
  return code;
}

}  // namespace penstock::kafka
