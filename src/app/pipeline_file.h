// The pipeline file that a command works on.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "pipeline/plan.h"

namespace penstock::app {

// What models are loaded for.
enum class LoadFor : uint8_t {
  kCheck,  // no secret is read, so that files can be checked where there are none
  kRun,
};

// Loads models from their files, to run in this process, and makes those that run elsewhere. Adds the secrets that it
// reads to `secrets`, which outlives the loader. `folder` is that of the pipeline's file.
ModelLoader RealModelLoader(LoadFor purpose, const std::string& folder, std::vector<std::string>& secrets);

// Prints what is wrong with the file to stderr, warnings too. Throws CLI::RuntimeError with the exit code where it has
// errors or cannot be read: the file that is returned has a plan.
PipelineFile RequirePipeline(const std::string& path);
// The same, with what is needed to run it; adds its secrets to `secrets`.
PipelineFile RequirePipelineToRun(const std::string& path, std::vector<std::string>& secrets);

}  // namespace penstock::app
