// What one handle of librdkafka tells while it works: log lines, trouble with brokers, statistics.
#pragma once

#include <array>
#include <atomic>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>

#include "base/clock.h"
#include "base/log.h"
#include "base/result.h"
#include "log/kafka/handle.h"
#include "log/kafka/statistics.h"

namespace penstock::kafka {

// Why brokers cannot be spoken to.
struct Trouble {
  rd_kafka_resp_err_t code = RD_KAFKA_RESP_ERR_NO_ERROR;
  std::string reason;  // names the broker's address
};

// The opaque of a handle, which it outlives. What is overridden is called by whoever serves the handle's queue, the
// log by any of librdkafka's threads.
class Connection {
 public:
  // `name` says in log lines what the handle is for. Clock and logger outlive this; the logger may be null.
  Connection(std::string name, const Clock& clock, const Logger* logger)
      : name_(std::move(name)), clock_(clock), logger_(logger) {}
  virtual ~Connection() = default;
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;

  // Before the handle is made.
  void Attach(rd_kafka_conf_t& conf);

  virtual void OnRebalance(rd_kafka_resp_err_t /*code*/, const rd_kafka_topic_partition_list_t& /*partitions*/) {}
  virtual void OnDelivery(const rd_kafka_message_t& /*message*/) {}

  // The latest, since Forget(). Any thread.
  std::optional<Trouble> trouble() const;
  void Forget();

  // Any thread.
  const Statistics& statistics() const { return statistics_; }

  // A line about what is not as it should be; of the same `kind` at most one every second.
  void Warn(std::string_view message, std::string_view kind, std::string_view reason);

 private:
  void OnLog(int level, std::string_view facility, std::string_view text);
  void OnCertificate(std::string_view reason);
  void OnError(rd_kafka_resp_err_t code, std::string_view text);
  bool MayLog(std::string_view kind);

  const std::string name_;
  const Clock& clock_;
  const Logger* const logger_;
  Statistics statistics_;
  mutable std::mutex mutex_;
  std::optional<Trouble> trouble_;
  std::string certificate_trouble_;       // why the last certificate that was refused was
  std::array<Duration, 64> next_line_{};  // by a hash of the kind
};

// The handle; `what` it is for.
Result<Handle<rd_kafka_t>> MakeHandle(rd_kafka_type_t type, Handle<rd_kafka_conf_t> conf, std::string_view what);

}  // namespace penstock::kafka
