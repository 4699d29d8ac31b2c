// What it costs to look at values whose size the event decides. Prices are such that a unit is at most about a
// microsecond of work.
#pragma once

#include "event/value.h"
#include "expr/function.h"

namespace penstock::expr {

// Pays for a walk through all of `value`. False when the budget does not reach. A list that holds another list twice
// counts it twice, as whoever walks does: twenty such lists within each other are a million.
bool ChargeForWalk(CallContext& context, const Value& value);

// Pays for asking whether `a` and `b` are equal, or which is less.
bool ChargeForComparison(CallContext& context, const Value& a, const Value& b);

// Pays for finding one member of a map, or one element of a list.
bool ChargeForLookup(CallContext& context, const Value& collection);

}  // namespace penstock::expr
