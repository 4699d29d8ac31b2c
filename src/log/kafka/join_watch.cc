#include "log/kafka/join_watch.h"

namespace penstock::kafka {
namespace {

constexpr int16_t kJoinGroup = 11;
constexpr int16_t kSyncGroup = 14;

// Before it joins, librdkafka waits for fetches that are under way. What has not come by then does not come: it had
// left the group.
constexpr Duration kExpectation = std::chrono::seconds(5);

}  // namespace

void JoinWatch::Expect() {
  const std::lock_guard lock(mutex_);
  expected_until_ = clock_.Monotonic() + kExpectation;
}

bool JoinWatch::is_joining() const {
  const std::lock_guard lock(mutex_);
  return joining_ || (expected_until_ && clock_.Monotonic() < *expected_until_);
}

void JoinWatch::OnSent(int16_t api) {
  if (api != kJoinGroup) return;
  const std::lock_guard lock(mutex_);
  joining_ = true;
  expected_until_.reset();
}

// With this answer the new generation holds. Where it says that another one is being made, a request to join follows.
void JoinWatch::OnAnswer(int16_t api, rd_kafka_resp_err_t code) {
  if (api != kSyncGroup || code != RD_KAFKA_RESP_ERR_NO_ERROR) return;
  const std::lock_guard lock(mutex_);
  joining_ = false;
}

}  // namespace penstock::kafka
