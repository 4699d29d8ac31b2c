#include "model/remote/remote_model.h"

#include <algorithm>
#include <utility>

#include "model/call/limiter.h"
#include "model/remote/remote_predictor.h"
#include "model/remote/remote_settings.h"

namespace penstock {
namespace remote {
namespace {

class RemoteModel final : public Model {
 public:
  RemoteModel(std::unique_ptr<const RemoteSettings> settings, const Clock& clock)
      : settings_(std::move(settings)), clock_(clock), limiter_(Limiter::Make(settings_->spec.policy.limits, clock)) {
    const RemoteSpec& spec = settings_->spec;
    info_.name = spec.name;
    info_.version = spec.version.empty() ? spec.model : spec.version;
    info_.inputs = settings_->protocol->inputs();
    info_.outputs = settings_->protocol->outputs();
  }

  const ModelInfo& info() const override { return info_; }
  bool answers_later() const override { return true; }

  Result<std::unique_ptr<Predictor>> NewPredictor(PredictorOptions options) override {
    const auto is_known = [this](uint32_t output) { return output < info_.outputs.size(); };
    // No output twice, so that those chosen are no more than there are.
    std::vector<uint32_t> sorted = options.outputs;
    std::sort(sorted.begin(), sorted.end());
    if (!std::all_of(sorted.begin(), sorted.end(), is_known) ||
        std::adjacent_find(sorted.begin(), sorted.end()) != sorted.end())
      return penstock::Fail(ErrorKind::kInternal, "model " + info_.name + " has no such outputs");
    TRY_ASSIGN(std::unique_ptr<Predictor> predictor,
               RemotePredictor::Make(*settings_, *limiter_, std::move(options), clock_));
    return predictor;
  }

  std::optional<int64_t> NativeBytes() const override { return std::nullopt; }
  // Attempts have a time limit of their own.
  std::optional<Duration> LongestRun() const override { return std::nullopt; }

 private:
  const std::unique_ptr<const RemoteSettings> settings_;
  const Clock& clock_;
  const std::unique_ptr<Limiter> limiter_;
  ModelInfo info_;
};

}  // namespace
}  // namespace remote

Result<std::unique_ptr<Model>> MakeRemoteModel(RemoteSpec spec, const Clock& clock) {
  const std::string name = spec.name;
  Result<std::unique_ptr<const remote::RemoteSettings>> settings = remote::MakeRemoteSettings(std::move(spec));
  if (!settings) return Fail(settings.error().kind, "model " + name + ": " + settings.error().message);
  return std::make_unique<remote::RemoteModel>(*std::move(settings), clock);
}

}  // namespace penstock
