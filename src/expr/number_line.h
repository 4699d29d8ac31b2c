// Ranges of numbers, and which of them hold a number.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "event/value.h"

namespace penstock::expr {

// A number, and whether what begins or ends there includes it.
struct Bound {
  Value number;
  bool inclusive;
};

// The numbers below one bound, and those above the other. Where both are there and overlap, all numbers.
struct NumberRange {
  uint32_t position;  // of its bit
  std::optional<Bound> below;
  std::optional<Bound> above;
};

// The bounds cut the line into slots: each bound's number is one, and what lies between two another. Walking along the
// line, bits change at the beginnings of slots. A copy of all bits is kept every 64 changes, or where there are many
// bits, less often: the bits of a number are such a copy and a few changes. Immutable; any thread may read it.
class NumberLine {
 public:
  NumberLine() = default;
  // `base`: bits that are set everywhere on the line. No position comes twice, or is set in `base`.
  NumberLine(std::span<const NumberRange> ranges, std::span<const uint64_t> base);

  // Writes as many words as `base` has. `number` is one, and not NaN.
  void BitsAt(const Value& number, uint64_t* bits) const;
  size_t held_bytes() const;

 private:
  struct Change {
    uint32_t slot;
    uint32_t position;
    bool set;
  };

  void MakeBounds(std::span<const NumberRange> ranges);
  // The slot of the i-th bound is 2i + 1.
  uint32_t SlotOf(const Value& number) const;
  void AddChanges(const NumberRange& range, std::vector<uint64_t>& first);

  size_t words_ = 0;
  size_t changes_per_copy_ = 1;
  std::vector<Value> bounds_;
  std::vector<double> doubles_;  // the bounds, if doubles can say all of them exactly; else empty
  std::vector<Change> changes_;
  std::vector<uint32_t> changes_until_;  // by slot: how many changes happen there or before
  std::vector<uint64_t> copies_;
};

}  // namespace penstock::expr
