// Looks at the expressions of an answer before there is one.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "pipeline/plan.h"

namespace penstock {

struct AnswerFault {
  std::string name;  // of the answer's member
  std::string message;
};

// Evaluates the answer's expressions over outputs of the shapes and types that the model declares, all of them ones,
// and says which reach for what such outputs do not have: an index out of range, a key that is not there. Says nothing
// where a shape is known only when the model runs.
std::vector<AnswerFault> TryAnswer(const BoundModel& model);

}  // namespace penstock
