// How far the work on a partition has come.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace penstock {

// Offsets from `begin` up to, not including, `end`.
struct OffsetRange {
  int64_t begin = 0;
  int64_t end = 0;

  bool operator==(const OffsetRange&) const = default;
};

// The offsets of one partition that are done: everything below position(), and ranges above it. A plain value.
class Progress {
 public:
  explicit Progress(int64_t position = 0) : position_(position) {}

  // Marks [begin, end) as done, whatever of it was done before.
  void Add(int64_t begin, int64_t end);
  void Add(const Progress& other);

  bool Contains(int64_t offset) const;

  // The first offset that is not done.
  int64_t position() const { return position_; }
  // In order; neither touching each other nor the position.
  std::span<const OffsetRange> ranges() const { return ranges_; }

  // The ranges as printable text: "12+3 40+1" is [12, 15) and [40, 41). Empty where there are none.
  std::string EncodeRanges() const;
  static Result<Progress> Decode(int64_t position, std::string_view ranges);

  bool operator==(const Progress&) const = default;

 private:
  void AdvanceOverRanges();

  int64_t position_;
  std::vector<OffsetRange> ranges_;
};

}  // namespace penstock
