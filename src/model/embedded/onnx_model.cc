#include "model/embedded/onnx_model.h"

#include <algorithm>
#include <array>
#include <cstdio>
#include <utility>

#include "base/hash.h"
#include "model/embedded/first_runs.h"
#include "model/embedded/model_file.h"
#include "model/embedded/onnx_predictor.h"
#include "model/embedded/onnx_session.h"
#include "model/embedded/run_watch.h"
#include "model/embedded/trees/onnx_graph.h"
#include "model/embedded/trees/onnx_op.h"
#include "model/embedded/trees/onnx_tree_predictor.h"

namespace penstock::embedded {
namespace {

constexpr int kThreadsMax = 256;

struct LoadedSession {
  std::unique_ptr<OnnxSession> session;
  std::string runs;  // as in ModelInfo
  // Where the kernel is all that need run.
  std::optional<trees::OnnxWays> ways;
};

class OnnxModel final : public Model {
 public:
  OnnxModel(ModelInfo info, LoadedSession loaded, const Clock& clock)
      : info_(std::move(info)), session_(std::move(loaded.session)), ways_(std::move(loaded.ways)), clock_(clock) {}

  const ModelInfo& info() const override { return info_; }

  Result<std::unique_ptr<Predictor>> NewPredictor(PredictorOptions options) override {
    std::vector<uint32_t>& outputs = options.outputs;
    const std::vector<OnnxOutput>& known = session_->ports().outputs;
    if (outputs.empty()) return Invalid("model " + info_.name + " is asked for none of its outputs");
    for (const uint32_t output : outputs) {
      if (output >= known.size())
        return Fail(ErrorKind::kInternal, "model " + info_.name + " has no output " + std::to_string(output));
      if (known[output].form == OnnxOutputForm::kUnsupported)
        return Invalid("output '" + known[output].port.name + "' of model " + info_.name +
                       " cannot be used: its type is " + known[output].port.type);
    }
    if (ways_) {
      const trees::OnnxOp& op = *session_->op();
      return trees::NewOnnxTreePredictor({info_, op.trees(), op.kernel(), *ways_, clock_}, outputs);
    }
    return std::make_unique<OnnxPredictor>(*session_, watch_, clock_, info_.name, std::move(outputs));
  }

  std::optional<int64_t> NativeBytes() const override { return session_->account().bytes(); }

  std::optional<Duration> LongestRun() const override { return watch_.Longest(clock_.Monotonic()); }

 private:
  const ModelInfo info_;
  const std::unique_ptr<OnnxSession> session_;
  const std::optional<trees::OnnxWays> ways_;
  const Clock& clock_;
  RunWatch watch_;
};

ModelInfo InfoOf(const OnnxOptions& options, std::string_view file, const OnnxPorts& ports) {
  ModelInfo info{options.name, options.version.empty() ? ContentName(file) : options.version, {}, {}, {}};
  for (const OnnxInput& input : ports.inputs) info.inputs.push_back(input.port);
  for (const OnnxOutput& output : ports.outputs) info.outputs.push_back(output.port);
  return info;
}

// Those that can be asked for.
std::vector<uint32_t> ReadableOutputs(const OnnxPorts& ports) {
  std::vector<uint32_t> outputs;
  for (uint32_t i = 0; i < ports.outputs.size(); ++i)
    if (ports.outputs[i].form != OnnxOutputForm::kUnsupported) outputs.push_back(i);
  return outputs;
}

Result<LoadedSession> LoadWithKernel(const OnnxRuntime& runtime, trees::OnnxGraph graph, const OnnxOptions& options) {
  TRY_ASSIGN(std::unique_ptr<const trees::OnnxOp> op,
             trees::OnnxOp::Make(runtime, std::move(graph.trees), graph.doubles));
  LoadedSession loaded;
  TRY_ASSIGN(loaded.session, OnnxSession::Load(runtime, graph.model, options.path, options.threads, std::move(op)));
  loaded.ways = std::move(graph.ways);
  loaded.runs = loaded.ways ? "all of it runs in the kernel of tree ensembles"
                : graph.rest.empty()
                    ? "its tree ensemble runs in the kernel, which ONNX Runtime calls"
                    : "its tree ensemble runs in the kernel, and in ONNX Runtime the rest: " + graph.rest;
  return loaded;
}

// What the kernel cannot do, the runtime can.
Result<LoadedSession> LoadSession(const OnnxRuntime& runtime, std::string_view file, const OnnxOptions& options) {
  LoadedSession whole;
  if (options.use_kernel) {
    Result<std::optional<trees::OnnxGraph>> graph = trees::ReplaceTrees(file);
    if (!graph) {
      whole.runs = "all of it runs in ONNX Runtime: " + graph.error().message;
    } else if (graph->has_value()) {
      Result<LoadedSession> with_kernel = LoadWithKernel(runtime, **std::move(graph), options);
      if (with_kernel) return with_kernel;
      whole.runs = "all of it runs in ONNX Runtime: " + with_kernel.error().message;
    }
  } else {
    whole.runs = "all of it runs in ONNX Runtime: the kernel is off";
  }
  TRY_ASSIGN(whole.session, OnnxSession::Load(runtime, file, options.path, options.threads));
  return whole;
}

}  // namespace

Result<std::unique_ptr<Model>> LoadOnnx(const OnnxOptions& options, const Clock& clock) {
  if (options.threads < 1 || options.threads > kThreadsMax)
    return Invalid("model " + options.name + " can have 1 to " + std::to_string(kThreadsMax) + " threads");
  TRY_ASSIGN(const OnnxRuntime* runtime, OnnxRuntime::Get());
  TRY_ASSIGN(const std::string file, ReadModelFile(options.path));
  TRY_ASSIGN(LoadedSession loaded, LoadSession(*runtime, file, options));
  ModelInfo info = InfoOf(options, file, loaded.session->ports());
  info.runs = std::move(loaded.runs);
  std::vector<uint32_t> readable = ReadableOutputs(loaded.session->ports());
  auto model = std::make_unique<OnnxModel>(std::move(info), std::move(loaded), clock);
  if (readable.empty()) return Invalid("the model " + options.path + " has no output of a type that can be used");
  TRY(RunFirst(*model, std::move(readable),
               {options.path, options.warm_up_runs, options.parity_path, options.parity_tolerance}));
  return model;
}

}  // namespace penstock::embedded
