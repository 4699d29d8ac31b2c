// What the engine adds to calls at a steady rate: from a record's delivery by the log until the request is at the
// model's server, and from the server's answer until the output is handed to the log. The log is a session of the
// bench's own, which delivers records when they are due; the worker, its event loop, the connections and the server,
// the stand-in in a process of its own, are real. Both ways hold the time on the wire and in the server.
#include <sys/timerfd.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <deque>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "base/file_descriptor.h"
#include "base/log.h"
#include "event/collection.h"
#include "event/json_parser.h"
#include "log/session.h"
#include "model/remote/remote_model.h"
#include "pipeline/infer_worker.h"
#include "tests/providers/standin.h"

namespace penstock {
namespace {

constexpr int64_t kCallsPerSecond = 5'000;
constexpr int64_t kCalls = 50'000;
constexpr int64_t kSettleCalls = 10'000;  // in which connections are opened
constexpr int64_t kTickMicroseconds = 500;

int64_t NowMicroseconds() {
  const auto now = std::chrono::system_clock::now().time_since_epoch();
  return std::chrono::duration_cast<std::chrono::microseconds>(now).count();
}

struct Times {
  std::vector<int64_t> delivered;  // by the record's number
  std::vector<int64_t> to_wire;
  std::vector<int64_t> to_log;
};

// Delivers records at a steady rate, a few of them every tick, and notes when outputs come.
class SteadySession final : public Session {
 public:
  explicit SteadySession(Times& times) : times_(times), timer_(::timerfd_create(CLOCK_MONOTONIC, TFD_NONBLOCK)) {
    itimerspec tick{};
    tick.it_interval.tv_nsec = tick.it_value.tv_nsec = kTickMicroseconds * 1000;
    ::timerfd_settime(timer_.get(), 0, &tick, nullptr);
  }

  Result<void> Poll(Duration /*wait*/, Delivery& delivery) override {
    uint64_t ticks = 0;
    (void)!::read(timer_.get(), &ticks, sizeof(ticks));
    if (times_.delivered.empty() && began_ == 0) {
      began_ = NowMicroseconds();
      delivery.events.emplace_back(Assigned{partition_, 1, Progress(0)});
    }
    for (const CommitId id : std::exchange(committed_, {})) delivery.events.emplace_back(Committed{id, {}});
    DeliverDue(delivery);
    return {};
  }

  int WakeFd() const override { return timer_.get(); }
  void Pause(std::span<const TopicPartition> /*partitions*/) override { is_paused_ = true; }
  void Resume(std::span<const TopicPartition> /*partitions*/) override { is_paused_ = false; }
  void Release(std::span<const TopicPartition> /*partitions*/) override {}

  CommitId Commit(std::vector<PartitionWork> work) override {
    const int64_t now = NowMicroseconds();
    for (const PartitionWork& one : work)
      for (const OutRecord& record : one.records.records()) Note(record, now);
    committed_.push_back(++commits_);
    return commits_;
  }

 private:
  void DeliverDue(Delivery& delivery) {
    const int64_t now = NowMicroseconds();
    const auto delivered = static_cast<int64_t>(times_.delivered.size());
    const int64_t due = std::min(kCalls, (now - began_) * kCallsPerSecond / 1'000'000) - delivered;
    if (is_paused_ || due <= 0) return;
    values_.clear();
    records_.clear();
    for (int64_t i = 0; i < due; ++i) {
      Record& record = records_.emplace_back();
      record.source = {partition_.topic, 0, delivered + i};
      record.value = values_.emplace_back("{\"event\":{\"n\":" + std::to_string(delivered + i) + "}}");
      record.headers = headers_;
      times_.delivered.push_back(now);
    }
    delivery.fetched.push_back({&partition_, 1, delivered, delivered + due, 0, delivered + due, records_});
  }

  void Note(const OutRecord& record, int64_t now) {
    parsed_.Reset();
    const auto output = parser_.Parse(*record.value, parsed_);
    if (!output) return;
    const auto member = [&](std::string_view name) { return MapFind((*output)->root(), name)->as_int(); };
    const int64_t number = member("n");
    if (number < kSettleCalls) return;
    times_.to_wire.push_back(member("received") - times_.delivered[static_cast<size_t>(number)]);
    times_.to_log.push_back(now - member("answered"));
  }

  Times& times_;
  FileDescriptor timer_;
  const TopicPartition partition_{"p.enriched-context", 0};
  const std::vector<Header> headers_ = {{"penstock-source", "p.raw-events/0/0"},
                                        {"penstock-source-timestamp", "1760000000000"},
                                        {"penstock-route", "llm"}};
  int64_t began_ = 0;
  bool is_paused_ = false;
  CommitId commits_ = 0;
  std::vector<CommitId> committed_;
  std::vector<Record> records_;
  std::deque<std::string> values_;
  JsonParser parser_;
  Arena parsed_;
};

void Print(const char* what, std::vector<int64_t>& microseconds) {
  std::ranges::sort(microseconds);
  const auto at = [&](double share) {
    return static_cast<double>(microseconds[static_cast<size_t>(share * static_cast<double>(microseconds.size() - 1))]);
  };
  std::printf("  %-34s p50 %7.2f ms, p99 %7.2f ms, p99.9 %7.2f ms\n", what, at(0.5) / 1e3, at(0.99) / 1e3,
              at(0.999) / 1e3);
}

int Run(const remote::Standin& standin, const std::string& latency, const std::string& interval) {
  const std::string file = "pipeline: p\nroute: [{ to: llm }]\nmodels:\n  llm:\n    http: { url: '" +
                           standin.Http("steady", "stamps=1&latency=" + latency) +
                           "' }\n    input: { body: event.n }\n    output: { received: response.received_us, answered: "
                           "response.answered_us }\n    limits: { in_flight: 4000 }\nemit: { n: event.n, received: "
                           "output.received, answered: output.answered }\ncommit: { interval: " +
                           interval + " }\n";
  const PipelineFile compiled = CompilePipeline(
      "p.yaml", file, [](const ModelFile& model) { return MakeRemoteModel(*model.remote, RealClock()); });
  if (compiled.plan == nullptr) {
    std::fprintf(stderr, "%s\n", compiled.problems.Text().c_str());
    return 1;
  }
  Times times;
  const Logger logger{
      {},
      [](std::string_view line) { std::fprintf(stderr, "%.*s\n", static_cast<int>(line.size()), line.data()); },
      RealClock()};
  WorkerMetrics metrics(*compiled.plan);
  const auto loop = *EventLoop::Make();
  const auto worker = *MakeInferWorker(*compiled.plan, std::make_unique<SteadySession>(times), {.loop = loop.get()},
                                       metrics, RealClock(), logger, {.in_flight_max = 8000, .partitions = 1});
  while (times.to_log.size() < static_cast<size_t>(kCalls - kSettleCalls)) {
    if (!worker->Step(std::chrono::milliseconds(10))) return 1;
  }
  std::printf("%lld calls/s, answers after %s, commits every %s\n", static_cast<long long>(kCallsPerSecond),
              latency.c_str(), interval.c_str());
  Print("delivery -> request at the server", times.to_wire);
  Print("answer -> output at the log", times.to_log);
  return 0;
}

}  // namespace
}  // namespace penstock

int main() {
  const penstock::remote::Standin standin;
  for (const char* latency : {"20ms", "200ms"})
    for (const char* interval : {"0s", "1ms", "100ms"})
      if (const int failed = penstock::Run(standin, latency, interval); failed != 0) return failed;
  return 0;
}
