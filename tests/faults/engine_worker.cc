#include "tests/faults/engine_worker.h"

#include <algorithm>
#include <stdexcept>
#include <string>
#include <utility>

#include "pipeline/infer_worker.h"
#include "pipeline/worker.h"
#include "tests/faults/slow_model.h"
#include "tests/faults/watched_session.h"

namespace penstock::faults {
namespace {

constexpr std::string_view kPrepare = R"yaml(pipeline: p
topics: { context: off }
route: [{ to: none }]
emit: { n: event.event.n }
)yaml";

// What it writes where, expectation.h tells. Some outputs (IsTooLarge) are padded until kMoreTopic refuses them.
std::string InferYaml() {
  return R"yaml(pipeline: p
route: [{ to: llm }]
models:
  llm:
    http: { url: 'https://llm.example.com/' }
    input: { body: event.n }
    output: { n: response }
emit: { n: event.n, asked: output.n, padding: 'event.n % 64 == 1 ? ")yaml" +
         std::string(kRecordBytesMax, 'x') + R"yaml(" : ""' }
deliver: [{ to: p.more, when: event.n % 3 != 0 }]
)yaml";
}

// So few that many deliveries meet a worker that is full.
constexpr size_t kInFlightMax = 100;

class EngineWorker final : public Actor {
 public:
  EngineWorker(const Plan& plan, Verdict& verdict) : verdict_(verdict), metrics_(plan) {}

  void Start(const Scenario& scenario, const Plan& plan, std::unique_ptr<Session> session, uint64_t seed,
             const Clock& clock, const Logger& logger) {
    auto watched = std::make_unique<WatchedSession>(std::move(session), verdict_);
    const WorkerLimits limits{.in_flight_max = kInFlightMax, .partitions = scenario.partitions};
    Result<std::unique_ptr<Worker>> worker =
        scenario.infer ? MakeInferWorker(plan, std::move(watched), {.seed = seed}, metrics_, clock, logger, limits)
                       : Worker::Make(plan, std::move(watched), metrics_, clock, logger, limits);
    if (worker)
      worker_ = *std::move(worker);
    else
      verdict_.Violate("a worker does not start: " + worker.error().message);
  }

  void Step() override { Round(); }

  bool Finish() override {
    if (worker_) worker_->Stop();
    return !Round();
  }

  ~EngineWorker() override {
    verdict_.given_up += metrics_.given_up.value();
    verdict_.repeated += metrics_.repeated.value();
  }

 private:
  // Whether there is more to do.
  bool Round() {
    if (!worker_) return false;
    const Result<bool> more = worker_->Step(Duration(0));
    if (!more) verdict_.Violate("the engine's worker gave up: " + more.error().message);
    if (!more) worker_.reset();
    if (!worker_) return false;
    Look();
    return *more;
  }

  void Look() {
    const InFlight in_flight = worker_->stage().in_flight();
    verdict_.in_flight_peak = std::max<uint64_t>(verdict_.in_flight_peak, in_flight.events);
    if (in_flight.events > kInFlightMax + kDeliveryMax)
      verdict_.Violate("a worker has " + std::to_string(in_flight.events) + " events in flight");
  }

  // What comes at once cannot be refused.
  static constexpr size_t kDeliveryMax = size_t{5} * 64;

  Verdict& verdict_;
  WorkerMetrics metrics_;
  std::unique_ptr<Worker> worker_;
};

}  // namespace

std::unique_ptr<const Plan> MakePlan(const Scenario& scenario, const Clock& clock) {
  const ModelLoader load = [&](const ModelFile& file) -> Result<std::unique_ptr<Model>> {
    return MakeSlowModel(file.name, scenario.slow_per_mille, clock);
  };
  std::string yaml = scenario.infer ? InferYaml() : std::string(kPrepare);
  if (!scenario.exactly_once) yaml += "delivery: at_least_once\n";
  if (scenario.ordered) yaml += "order: partition\n";
  PipelineFile file = CompilePipeline("p.yaml", yaml, load);
  if (file.plan == nullptr) throw std::runtime_error(file.problems.Text());
  return std::move(file.plan);
}

std::unique_ptr<Actor> MakeEngineWorker(const Scenario& scenario, const Plan& plan, std::unique_ptr<Session> session,
                                        uint64_t seed, const Clock& clock, const Logger& logger, Verdict& verdict) {
  auto actor = std::make_unique<EngineWorker>(plan, verdict);
  actor->Start(scenario, plan, std::move(session), seed, clock, logger);
  return actor;
}

}  // namespace penstock::faults
