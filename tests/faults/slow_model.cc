#include "tests/faults/slow_model.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "log/sim/random.h"

namespace penstock::faults {
namespace {

class SlowPredictor final : public Predictor {
 public:
  SlowPredictor(int64_t slow_per_mille, uint64_t seed, const Clock& clock)
      : slow_per_mille_(slow_per_mille), random_(seed), clock_(clock) {}

  void Predict(std::span<const Request> batch, AnswerSink& answers) override {
    answers_ = &answers;
    for (const Request& request : batch) {
      const bool slow = random_.Chance(slow_per_mille_);
      calls_.push_back({.id = request.id,
                        .number = request.inputs[0].as_int(),
                        .due = clock_.Monotonic() + random_.BetweenMs(0, 100),
                        .takes = random_.BetweenMs(0, slow ? 20'000 : 400)});
    }
  }

  void Cancel(RequestId id) override {
    std::erase_if(calls_, [id](const Call& call) { return call.id == id; });
  }

  Duration Turn() override {
    const Duration now = clock_.Monotonic();
    // Whoever is answered may ask again.
    std::vector<Call> ended;
    std::erase_if(calls_, [&](Call& call) {
      if (!call.begun && call.due <= now && !held_) Begin(call, now);
      if (!call.begun || call.due > now) return false;
      ended.push_back(call);
      return true;
    });
    for (const Call& call : ended) End(call);
    Duration next = Duration::max();
    for (const Call& call : calls_)
      if (call.begun || !held_) next = std::min(next, std::max(call.due - now, Duration(0)));
    return next;
  }

  bool HasBegun(RequestId id) const override {
    return std::any_of(calls_.begin(), calls_.end(), [id](const Call& call) { return call.id == id && call.begun; });
  }
  void Hold(bool hold) override { held_ = hold; }
  const PredictorMetrics& metrics() const override { return metrics_; }

 private:
  struct Call {
    RequestId id;
    int64_t number;
    Duration due;  // it begins then, or where it has begun, it ends
    Duration takes;
    bool begun = false;
  };

  static void Begin(Call& call, Duration now) {
    call.begun = true;
    call.due = now + call.takes;
  }

  void End(const Call& call) {
    if (IsFailure(call.number))
      return answers_->Fail(call.id, {FailureKind::kModel, {ErrorKind::kUnavailable, "it fails here"}}, {});
    const Value answer = Value::Int(call.number);
    answers_->Answer(call.id, {&answer, 1}, {.attempts = 1});
  }

  const int64_t slow_per_mille_;
  sim::Random random_;
  const Clock& clock_;
  AnswerSink* answers_ = nullptr;
  std::vector<Call> calls_;
  bool held_ = false;
  PredictorMetrics metrics_;
};

class SlowModel final : public Model {
 public:
  SlowModel(const std::string& name, int64_t slow_per_mille, const Clock& clock)
      : slow_per_mille_(slow_per_mille), clock_(clock) {
    info_.name = name;
    info_.version = "slow-1";
    info_.inputs = {{"body", "any", {}}};
    info_.outputs = {{"response", "any", {}}};
  }

  const ModelInfo& info() const override { return info_; }
  bool answers_later() const override { return true; }
  Result<std::unique_ptr<Predictor>> NewPredictor(PredictorOptions options) override {
    return std::make_unique<SlowPredictor>(slow_per_mille_, options.seed, clock_);
  }
  std::optional<int64_t> NativeBytes() const override { return std::nullopt; }
  std::optional<Duration> LongestRun() const override { return std::nullopt; }

 private:
  const int64_t slow_per_mille_;
  const Clock& clock_;
  ModelInfo info_;
};

}  // namespace

bool IsFailure(int64_t number) { return number % 17 == 3; }

std::unique_ptr<Model> MakeSlowModel(const std::string& name, int64_t slow_per_mille, const Clock& clock) {
  return std::make_unique<SlowModel>(name, slow_per_mille, clock);
}

}  // namespace penstock::faults
