#include "model/remote/remote_predictor.h"

#include <algorithm>
#include <array>
#include <string>

namespace penstock::remote {
namespace {

// Each round may end calls, and so begin others, for which there is room now. What is left is due at once.
constexpr int kRoundsMax = 8;
constexpr size_t kOutputsMax = 4;

CallReport ReportOf(const CallEnd& end) {
  CallReport report;
  report.attempts = end.attempts;
  report.input_tokens = end.usage.input_tokens;
  report.output_tokens = end.usage.output_tokens;
  report.latency = end.calling + end.retrying;
  return report;
}

std::string TimesOf(uint32_t attempts) {
  if (attempts == 0) return " without an attempt";
  return attempts == 1 ? " after 1 attempt" : " after " + std::to_string(attempts) + " attempts";
}

Failure FailureOf(const CallEnd& end, const std::string& shown) {
  // What a caller says by itself names no endpoint.
  const bool is_named = end.attempts == 0 || end.message.find(shown) != std::string::npos;
  const std::string details = (is_named ? "" : shown + ": ") + end.message;
  const std::string tail = TimesOf(end.attempts) + (details.empty() ? "" : ": " + details);
  const auto failure = [&tail](FailureKind kind, ErrorKind error, const char* what) {
    return Failure{kind, {error, what + tail}};
  };
  switch (end.result) {
    case CallResult::kRefused:
      if (end.reason == "content_filter")
        return failure(FailureKind::kFiltered, ErrorKind::kUnavailable, "a content filter refused the request");
      return failure(FailureKind::kModel, ErrorKind::kInvalid, "refused");
    case CallResult::kDeadline: return failure(FailureKind::kDeadline, ErrorKind::kUnavailable, "out of time");
    case CallResult::kOutage: return {FailureKind::kOutage, {ErrorKind::kUnavailable, end.message}};
    default: return failure(FailureKind::kModel, ErrorKind::kUnavailable, "no answer");
  }
}

}  // namespace

Result<std::unique_ptr<RemotePredictor>> RemotePredictor::Make(const RemoteSettings& settings, Limiter& limiter,
                                                               PredictorOptions options, const Clock& clock) {
  EventLoop* const loop = options.loop;
  if (loop == nullptr) return penstock::Fail(ErrorKind::kInternal, "a remote model needs the worker's event loop");
  const uint64_t seed = options.seed;
  std::unique_ptr<RemotePredictor> made(new RemotePredictor(settings, std::move(options)));
  TRY_ASSIGN(made->transport_, RemoteTransport::Make(settings, *loop, clock, made->metrics_));
  made->caller_ = Caller::Make(
      settings.spec.policy, limiter, [loop] { loop->Wake(); }, *made->transport_, *made, clock, seed,
      made->call_metrics_);
  return made;
}

void RemotePredictor::Predict(std::span<const Request> batch, AnswerSink& answers) {
  for (const Request& request : batch) {
    open_[request.id] = &answers;
    Result<Prompt> prompt = settings_.protocol->Write(request.inputs);
    if (prompt) {
      caller_->Start(request.id, std::move(prompt->payload), prompt->tokens);
    } else {
      unfit_.emplace_back(request.id, std::move(prompt.error()));
    }
  }
}

void RemotePredictor::Cancel(RequestId id) {
  if (open_.erase(id) == 0) return;
  if (std::erase_if(unfit_, [id](const auto& unfit) { return unfit.first == id; }) == 0) caller_->Cancel(id);
}

Duration RemotePredictor::Turn() {
  Duration wait(0);
  for (int round = 0; round < kRoundsMax && wait == Duration(0); ++round) {
    TellUnfit();
    transport_->Turn();
    wait = caller_->Turn();
    wait = std::min(wait, transport_->due());
  }
  return wait;
}

void RemotePredictor::TellUnfit() {
  while (!unfit_.empty()) {
    auto [id, error] = std::move(unfit_.back());
    unfit_.pop_back();
    const auto found = open_.find(id);
    AnswerSink& answers = *found->second;
    open_.erase(found);
    Fail(id, {FailureKind::kModel, std::move(error)}, {}, answers);
  }
}

void RemotePredictor::CallEnded(CallId id, CallEnd end) {
  const auto found = open_.find(id);
  if (found == open_.end()) return;
  AnswerSink& answers = *found->second;
  open_.erase(found);
  if (end.result == CallResult::kAnswered) return Answer(id, end, answers);
  Fail(id, FailureOf(end, settings_.shown[end.endpoint]), ReportOf(end), answers);
}

void RemotePredictor::Answer(RequestId id, const CallEnd& end, AnswerSink& answers) {
  const UnpackedAnswer answer = Unpack(end.answer);
  CallReport report = ReportOf(end);
  if (settings_.spec.version.empty()) report.version = answer.version;
  std::array<Value, kOutputsMax> all;
  std::optional<Failure> failure = settings_.protocol->Outputs(answer, parser_, answers.arena(), all);
  if (failure) {
    report.answer = answer.text;
    return Fail(id, *std::move(failure), report, answers);
  }
  metrics_.rows.Add();
  std::array<Value, kOutputsMax> chosen;
  for (size_t i = 0; i < outputs_.size(); ++i) chosen[i] = all[outputs_[i]];
  answers.Answer(id, std::span(chosen).first(outputs_.size()), report);
}

void RemotePredictor::Fail(RequestId id, Failure failure, const CallReport& report, AnswerSink& answers) {
  metrics_.failed_rows.Add();
  failure.error.message = "model " + settings_.spec.name + ": " + failure.error.message;
  answers.Fail(id, failure, report);
}

}  // namespace penstock::remote
