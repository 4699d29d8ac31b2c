// Bytes as text: base64.encode(), base64.decode().
#pragma once

#include <vector>

#include "expr/function.h"

namespace penstock::expr {

std::vector<Function> EncoderFunctions();

}  // namespace penstock::expr
