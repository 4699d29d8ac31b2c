// A model that always gives the same answer.
#pragma once

#include <memory>
#include <string>

#include "base/result.h"
#include "model/model.h"

namespace penstock::embedded {

// It takes nothing, and gives one output, `answer`: the value of this JSON.
Result<std::unique_ptr<Model>> MakeConstant(std::string name, std::string version, std::string json);

}  // namespace penstock::embedded
