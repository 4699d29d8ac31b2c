// The parts of an expression that && joins, as texts.
#pragma once

#include <string_view>
#include <vector>

namespace penstock::expr {

// `a && b || c` is one part, and so is what stands in brackets. Of an expression that is right; the parts borrow from
// it.
std::vector<std::string_view> Conjuncts(std::string_view source);

}  // namespace penstock::expr
