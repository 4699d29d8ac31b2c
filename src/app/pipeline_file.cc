#include "app/pipeline_file.h"

#include <CLI/CLI.hpp>
#include <iostream>
#include <utility>

#include "app/command.h"
#include "app/log_location.h"
#include "model/embedded/onnx_model.h"

namespace penstock::app {

ModelLoader RealModelLoader() {
  return [](const ModelFile& file) {
    embedded::OnnxOptions options;
    options.name = file.name;
    options.path = file.path;
    options.version = file.version;
    options.threads = file.threads;
    options.parity_path = file.parity;
    options.parity_tolerance = file.tolerance;
    return embedded::LoadOnnx(options, RealClock());
  };
}

namespace {

// Of the tree, because there is no plan where anything else is wrong.
void CheckLog(PipelineFile& file) {
  Problems known(file.problems.file(), std::string(file.problems.text()));
  if (const YamlNode* const log = file.tree.Find("log")) CheckProperties(ReadLogSettings(*log, known), file.problems);
}

}  // namespace

PipelineFile RequirePipeline(const std::string& path) {
  Result<PipelineFile> file = LoadPipeline(path, RealModelLoader());
  if (!file) throw CLI::RuntimeError(Complain(file.error()));
  CheckLog(*file);
  std::cerr << file->problems.Text();
  if (file->problems.has_errors()) file->plan.reset();
  if (file->plan == nullptr) throw CLI::RuntimeError(kExitInvalid);
  return *std::move(file);
}

}  // namespace penstock::app
