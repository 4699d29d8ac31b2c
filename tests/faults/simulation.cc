#include "tests/faults/simulation.h"

#include <algorithm>
#include <deque>
#include <utility>

#include "tests/faults/engine_worker.h"
#include "tests/faults/expectation.h"
#include "tests/faults/input_source.h"
#include "tests/faults/process.h"

namespace penstock::faults {
namespace {

// By then, what is late has arrived, and who was silent has been expelled.
constexpr Duration kQuiet = std::chrono::seconds(60);
constexpr Duration kDrainMax = std::chrono::seconds(300);
constexpr Duration kLookInterval = std::chrono::milliseconds(500);
constexpr size_t kPendingMax = 10'000;

class Simulation {
 public:
  Simulation(const Scenario& scenario, size_t trace_lines_max);

  Report Run();

 private:
  void CreateTopics();
  // Lets time pass, and things go wrong where they may.
  void RunFor(Duration time, bool faulty);
  void BreakSomething();
  void KillOne(Process& process);
  void EndOne(Process& process);
  void DeleteSome();
  void CompactAll();
  // Everybody goes, and the group's positions are set.
  void ResetGroup();
  void Heal();
  void Drain();
  void StartLater(Process& process);
  Process& AnyProcess() { return processes_[static_cast<size_t>(random_.Below(scenario_.processes))]; }
  TopicPartition AnyPartition() { return {kInputTopic, static_cast<int32_t>(random_.Below(scenario_.partitions))}; }

  const Scenario& scenario_;
  ManualClock clock_{WallTime(std::chrono::seconds(1'760'000'000))};
  Report report_;
  sim::Scheduler scheduler_{clock_};
  sim::Random random_;
  sim::Trace trace_;
  sim::Network network_{scheduler_, random_, trace_};
  sim::SimCluster brokers_;
  Logger logger_;
  const std::unique_ptr<const Plan> plan_;
  InputSource source_;
  Expectation expectation_;
  std::deque<Process> processes_;
  uint64_t next_fault_step_ = 0;
  bool nobody_ = false;  // no process starts
};

Simulation::Simulation(const Scenario& scenario, size_t trace_lines_max)
    : scenario_(scenario),
      random_(scenario.seed),
      trace_(clock_, trace_lines_max),
      brokers_(network_, {.metadata_characters_max = scenario.metadata_characters_max, .timeouts = {}}),
      logger_(
          {.level = trace_.on() ? LogLevel::kDebug : LogLevel::kError, .format = LogFormat::kText},
          [this](std::string_view line) { trace_.Say("log", std::string(line.substr(0, line.size() - 1))); }, clock_),
      plan_(MakePlan(scenario, clock_)),
      source_(brokers_, scenario.partitions, scenario.inputs, scenario.faulty_time),
      expectation_(brokers_, scenario) {
  CreateTopics();
  network_.SetFaults(scenario.network);
  brokers_.transactions().SetMarkerDelay(scenario.marker_delay_max_ms);
  const Surroundings surroundings{scenario_, *plan_, brokers_, clock_, logger_, report_.verdict};
  for (int i = 0; i < scenario.processes; ++i) processes_.emplace_back(i, surroundings);
}

void Simulation::CreateTopics() {
  brokers_.CreateTopic(kInputTopic, {.partitions = scenario_.partitions});
  brokers_.CreateTopic(kOutputTopic, {.partitions = 2});
  brokers_.CreateTopic(kMoreTopic, {.partitions = 2, .record_bytes_max = kRecordBytesMax});
  brokers_.CreateTopic(kSpillTopic, {.partitions = 1, .compact = true});
  brokers_.CreateTopic(kDeadTopic, {.partitions = 1});
}

Report Simulation::Run() {
  source_.Start();
  for (Process& process : processes_) StartLater(process);
  RunFor(scenario_.faulty_time / 2, true);
  if (scenario_.resets) ResetGroup();
  RunFor(scenario_.faulty_time / 2, true);
  Heal();
  Drain();
  // What is late may do harm yet.
  if (scenario_.network.late > 0) RunFor(kQuiet / 2, false);
  for (std::string& violation : expectation_.Check()) report_.verdict.Violate(std::move(violation));
  if (scheduler_.pending() > kPendingMax) report_.verdict.Violate("what is under way has no bound");
  processes_.clear();
  report_.tally = network_.tally();
  report_.spills = brokers_.Find({kSpillTopic, 0})->end();
  report_.steps = scheduler_.steps();
  report_.trace = trace_.Text();
  return std::move(report_);
}

void Simulation::RunFor(Duration time, bool faulty) {
  const Duration until = scheduler_.now() + time;
  next_fault_step_ = scheduler_.steps() + static_cast<uint64_t>(random_.Below(scenario_.steps_between_faults));
  while (scheduler_.RunNext(until)) {
    if (!faulty || scheduler_.steps() < next_fault_step_) continue;
    BreakSomething();
    next_fault_step_ =
        scheduler_.steps() + static_cast<uint64_t>(random_.Between(1, 2 * scenario_.steps_between_faults));
  }
}

void Simulation::StartLater(Process& process) {
  scheduler_.After(random_.BetweenMs(0, random_.Chance(500) ? 300 : 12'000), [this, &process] {
    if (!nobody_) process.Start();
  });
}

void Simulation::BreakSomething() {
  switch (random_.Below(8)) {
    case 0:
    case 1:
    case 2: KillOne(AnyProcess()); break;
    case 3: EndOne(AnyProcess()); break;
    case 4: AnyProcess().Stop(random_.BetweenMs(100, 30'000)); break;
    case 5: AnyProcess().Stop(random_.BetweenMs(9'000, 14'000)); break;
    case 6:
      trace_.Say("network", "is cut");
      network_.CutUntil(scheduler_.now() + random_.BetweenMs(100, random_.Chance(700) ? 3'000 : 15'000));
      break;
    default: scenario_.deletes&& random_.Chance(500) ? DeleteSome() : CompactAll();
  }
}

void Simulation::KillOne(Process& process) {
  if (!process.runs()) return;
  ++report_.kills;
  process.Kill();
  StartLater(process);
}

void Simulation::EndOne(Process& process) {
  process.End();
  StartLater(process);
}

void Simulation::DeleteSome() {
  const TopicPartition partition = AnyPartition();
  sim::PartitionLog& log = *brokers_.Find(partition);
  const int64_t offset = random_.Between(log.begin(), log.stable_end());
  expectation_.NoteDeletion(partition, offset);
  log.DeleteBefore(offset);
  ++report_.deletions;
  trace_.Say("broker", ToString(partition) + " begins at " + std::to_string(log.begin()));
}

void Simulation::CompactAll() {
  brokers_.Find({kSpillTopic, 0})->Compact();
  for (int32_t i = 0; i < scenario_.partitions; ++i) brokers_.Find({kInputTopic, i})->Compact();
}

void Simulation::ResetGroup() {
  nobody_ = true;
  for (Process& process : processes_) process.Kill();
  network_.CutUntil({});
  RunFor(kQuiet, false);
  if (!brokers_.transactions().IsIdle() || brokers_.MembersOf(kGroup).size() > 0)
    report_.verdict.Violate("the group does not come to rest");
  sim::OffsetsToCommit offsets;
  for (int32_t i = 0; i < scenario_.partitions; ++i) {
    const TopicPartition partition{kInputTopic, i};
    const int64_t position = random_.Between(0, brokers_.Find(partition)->stable_end());
    expectation_.NoteReset(partition, position);
    offsets[partition] = {position, ""};
    trace_.Say("broker", ToString(partition) + " is reset to " + std::to_string(position));
  }
  if (brokers_.Commit(kGroup, {}, offsets) != sim::Code::kOk) report_.verdict.Violate("the group cannot be reset");
  ++report_.resets;
  nobody_ = false;
  for (Process& process : processes_) StartLater(process);
}

void Simulation::Heal() {
  trace_.Say("network", "heals");
  network_.SetFaults({});
  network_.CutUntil({});
  for (Process& process : processes_) {
    process.Stop(Duration(0));
    StartLater(process);
  }
}

void Simulation::Drain() {
  const Duration until = scheduler_.now() + kDrainMax;
  do RunFor(kLookInterval, false);
  while (scheduler_.now() < until && !(source_.IsDone() && expectation_.IsDone()));
  if (scheduler_.now() >= until) report_.verdict.Violate("the work does not come to an end");
}

}  // namespace

std::string Report::Text(const Scenario& scenario) const {
  std::string text = Describe(scenario) + "\n";
  for (const std::string& violation : verdict.violations) text += "  " + violation + "\n";
  return text + "  again, with everything that happened: sim_test --seed " + std::to_string(scenario.seed) + "\n";
}

Report Simulate(const Scenario& scenario, size_t trace_lines_max) {
  return Simulation(scenario, trace_lines_max).Run();
}

}  // namespace penstock::faults
