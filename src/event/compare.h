// Equality, order and hashes of values, as CEL defines them.
#pragma once

#include <compare>
#include <cstdint>
#include <optional>

#include "event/value.h"

namespace penstock {

// Numbers of all kinds stand on one number line and are compared exactly, also beyond 2^53. NaN equals nothing. Values
// of different kinds are not equal. Lists compare element by element, maps without regard to order.
bool Equals(const Value& a, const Value& b);

// Null where the two have no order: different kinds that are not both numbers, and kinds that are not ordered.
// `unordered` with NaN.
std::optional<std::partial_ordering> Compare(const Value& a, const Value& b);

// Equal for values that are equal. Of bools, numbers and strings (the keys of maps). Not the same in every process: for
// tables in memory only.
uint64_t HashValue(const Value& value);

// Of the hashes above. Drawn once a process, so that nobody can choose keys that all fall into one slot of a table.
uint64_t HashSeed();

// The number as an int, where it is one exactly.
std::optional<int64_t> ExactInt(const Value& number);

}  // namespace penstock
