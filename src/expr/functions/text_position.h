// Positions in texts, counted in characters.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "expr/function.h"

namespace penstock::expr {

// The byte at which character number `index` of a valid text begins; its size, where `index` is the number of its
// characters. Nothing outside that. Walks through `index` characters.
std::optional<size_t> ByteOfCharacter(std::string_view text, int64_t index);

// Says that a text has no such position.
Value NoSuchPosition(CallContext& context, int64_t index, std::string_view text);

}  // namespace penstock::expr
