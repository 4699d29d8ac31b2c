// penstock run FILE: runs a pipeline until it is told to stop, or, with --drain, until it has answered what was there.
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <iostream>
#include <memory>
#include <string>

#include "admin/process_stats.h"
#include "app/admin_flags.h"
#include "app/command.h"
#include "app/log_location.h"
#include "app/pipeline_file.h"
#include "app/run_loop.h"
#include "app/stop_signals.h"
#include "pipeline/engine.h"
#include "pipeline/summary.h"

namespace penstock::app {
namespace {

struct RunOptions {
  std::string path;
  LogFlags log;
  AdminFlags admin;
  size_t workers = 0;  // 0: one for each core
  bool drain = false;
  bool json = false;
  bool json_log = false;

  // Whether one line on a terminal shows how the pipeline is doing.
  bool is_live() const { return !json_log && isatty(STDERR_FILENO) != 0; }
};

// On a terminal, log lines take the place of the status, which comes again below them.
LogSink SinkFor(const RunOptions& options) {
  LogSink sink = DescriptorLogSink(STDERR_FILENO);
  if (!options.is_live()) return sink;
  return [sink = std::move(sink)](std::string_view line) { sink(std::string(kClearLine) + std::string(line)); };
}

std::string MemberName() {
  std::array<char, 256> host{};
  gethostname(host.data(), host.size() - 1);
  return std::string(host.data()) + "/" + std::to_string(getpid());
}

Result<void> RunPipeline(const RunOptions& options, const PipelineFile& file, const StopSignals& signals,
                         Logger& logger) {
  const Plan& plan = *file.plan;
  TRY_ASSIGN(AdminDoor door, OpenAdminDoor(options.admin, logger));
  const OpenLogOptions log_options{.settings = plan.settings.log, .folder = file.folder, .logger = &logger};
  TRY_ASSIGN(const std::unique_ptr<Log> log, OpenLog(options.log, log_options));
  const EngineOptions engine_options{.workers = options.workers, .member = MemberName()};
  const Duration started = RealClock().Monotonic();
  TRY_ASSIGN(const std::unique_ptr<Engine> engine, Engine::Start(plan, *log, engine_options, RealClock(), logger));
  TRY_ASSIGN(const std::unique_ptr<AdminServer> admin, StartAdmin(std::move(door), *engine, logger));
  const RunLoopOptions loop{.drain = options.drain, .live = options.is_live()};
  TRY(RunLoop(*engine, *log, signals, loop, RealClock(), logger));
  if (!options.json) return {};
  const std::chrono::duration<double> cpu(ReadProcessStats().cpu_seconds.value_or(0));
  std::cout << SummaryJson(plan, engine->Snapshot(), engine->Models(), RealClock().Monotonic() - started,
                           std::chrono::duration_cast<Duration>(cpu))
            << std::flush;
  return {};
}

void Run(RunOptions options) {
  // Before any thread starts, also those of a model, so that all of them leave these signals to the one that waits.
  const StopSignals signals;
  std::vector<std::string> secrets;
  const PipelineFile file = RequirePipelineToRun(options.path, secrets);
  if (options.workers == 0) options.workers = std::max(1U, std::thread::hardware_concurrency());
  const LogFormat format = options.json_log ? LogFormat::kJson : LogFormat::kText;
  Logger logger({.format = format}, SinkFor(options), RealClock());
  for (const std::string& secret : secrets) logger.Redact(secret);
  const Result<void> result = RunPipeline(options, file, signals, logger);
  if (!result) throw CLI::RuntimeError(Complain(result.error()));
}

}  // namespace

void AddRunCommand(CLI::App& app) {
  CLI::App* const command = app.add_subcommand("run", "Run a pipeline");
  auto options = std::make_shared<RunOptions>();  // shared with the callback, which outlives this call
  command->add_option("FILE", options->path, "The pipeline's file")->required();
  AddLogFlags(*command, options->log, true);
  command->add_option("--state", options->log.state, "Where the process keeps its identity between runs")
      ->capture_default_str();
  AddAdminFlags(*command, options->admin);
  command->add_option("--workers", options->workers, "Threads that work (default: one for each core)")
      ->check(CLI::Range(1, 256));
  command->add_flag("--drain", options->drain, "End when everything that is there now has been answered");
  command->add_flag("--json", options->json, "Print a summary at the end, as one line of JSON");
  command->add_flag("--json-log", options->json_log, "Log lines as JSON");
  command->callback([options] { Run(*options); });
}

}  // namespace penstock::app
