// A model that answers later, in virtual time: each call begins after a while and takes as long as chance decides.
#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "base/clock.h"
#include "model/model.h"

namespace penstock::faults {

// Whether the model fails at this number, whenever it is asked.
bool IsFailure(int64_t number);

// Takes a number as `body`, and gives it back as `response`. Of a thousand calls, `slow_per_mille` take long. The clock
// outlives the model.
std::unique_ptr<Model> MakeSlowModel(const std::string& name, int64_t slow_per_mille, const Clock& clock);

}  // namespace penstock::faults
