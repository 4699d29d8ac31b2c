// Whether a member of a group is joining it.
#pragma once

#include <cstdint>
#include <mutex>
#include <optional>

#include "base/clock.h"
#include "log/kafka/request_watch.h"

namespace penstock::kafka {

// Positions must not be committed meanwhile. A broker answers the requests of a connection one after another, and a
// request to join waits for all other members: when the commit's turn comes, its generation is that of the past. Before
// 2.10, librdkafka takes the refusal for the loss of every partition (its issue 4059), and all that was done since the
// last commit is done again. Any thread.
class JoinWatch final : public RequestWatch {
 public:
  // The clock outlives this.
  explicit JoinWatch(const Clock& clock) : clock_(clock) {}

  // What follows makes librdkafka join again, at once or in a moment.
  void Expect();

  bool is_joining() const;

 private:
  void OnSent(int16_t api) override;
  void OnAnswer(int16_t api, rd_kafka_resp_err_t code) override;

  const Clock& clock_;
  mutable std::mutex mutex_;
  bool joining_ = false;
  std::optional<Duration> expected_until_;
};

}  // namespace penstock::kafka
