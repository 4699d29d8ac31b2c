// For tests: attempts at the stand-in, without a caller.
#pragma once

#include <map>
#include <memory>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/event_loop.h"
#include "model/remote/remote_settings.h"
#include "model/remote/remote_transport.h"

namespace penstock::remote {

// Throws where the spec is wrong.
class Attempts final : public AttemptSink {
 public:
  explicit Attempts(RemoteSpec spec)
      : settings_(*MakeRemoteSettings(std::move(spec))),
        loop_(*EventLoop::Make()),
        transport_(*RemoteTransport::Make(*settings_, *loop_, RealClock(), metrics_)) {}

  // The prompt lives as long as the attempts.
  void Begin(AttemptId id, std::string_view payload, size_t endpoint = 0) {
    transport_->Begin(id, endpoint, payload, *this);
  }
  void Abandon(AttemptId id) { transport_->Abandon(id); }

  // Until `count` attempts have ended, or half a minute is over.
  void Await(size_t count) {
    const Duration deadline = RealClock().Monotonic() + std::chrono::seconds(30);
    while (outcomes_.size() < count && RealClock().Monotonic() < deadline) Turn(deadline);
    if (outcomes_.size() < count) throw std::runtime_error("attempts do not end");
  }
  // Until `holds` does, or half a minute is over.
  template <typename Condition>
  bool AwaitThat(Condition holds) {
    const Duration deadline = RealClock().Monotonic() + std::chrono::seconds(30);
    while (!holds() && RealClock().Monotonic() < deadline) Turn(RealClock().Monotonic() + std::chrono::milliseconds(5));
    return holds();
  }

  AttemptOutcome Ask(std::string_view payload) {
    const AttemptId id = next_++;
    Begin(id, payload);
    Await(outcomes_.size() + 1);
    return outcomes_.at(id);
  }

  const AttemptOutcome& of(AttemptId id) const { return outcomes_.at(id); }
  size_t ended() const { return outcomes_.size(); }
  const PredictorMetrics& metrics() const { return metrics_; }

 private:
  void AttemptEnded(AttemptId id, AttemptOutcome outcome) override {
    if (!outcomes_.emplace(id, std::move(outcome)).second) throw std::runtime_error("an attempt ends twice");
  }
  void Turn(Duration until) {
    const size_t ended = outcomes_.size();
    transport_->Turn();
    if (transport_->due() == Duration(0) || outcomes_.size() > ended) return;
    loop_->Wait(std::min(transport_->due(), std::max(until - RealClock().Monotonic(), Duration(0))));
  }

  const std::unique_ptr<const RemoteSettings> settings_;
  const std::unique_ptr<EventLoop> loop_;
  PredictorMetrics metrics_;
  std::map<AttemptId, AttemptOutcome> outcomes_;
  AttemptId next_ = 1'000'000;
  const std::unique_ptr<RemoteTransport> transport_;
};

}  // namespace penstock::remote
