#include "model/call/call_table.h"

#include <cassert>
#include <memory>

namespace penstock::call {

Slot CallTable::Add(CallId id) {
  Slot slot = static_cast<Slot>(calls_.size());
  if (free_.empty()) {
    calls_.emplace_back();
  } else {
    slot = free_.back();
    free_.pop_back();
  }
  const bool added = slots_.emplace(id, slot).second;
  assert(added);
  static_cast<void>(added);
  calls_[slot].id = id;
  return slot;
}

Slot CallTable::Find(CallId id) const {
  const auto found = slots_.find(id);
  return found == slots_.end() ? kNoSlot : found->second;
}

void CallTable::Remove(Slot slot) {
  slots_.erase(calls_[slot].id);
  // An assignment would keep the payload's memory.
  std::destroy_at(&calls_[slot]);
  std::construct_at(&calls_[slot]);
  free_.push_back(slot);
}

std::vector<Slot> CallTable::Slots() const {
  std::vector<Slot> slots;
  slots.reserve(slots_.size());
  for (const auto& [id, slot] : slots_) slots.push_back(slot);
  return slots;
}

void CallQueue::Push(Slot slot) {
  Call& call = (*calls_)[slot];
  call.previous = last_;
  call.next = kNoSlot;
  (last_ == kNoSlot ? first_ : (*calls_)[last_].next) = slot;
  last_ = slot;
  ++size_;
}

void CallQueue::Remove(Slot slot) {
  Call& call = (*calls_)[slot];
  (call.previous == kNoSlot ? first_ : (*calls_)[call.previous].next) = call.next;
  (call.next == kNoSlot ? last_ : (*calls_)[call.next].previous) = call.previous;
  call.previous = call.next = kNoSlot;
  --size_;
}

}  // namespace penstock::call
