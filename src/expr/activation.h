// The state of evaluation: what the expressions of a plan see of one event.
#pragma once

#include <cstdint>
#include <vector>

#include "base/arena.h"
#include "event/collection.h"
#include "event/value.h"
#include "expr/environment.h"
#include "expr/function.h"

namespace penstock::expr {

// Goes over a list's elements or a map's keys.
class Iterator {
 public:
  // `range` is a list or map.
  void Start(const Value& range);
  // A list's position and element, or a map's key and value.
  bool NextPair(Value& first, Value& second);
  uint32_t left() const { return left_; }

  bool Next(Value& element) {
    if (left_ == 0) return false;
    --left_;
    switch (mode_) {
      case Mode::kItems: element = range_.items()[next_++]; return true;
      case Mode::kJsonList:
        element = range_.document()->ValueAt(next_);
        next_ = range_.document()->After(next_);
        return true;
      default: return NextKey(element);
    }
  }

 private:
  enum class Mode : uint8_t { kItems, kJsonList, kEntries, kJsonMap };
  bool NextKey(Value& key);

  Value range_;
  Mode mode_ = Mode::kItems;
  uint32_t next_ = 0;
  uint32_t left_ = 0;
  uint32_t value_ = 0;  // of a document's map: the node of the last key's value
};

// One for each worker and plan, made when all expressions of the plan are compiled; used by that worker's thread.
// Results of evaluation borrow from the variables and from the arena.
class Activation {
 public:
  // `environment` and `arena` outlive the activation. Who resets the arena calls NextEvent().
  Activation(const Environment& environment, Arena& arena);

  // Forgets what was found in the last event; variables stay.
  void NextEvent() {
    if (++epoch_ == 0) ForgetAll();
  }
  // To be called before any expression looks at the variable or below it, or after NextEvent().
  void Set(uint32_t variable, const Value& value) { variables_[variable] = value; }

  const Value& VariableValue(uint32_t variable) const { return variables_[variable]; }
  // Each evaluation begins with it. Who looks at slots before one does so as well.
  void RefillBudget() { context_.Refill(); }

  // The value of a path, or the error that it is not there.
  const Value& SlotValue(uint32_t slot) {
    SlotState& state = slots_[slot];
    if (state.epoch != epoch_) ResolveSlot(state);
    return state.value;
  }
  // has(path)
  Value HasSlot(uint32_t number);

  // operand.field, the field being that of the lookup.
  Value SelectField(const Value& operand, uint32_t number) {
    Lookup& lookup = lookups_[number];
    if (operand.Is(ValueKind::kMap) && operand.is_json()) [[likely]] {
      const JsonDocument& document = *operand.document();
      const uint32_t guess = operand.node() + lookup.distance;
      if (document.IsMember(guess, operand.node(), lookup.field)) [[likely]]
        return document.ValueAt(guess + 1);
    }
    return SelectSlowly(operand, lookup);
  }
  std::string_view FieldOf(uint32_t lookup) const { return lookups_[lookup].field; }

 private:
  friend class Machine;
  friend class Program;

  // A path as Environment has it, with what was found at it.
  struct SlotState {
    Value value;
    std::string_view field;
    uint32_t epoch;         // in which `value` was found
    uint32_t distance;      // at which the field stood behind its map the last time
    const Value* variable;  // the parent; null where that is a slot
    const Slot* path;
  };

  struct Lookup {
    std::string_view field;
    uint32_t distance;
  };

  void ForgetAll();
  void ResolveSlowly(SlotState& slot);
  // Apart, because a parent may have a parent itself.
  const Value& ParentSlotValue(const SlotState& slot);

  // Inline, with what most lookups take: a map of a document, and the field where it was the last time.
  void ResolveSlot(SlotState& slot) {
    const Value& parent = Parent(slot);
    slot.epoch = epoch_;
    if (parent.Is(ValueKind::kMap) && parent.is_json()) [[likely]] {
      const JsonDocument& document = *parent.document();
      const uint32_t guess = parent.node() + slot.distance;
      if (document.IsMember(guess, parent.node(), slot.field)) [[likely]] {
        slot.value = document.ValueAt(guess + 1);
        return;
      }
    }
    ResolveSlowly(slot);
  }

  const Value& Parent(const SlotState& slot) {
    return slot.variable != nullptr ? *slot.variable : ParentSlotValue(slot);
  }
  Value SelectSlowly(const Value& operand, Lookup& lookup);

  CallContext context_;
  std::vector<Value> variables_;  // never grows: slots point into it
  std::vector<SlotState> slots_;
  std::vector<Lookup> lookups_;
  uint32_t epoch_ = 1;
  std::vector<Value> frame_;  // the constants, the last one first; then registers
  Value* registers_;          // in `frame_`: constant n stands at ~n
  std::vector<Iterator> iterators_;
};

}  // namespace penstock::expr
