#include "app/pipeline_file.h"

#include <CLI/CLI.hpp>
#include <filesystem>
#include <iostream>
#include <utility>

#include "app/command.h"
#include "app/log_location.h"
#include "config/secret.h"
#include "model/embedded/constant_model.h"
#include "model/embedded/onnx_model.h"
#include "model/embedded/trees/tree_model.h"
#include "model/remote/remote_model.h"

namespace penstock::app {

namespace {

Result<std::unique_ptr<Model>> LoadTrees(const ModelFile& file) {
  trees::TreeOptions options;
  options.name = file.name;
  options.format = file.format == ModelFormat::kXgboost ? trees::TreeFormat::kXgboost : trees::TreeFormat::kLightgbm;
  options.version = file.version;
  options.first_runs.path = file.path;
  options.first_runs.parity_path = file.parity;
  options.first_runs.parity_tolerance = file.tolerance;
  return trees::LoadTrees(options, RealClock());
}

Result<std::unique_ptr<Model>> LoadEmbedded(const ModelFile& file) {
  if (file.format != ModelFormat::kOnnx) return LoadTrees(file);
  embedded::OnnxOptions options;
  options.name = file.name;
  options.path = file.path;
  options.version = file.version;
  options.threads = file.threads;
  options.use_kernel = file.kernel;
  options.parity_path = file.parity;
  options.parity_tolerance = file.tolerance;
  return embedded::LoadOnnx(options, RealClock());
}

// Puts the secret in the place of its reference.
Result<void> Resolve(std::string& reference, const std::string& folder, std::vector<std::string>& secrets) {
  TRY_ASSIGN(reference, ReadSecret(std::string(reference), folder));
  secrets.push_back(reference);
  return {};
}

Result<void> ResolveAll(RemoteSpec& spec, const std::string& folder, std::vector<std::string>& secrets) {
  for (RemoteEndpoint& endpoint : spec.endpoints)
    if (endpoint.key) TRY(Resolve(*endpoint.key, folder, secrets));
  for (auto& [name, value] : spec.headers)
    if (value.starts_with("${")) TRY(Resolve(value, folder, secrets));
  return {};
}

}  // namespace

ModelLoader RealModelLoader(LoadFor purpose, const std::string& folder, std::vector<std::string>& secrets) {
  return [purpose, folder, &secrets](const ModelFile& file) -> Result<std::unique_ptr<Model>> {
    if (file.constant) return embedded::MakeConstant(file.name, file.version, *file.constant);
    if (!file.remote) return LoadEmbedded(file);
    RemoteSpec spec = *file.remote;
    if (purpose == LoadFor::kRun) TRY(ResolveAll(spec, folder, secrets));
    return MakeRemoteModel(std::move(spec), RealClock());
  };
}

namespace {

// Of the tree, because there is no plan where anything else is wrong.
void CheckLog(PipelineFile& file) {
  Problems known(file.problems.file(), std::string(file.problems.text()));
  if (const YamlNode* const log = file.tree.Find("log")) CheckProperties(ReadLogSettings(*log, known), file.problems);
}

}  // namespace

namespace {

PipelineFile Require(const std::string& path, LoadFor purpose, std::vector<std::string>& secrets) {
  const std::string folder = std::filesystem::path(path).parent_path().string();
  Result<PipelineFile> file = LoadPipeline(path, RealModelLoader(purpose, folder, secrets));
  if (!file) throw CLI::RuntimeError(Complain(file.error()));
  CheckLog(*file);
  std::cerr << file->problems.Text();
  if (file->problems.has_errors()) file->plan.reset();
  if (file->plan == nullptr) throw CLI::RuntimeError(kExitInvalid);
  return *std::move(file);
}

}  // namespace

PipelineFile RequirePipeline(const std::string& path) {
  std::vector<std::string> secrets;
  return Require(path, LoadFor::kCheck, secrets);
}

PipelineFile RequirePipelineToRun(const std::string& path, std::vector<std::string>& secrets) {
  return Require(path, LoadFor::kRun, secrets);
}

}  // namespace penstock::app
