#include "model/remote/remote_transport.h"

#include <algorithm>
#include <utility>

namespace penstock::remote {

Result<std::unique_ptr<RemoteTransport>> RemoteTransport::Make(const RemoteSettings& settings, EventLoop& loop,
                                                               const Clock& clock, PredictorMetrics& metrics) {
  std::unique_ptr<RemoteTransport> transport(new RemoteTransport(settings, clock, metrics));
  HttpLimits limits;
  limits.ca_file = settings.spec.ca_file;
  limits.body_bytes_max = settings.spec.response_bytes_max;
  TRY_ASSIGN(transport->client_, HttpClient::Make(settings.targets, limits, loop, clock));
  return transport;
}

RemoteTransport::~RemoteTransport() { client_.reset(); }

void RemoteTransport::Begin(AttemptId id, size_t endpoint, std::string_view payload, AttemptSink& sink) {
  AttemptOwner& self = *this;
  auto made = std::make_unique<RemoteAttempt>(context_, self, id, endpoint, sink);
  RemoteAttempt& attempt = *attempts_.insert_or_assign(id, std::move(made)).first->second;
  attempt.transfer = client_->Begin(endpoint, payload, attempt);
  metrics_.runs.Add();
}

void RemoteTransport::Abandon(AttemptId id) {
  const auto found = attempts_.find(id);
  if (found == attempts_.end()) return;
  client_->Abandon(found->second->transfer);
  metrics_.run_ns.Record((context_.clock.Monotonic() - found->second->begun()).count());
  attempts_.erase(found);
}

void RemoteTransport::Ended(RemoteAttempt& attempt, AttemptOutcome outcome) {
  const AttemptId id = attempt.id();
  AttemptSink& sink = attempt.sink();
  metrics_.run_ns.Record((context_.clock.Monotonic() - attempt.begun()).count());
  attempts_.erase(id);
  sink.AttemptEnded(id, std::move(outcome));
}

void RemoteTransport::Turn() {
  client_->Turn();
  EndStalled();
}

void RemoteTransport::EndStalled() {
  while (!context_.streams.empty() && UntilStall() == Duration(0)) {
    RemoteAttempt& attempt = *context_.streams.front();
    client_->Abandon(attempt.transfer);
    Ended(attempt, attempt.Stalled());
  }
}

Duration RemoteTransport::UntilStall() const {
  if (context_.streams.empty()) return Duration::max();
  const Duration silent = context_.clock.Monotonic() - context_.streams.front()->heard();
  return std::max(context_.settings.spec.stall - silent, Duration(0));
}

}  // namespace penstock::remote
