#include "expr/activation.h"

#include <algorithm>

#include "expr/operators.h"
#include "expr/value_cost.h"

namespace penstock::expr {

void Iterator::Start(const Value& range) {
  range_ = range;
  const bool list = range.Is(ValueKind::kList);
  left_ = list ? ListSize(range) : MapSize(range);
  next_ = range.is_json() ? range.node() + 1 : 0;
  mode_ =
      list ? (range.is_json() ? Mode::kJsonList : Mode::kItems) : (range.is_json() ? Mode::kJsonMap : Mode::kEntries);
}

bool Iterator::NextPair(Value& first, Value& second) {
  if (left_ == 0) return false;
  switch (mode_) {
    case Mode::kItems:
    case Mode::kJsonList: first = Value::Int(ListSize(range_) - left_); return Next(second);
    case Mode::kEntries: second = range_.map_body()->entries[next_].value; return Next(first);
    case Mode::kJsonMap:
      --left_;
      NextKey(first);
      second = range_.document()->ValueAt(value_);
      return true;
  }
  __builtin_unreachable();
}

bool Iterator::NextKey(Value& key) {
  if (mode_ == Mode::kEntries) {
    key = range_.map_body()->entries[next_++].key;
    return true;
  }
  const JsonDocument& document = *range_.document();
  while (document.node(next_).json_kind() == JsonKind::kShadowedKey) next_ = document.After(next_ + 1);
  key = Value::String(document.TextAt(next_));
  value_ = next_ + 1;
  next_ = document.After(value_);
  return true;
}

Activation::Activation(const Environment& environment, Arena& arena)
    : context_(arena, environment.limits()),
      variables_(environment.variables().size(), Value::Error("the variable has no value")),
      frame_(environment.constants().rbegin(), environment.constants().rend()),
      iterators_(environment.iterators()) {
  frame_.resize(frame_.size() + environment.registers());
  registers_ = frame_.data() + environment.constants().size();
  for (const std::string_view field : environment.lookups()) lookups_.push_back({field, 0});
  slots_.reserve(environment.slots().size());
  for (const Slot& slot : environment.slots())
    slots_.push_back({{}, slot.field, 0, 0, slot.of_variable ? &variables_[slot.parent] : nullptr, &slot});
}

// The epoch came round to where it began.
void Activation::ForgetAll() {
  for (SlotState& slot : slots_) slot.epoch = 0;
  epoch_ = 1;
}

const Value& Activation::ParentSlotValue(const SlotState& slot) { return SlotValue(slot.path->parent); }

void Activation::ResolveSlowly(SlotState& slot) {
  const Value& parent = Parent(slot);
  if (parent.Is(ValueKind::kMap) && parent.is_json()) {
    const JsonDocument& document = *parent.document();
    const uint32_t node = document.FindMember(parent.node(), slot.field, slot.distance);
    slot.value = node == JsonDocument::kNotFound ? Value::Error(slot.path->missing) : document.ValueAt(node);
  } else if (parent.Is(ValueKind::kMap)) {
    slot.value = MapFind(parent, slot.field).value_or(Value::Error(slot.path->missing));
  } else if (parent.Is(ValueKind::kOptional)) {
    slot.value = Select(context_, parent, slot.field);
  } else {
    slot.value = parent.is_error() ? parent : Value::Error(slot.path->no_map);
  }
}

Value Activation::HasSlot(uint32_t number) {
  const SlotState& slot = slots_[number];
  const Value& parent = Parent(slot);
  if (!parent.Is(ValueKind::kMap)) return Has(context_, parent, slot.field);
  // Only the slot's own message says that there is no such member.
  const Value& value = SlotValue(number);
  return Value::Bool(!(value.is_error() && value.text().data() == slot.path->missing.data()));
}

Value Activation::SelectSlowly(const Value& operand, Lookup& lookup) {
  if (!operand.Is(ValueKind::kMap) || !operand.is_json()) return Select(context_, operand, lookup.field);
  if (!ChargeForLookup(context_, operand)) return context_.OverBudget();
  const JsonDocument& document = *operand.document();
  const uint32_t node = document.FindMember(operand.node(), lookup.field, lookup.distance);
  if (node != JsonDocument::kNotFound) return document.ValueAt(node);
  return context_.Fail("no such key: '" + std::string(lookup.field) + "'");
}

}  // namespace penstock::expr
