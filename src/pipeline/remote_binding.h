// Models behind an API: what they are asked, and what they have to answer.
#pragma once

#include "config/yaml.h"
#include "model/remote/remote_model.h"
#include "pipeline/model_binding.h"
#include "pipeline/plan.h"

namespace penstock {

// Reads what the entry says of a model with `openai` or `http`: where and how it is called, its prompt, its schema.
// False where it is of no use; what is wrong is added to the problems.
bool BindRemote(const YamlEntry& entry, const ModelBinding& binding, RemoteSpec& spec, BoundModel& bound);

}  // namespace penstock
