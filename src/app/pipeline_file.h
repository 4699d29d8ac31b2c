// The pipeline file that a command works on.
#pragma once

#include <string>

#include "pipeline/plan.h"

namespace penstock::app {

// Loads models from their files, to run in this process.
ModelLoader RealModelLoader();

// Prints what is wrong with the file to stderr, warnings too. Throws CLI::RuntimeError with the exit code where it has
// errors or cannot be read: the file that is returned has a plan.
PipelineFile RequirePipeline(const std::string& path);

}  // namespace penstock::app
