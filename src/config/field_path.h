// Paths of fields: event.card.number.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/arena.h"
#include "event/value.h"

namespace penstock {

// `event.card.number` is {root "event", names {"card", "number"}}.
struct FieldPath {
  std::string root;
  std::vector<std::string> names;

  std::string Text() const;
};

// At most 16 names, each an identifier.
std::optional<FieldPath> ParseFieldPath(std::string_view text);

// The value at `names` below `map`; nothing where it is not there.
std::optional<Value> FindField(const Value& map, std::span<const std::string> names);

// A copy of `map` in which `value` stands at `names`, or, without one, nothing stands there. Maps on the way are made
// where there are none, unless the field is to go; what is on the way and no map makes it fail: nothing is returned.
// Only the maps on the way are new: the rest is borrowed from `map`.
std::optional<Value> WithField(const Value& map, std::span<const std::string> names, const Value* value, Arena& arena);

}  // namespace penstock
