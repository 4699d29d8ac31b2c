#include "tests/faults/engine_worker.h"

#include <utility>

#include "pipeline/pipeline_fixture.h"

namespace penstock::faults {
namespace {

constexpr std::string_view kPipeline = R"yaml(pipeline: p
topics: { context: off }
route: [{ to: none }]
emit: { n: event.n }
)yaml";

class EngineWorker final : public Actor {
 public:
  EngineWorker(const Clock& clock, const Logger& logger, Verdict& verdict)
      : clock_(clock), logger_(logger), verdict_(verdict) {}

  void Start(std::unique_ptr<Session> session) {
    Result<std::unique_ptr<Worker>> worker = Worker::Make(EnginePlan(), std::move(session), metrics_, clock_, logger_);
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
    verdict_.committed += metrics_.commits.value();
    verdict_.fenced += metrics_.fenced_partitions.value();
  }

 private:
  // Whether there is more to do.
  bool Round() {
    if (!worker_) return false;
    const Result<bool> more = worker_->Step(Duration(0));
    if (more) return *more;
    verdict_.Violate("the engine's worker gave up: " + more.error().message);
    worker_.reset();
    return false;
  }

  const Clock& clock_;
  const Logger& logger_;
  Verdict& verdict_;
  WorkerMetrics metrics_{EnginePlan()};
  std::unique_ptr<Worker> worker_;
};

}  // namespace

const Plan& EnginePlan() {
  static const PipelineFile file = CompileGood(std::string(kPipeline));
  return *file.plan;
}

std::unique_ptr<Actor> MakeEngineWorker(std::unique_ptr<Session> session, const Clock& clock, const Logger& logger,
                                        Verdict& verdict) {
  auto actor = std::make_unique<EngineWorker>(clock, logger, verdict);
  actor->Start(std::move(session));
  return actor;
}

}  // namespace penstock::faults
