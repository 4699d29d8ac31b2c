// Models behind an API: what they are asked, and what they have to answer.
#pragma once

#include "config/problems.h"
#include "config/yaml.h"
#include "model/remote/remote_model.h"
#include "pipeline/model_binding.h"
#include "pipeline/plan.h"

namespace penstock {

// What belongs to another kind of model has no effect, and would be found out late: it is added to the problems.
void RefuseOptionsOfOthers(const YamlNode& model, Problems& problems);

// Reads what the entry says of a model with `openai` or `http`: where and how it is called, its prompt, its schema.
// False where it is of no use; what is wrong is added to the problems.
bool BindRemote(const YamlEntry& entry, const ModelBinding& binding, RemoteSpec& spec, BoundModel& bound);

}  // namespace penstock
