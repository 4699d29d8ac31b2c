// Sorting of values.
#pragma once

#include <string_view>

#include "event/value.h"
#include "expr/function.h"

namespace penstock::expr {

// The function behind sortBy(), which makes the list of keys.
inline constexpr std::string_view kSortWithKeys = "@sortWithKeys";

// The elements of `list` in the order of their keys, those of equal keys as they came. Keys are all numbers, or all of
// one type that has an order; others are an error, and so is NaN.
Value SortByKeys(CallContext& context, const Value& list, const Value& keys);

}  // namespace penstock::expr
