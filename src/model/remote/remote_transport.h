// Attempts over HTTP.
#pragma once

#include <algorithm>
#include <memory>
#include <unordered_map>

#include "base/clock.h"
#include "base/event_loop.h"
#include "base/result.h"
#include "model/call/attempt.h"
#include "model/model.h"
#include "model/remote/http_client.h"
#include "model/remote/remote_attempt.h"
#include "model/remote/remote_settings.h"

namespace penstock::remote {

// Used by one worker's thread, that of the loop.
class RemoteTransport final : public Transport, private AttemptOwner {
 public:
  // All outlive it. In the metrics, it counts attempts as runs.
  static Result<std::unique_ptr<RemoteTransport>> Make(const RemoteSettings& settings, EventLoop& loop,
                                                       const Clock& clock, PredictorMetrics& metrics);
  ~RemoteTransport() override;
  RemoteTransport(const RemoteTransport&) = delete;
  RemoteTransport& operator=(const RemoteTransport&) = delete;

  void Begin(AttemptId id, size_t endpoint, std::string_view payload, AttemptSink& sink) override;
  void Abandon(AttemptId id) override;

  // Does all that is due, and tells outcomes.
  void Turn();
  // How long nothing is due by itself.
  Duration due() const { return std::min(client_->due(), UntilStall()); }

 private:
  RemoteTransport(const RemoteSettings& settings, const Clock& clock, PredictorMetrics& metrics)
      : context_{settings, clock, JsonParser(), Arena(), {}}, metrics_(metrics) {}
  void Ended(RemoteAttempt& attempt, AttemptOutcome outcome) override;
  void EndStalled();
  // How long no stream is silent for too long.
  Duration UntilStall() const;

  AttemptContext context_;
  PredictorMetrics& metrics_;
  std::unordered_map<AttemptId, std::unique_ptr<RemoteAttempt>> attempts_;
  std::unique_ptr<HttpClient> client_;  // whose end comes before that of what it tells
};

}  // namespace penstock::remote
