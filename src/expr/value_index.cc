#include "expr/value_index.h"

#include "event/compare.h"

namespace penstock::expr {
namespace {

bool CanBeKey(const Value& value) { return value.kind() <= ValueKind::kString; }

uint32_t TagOf(uint64_t hash) { return static_cast<uint32_t>(hash >> 32); }

}  // namespace

const ValueIndex::Slot& ValueIndex::SlotOf(const Value& value, uint64_t hash) const {
  const size_t mask = slots_.size() - 1;
  for (size_t place = hash & mask;; place = (place + 1) & mask) {
    const Slot& slot = slots_[place];
    if (slot.key == kNone || (slot.tag == TagOf(hash) && Equals(keys_[slot.key], value))) return slot;
  }
}

uint32_t ValueIndex::Find(const Value& value) const {
  if (!CanBeKey(value) || slots_.empty()) return kNone;
  return SlotOf(value, HashValue(value)).key;
}

uint32_t ValueIndex::Add(const Value& key) {
  if (keys_.size() * 2 >= slots_.size()) Grow();
  const uint64_t hash = HashValue(key);
  Slot& slot = const_cast<Slot&>(SlotOf(key, hash));
  if (slot.key == kNone) {
    slot = {TagOf(hash), size()};
    keys_.push_back(key);
  }
  return slot.key;
}

void ValueIndex::Grow() {
  constexpr size_t kSlotsMin = 4;
  slots_.assign(slots_.empty() ? kSlotsMin : slots_.size() * 2, Slot());
  for (uint32_t key = 0; key < keys_.size(); ++key) {
    const uint64_t hash = HashValue(keys_[key]);
    const_cast<Slot&>(SlotOf(keys_[key], hash)) = {TagOf(hash), key};
  }
}

Postings::Postings(const std::vector<std::vector<uint32_t>>& lists) {
  size_t count = 0;
  for (const std::vector<uint32_t>& list : lists) count += list.size();
  begins_.reserve(lists.size() + 1);
  items_.reserve(count);
  for (const std::vector<uint32_t>& list : lists) {
    begins_.push_back(static_cast<uint32_t>(items_.size()));
    items_.insert(items_.end(), list.begin(), list.end());
  }
  begins_.push_back(static_cast<uint32_t>(items_.size()));
}

}  // namespace penstock::expr
