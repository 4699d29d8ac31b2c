// Values -> numbers, for tables that are built once and then only read.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "event/value.h"

namespace penstock::expr {

// Keys are null, bools, numbers and strings; those that are equal (event/compare.h) are one key. Borrows what keys
// borrow. Once filled, any thread may read it.
class ValueIndex {
 public:
  static constexpr uint32_t kNone = UINT32_MAX;

  // The key's number: they count from 0, in the order in which keys were added first.
  uint32_t Add(const Value& key);
  // Of a value of any kind; kNone where it is no key.
  uint32_t Find(const Value& value) const;

  uint32_t size() const { return static_cast<uint32_t>(keys_.size()); }
  size_t held_bytes() const { return slots_.capacity() * sizeof(Slot) + keys_.capacity() * sizeof(Value); }

 private:
  struct Slot {
    uint32_t tag = 0;  // bits of the hash that the place does not say
    uint32_t key = kNone;
  };

  // The key's slot, or the free one where it belongs.
  const Slot& SlotOf(const Value& value, uint64_t hash) const;
  void Grow();

  std::vector<Slot> slots_;  // a power of two of them, at most half full
  std::vector<Value> keys_;
};

// Lists of numbers, one behind the other.
class Postings {
 public:
  Postings() = default;
  explicit Postings(const std::vector<std::vector<uint32_t>>& lists);

  std::span<const uint32_t> operator[](size_t list) const {
    return {items_.data() + begins_[list], begins_[list + 1] - begins_[list]};
  }
  size_t held_bytes() const { return (begins_.capacity() + items_.capacity()) * sizeof(uint32_t); }

 private:
  std::vector<uint32_t> begins_;  // and the end of the last
  std::vector<uint32_t> items_;
};

}  // namespace penstock::expr
