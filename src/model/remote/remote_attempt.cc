#include "model/remote/remote_attempt.h"

#include <algorithm>
#include <utility>

#include "model/remote/status_outcome.h"

namespace penstock::remote {
namespace {

bool IsAnswer(int status) { return status >= 200 && status < 300; }

}  // namespace

RemoteAttempt::~RemoteAttempt() {
  if (stream_ != nullptr) context_.streams.erase(place_);
}

void RemoteAttempt::Header(std::string_view name, std::string_view value) {
  ReadHint(name, value, context_.clock.Now(), hints_);
}

bool RemoteAttempt::Body(int status, std::string_view bytes) {
  if (stream_ == nullptr && hints_.is_event_stream && IsAnswer(status)) {
    stream_ = context_.settings.protocol->NewStream(status);
    if (stream_ != nullptr) place_ = context_.streams.insert(context_.streams.end(), this);
  }
  if (stream_ != nullptr) return Stream(bytes);
  body_ += bytes;
  return true;
}

bool RemoteAttempt::Stream(std::string_view bytes) {
  heard_ = context_.clock.Monotonic();
  context_.streams.splice(context_.streams.end(), context_.streams, place_);
  const bool goes_on = stream_->Feed(bytes, context_.parser, context_.arena);
  if (!first_part_ && stream_->has_begun()) first_part_ = heard_;
  return goes_on;
}

void RemoteAttempt::Ended(const HttpEnd& end) {
  context_.arena.Reset();
  AttemptOutcome outcome = OutcomeOf(end);
  if (first_part_) outcome.first_token = std::max(*first_part_ - begun_ - end.sent_after, Duration(0));
  owner_.Ended(*this, Dressed(std::move(outcome)));
}

AttemptOutcome RemoteAttempt::OutcomeOf(const HttpEnd& end) {
  if (stream_ != nullptr) {
    const bool is_told = end.fault == HttpFault::kNone || end.fault == HttpFault::kStopped || stream_->is_complete();
    return is_told ? stream_->Finish() : OutcomeOfFault(end);
  }
  // Of a status that says no, what may be missing of the body matters little.
  if (end.status != 0 && !IsAnswer(end.status))
    return OutcomeOfStatus(end.status, body_, hints_, context_.parser, context_.arena);
  if (end.fault != HttpFault::kNone) return OutcomeOfFault(end);
  return context_.settings.protocol->Read(end.status, body_, context_.parser, context_.arena);
}

AttemptOutcome RemoteAttempt::Stalled() {
  if (stream_->is_complete()) return Dressed(stream_->Finish());
  return Dressed(Failed("stalled", "its streamed answer was silent for too long"));
}

AttemptOutcome RemoteAttempt::Dressed(AttemptOutcome outcome) const {
  outcome.quota = hints_.quota;
  if (outcome.end == AttemptEnd::kAnswered) return outcome;
  if (!outcome.retry_after) outcome.retry_after = hints_.retry_after;
  outcome.message = context_.settings.secrets.Redact(context_.settings.shown[endpoint_] + ": " + outcome.message);
  return outcome;
}

}  // namespace penstock::remote
