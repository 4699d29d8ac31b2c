// Values of any kind, looked up by what they equal.
#pragma once

#include <cstdint>
#include <span>

#include "event/value.h"
#include "expr/function.h"

namespace penstock::expr {

// A table in the arena. Each look takes constant time on the average, whatever the values are; a look that meets many
// values of the same hash pays for each, so that lists of NaN, which equal nothing, cost what they take.
class ValueSet {
 public:
  // Pays for a table of `capacity` values. Not paid: nothing may be added.
  ValueSet(CallContext& context, uint32_t capacity);
  bool paid() const { return paid_; }

  // Pays for a walk through the value. Nothing is found and nothing added, once the budget is spent: ask paid().
  bool Contains(const Value& value);
  // At most `capacity` times. False where an equal one is there.
  bool Add(const Value& value);

 private:
  struct Slot {
    Value value;  // an error where the slot is free
    uint64_t hash;
  };

  // The slot of the value, or the free one where it would stand; null where it cannot be paid for.
  Slot* Find(const Value& value, bool& found);

  CallContext& context_;
  std::span<Slot> slots_;
  bool paid_;
};

// Equal for values that are equal, of every kind. Walks through all of the value.
uint64_t HashOfAny(const Value& value);

}  // namespace penstock::expr
