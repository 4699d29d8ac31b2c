// How models behind an API are described in a pipeline's file.
#pragma once

#include <string>
#include <vector>

#include "config/option.h"
#include "config/problems.h"
#include "config/yaml.h"
#include "model/remote/remote_model.h"

namespace penstock {

// Options of `openai` and of `http`.
const Group& OpenAiOptions();
const Group& HttpOptions();
// Options of a model that say how it is called: timeout, deadline, retry, limits ..
std::vector<Option> CallOptions();

// The model's node is validated. What is wrong beyond that is added to `problems`. Secrets are still references.
RemoteSpec ReadRemoteSpec(const YamlEntry& model, const std::string& folder, Problems& problems);

}  // namespace penstock
