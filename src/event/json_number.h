// The numbers of JSON.
#pragma once

#include "event/json_document.h"

namespace penstock {

enum class JsonNumberFault { kNone, kMalformed, kOutOfRange };

// Reads the number at `text` (a '-' or a digit) into the kind, the value and the size of `node`. A byte that cannot
// belong to a number must follow it before `readable_end`: reading stops there. Doubles are the nearest to what is
// written.
JsonNumberFault ReadJsonNumber(const char* text, const char* readable_end, JsonNode& node);

}  // namespace penstock
