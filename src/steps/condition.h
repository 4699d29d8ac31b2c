// Conditions that hold, do not hold, or cannot be told.
#pragma once

#include <string_view>

#include "event/value.h"

namespace penstock {

// Why a value that is neither true nor false says nothing.
inline std::string_view ConditionFault(const Value& value) {
  return value.is_error() ? value.text() : "the condition gives neither true nor false";
}

}  // namespace penstock
