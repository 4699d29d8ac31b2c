// One worker's way to a remote model.
#pragma once

#include <memory>
#include <unordered_map>
#include <utility>
#include <vector>

#include "base/clock.h"
#include "base/result.h"
#include "event/json_parser.h"
#include "model/call/caller.h"
#include "model/call/limiter.h"
#include "model/model.h"
#include "model/remote/remote_settings.h"
#include "model/remote/remote_transport.h"

namespace penstock::remote {

// Answers come from Turn(). Requests have ids that no other request under way has.
class RemotePredictor final : public Predictor, private CallSink {
 public:
  // All outlive it, the loop of the options among them.
  static Result<std::unique_ptr<RemotePredictor>> Make(const RemoteSettings& settings, Limiter& limiter,
                                                       PredictorOptions options, const Clock& clock);
  RemotePredictor(const RemotePredictor&) = delete;
  RemotePredictor& operator=(const RemotePredictor&) = delete;

  void Predict(std::span<const Request> batch, AnswerSink& answers) override;
  void Cancel(RequestId id) override;
  Duration Turn() override;
  bool HasBegun(RequestId id) const override { return caller_->HasBegun(id); }
  size_t HeldBytes(RequestId id) const override { return caller_->PayloadBytes(id); }
  void Hold(bool hold) override { caller_->Hold(hold); }
  void SetShare(double share) override { caller_->SetShare(share); }
  bool IsAboveShare() const override { return caller_->IsAboveShare(); }
  const PredictorMetrics& metrics() const override { return metrics_; }
  const CallMetrics* call_metrics() const override { return &call_metrics_; }

 private:
  RemotePredictor(const RemoteSettings& settings, PredictorOptions options)
      : settings_(settings), outputs_(std::move(options.outputs)) {}
  void CallEnded(CallId id, CallEnd end) override;
  void TellUnfit();
  void Answer(RequestId id, const CallEnd& end, AnswerSink& answers);
  void Fail(RequestId id, Failure failure, const CallReport& report, AnswerSink& answers);

  const RemoteSettings& settings_;
  const std::vector<uint32_t> outputs_;
  JsonParser parser_;
  PredictorMetrics metrics_;
  CallMetrics call_metrics_;
  std::unordered_map<RequestId, AnswerSink*> open_;
  std::vector<std::pair<RequestId, Error>> unfit_;  // that no call was made for, and nobody was told yet
  std::unique_ptr<RemoteTransport> transport_;
  std::unique_ptr<Caller> caller_;
};

}  // namespace penstock::remote
