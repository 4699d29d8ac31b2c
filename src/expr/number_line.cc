#include "expr/number_line.h"

#include <algorithm>
#include <cstring>

#include "event/compare.h"

namespace penstock::expr {
namespace {

constexpr size_t kBitsPerWord = 64;
constexpr size_t kChangesPerCopyMin = 64;
constexpr size_t kWordsPerChange = 4;  // of copies, at most: what they take in all grows with the number of ranges

bool Less(const Value& a, const Value& b) { return Compare(a, b) == std::partial_ordering::less; }

// The number as a double, if that says it exactly.
std::optional<double> ExactDouble(const Value& number) {
  constexpr int64_t kExact = int64_t{1} << 53;
  if (number.Is(ValueKind::kDouble)) return number.as_double();
  const std::optional<int64_t> exact = ExactInt(number);
  if (!exact || *exact > kExact || *exact < -kExact) return std::nullopt;
  return static_cast<double>(*exact);
}

// How many of the sorted numbers are less. Without branches: which way it goes cannot be foreseen.
size_t CountLess(const std::vector<double>& sorted, double number) {
  const double* first = sorted.data();
  size_t count = sorted.size();
  while (count > 1) {
    const size_t half = count / 2;
    first += first[half - 1] < number ? half : 0;
    count -= half;
  }
  return static_cast<size_t>(first - sorted.data()) + (count == 1 && *first < number ? 1 : 0);
}

void SetBit(uint64_t* bits, uint32_t position, bool set) {
  const uint64_t bit = uint64_t{1} << (position % kBitsPerWord);
  uint64_t& word = bits[position / kBitsPerWord];
  word = set ? word | bit : word & ~bit;
}

}  // namespace

NumberLine::NumberLine(std::span<const NumberRange> ranges, std::span<const uint64_t> base)
    : words_(base.size()), changes_per_copy_(std::max(kChangesPerCopyMin, words_ / kWordsPerChange)) {
  MakeBounds(ranges);
  std::vector<uint64_t> bits(base.begin(), base.end());
  for (const NumberRange& range : ranges) AddChanges(range, bits);
  std::stable_sort(changes_.begin(), changes_.end(), [](const Change& a, const Change& b) { return a.slot < b.slot; });
  for (size_t i = 0; i < changes_.size(); ++i) {
    if (i % changes_per_copy_ == 0) copies_.insert(copies_.end(), bits.begin(), bits.end());
    SetBit(bits.data(), changes_[i].position, changes_[i].set);
  }
  if (changes_.size() % changes_per_copy_ == 0) copies_.insert(copies_.end(), bits.begin(), bits.end());
  changes_until_.assign(bounds_.size() * 2 + 1, 0);
  for (const Change& change : changes_) ++changes_until_[change.slot];
  for (size_t slot = 1; slot < changes_until_.size(); ++slot) changes_until_[slot] += changes_until_[slot - 1];
}

void NumberLine::MakeBounds(std::span<const NumberRange> ranges) {
  for (const NumberRange& range : ranges) {
    if (range.below) bounds_.push_back(range.below->number);
    if (range.above) bounds_.push_back(range.above->number);
  }
  std::sort(bounds_.begin(), bounds_.end(), Less);
  bounds_.erase(std::unique(bounds_.begin(), bounds_.end(), Equals), bounds_.end());
  for (const Value& bound : bounds_)
    if (const std::optional<double> exact = ExactDouble(bound)) doubles_.push_back(*exact);
  if (doubles_.size() != bounds_.size()) doubles_.clear();
}

uint32_t NumberLine::SlotOf(const Value& number) const {
  const std::optional<double> exact = doubles_.empty() ? std::nullopt : ExactDouble(number);
  size_t less = 0;
  bool at_bound = false;
  if (exact) {
    less = CountLess(doubles_, *exact);
    at_bound = less < doubles_.size() && doubles_[less] == *exact;
  } else {
    less = static_cast<size_t>(std::lower_bound(bounds_.begin(), bounds_.end(), number, Less) - bounds_.begin());
    at_bound = less < bounds_.size() && Equals(bounds_[less], number);
  }
  return static_cast<uint32_t>(less * 2 + (at_bound ? 1 : 0));
}

// The bits before the first change go to `first`.
void NumberLine::AddChanges(const NumberRange& range, std::vector<uint64_t>& first) {
  const uint32_t beyond = static_cast<uint32_t>(bounds_.size() * 2 + 1);
  uint32_t end = 0;  // of what is below
  if (range.below) end = SlotOf(range.below->number) + (range.below->inclusive ? 1 : 0);
  uint32_t begin = beyond;  // of what is above
  if (range.above) begin = SlotOf(range.above->number) + (range.above->inclusive ? 0 : 1);
  SetBit(first.data(), range.position, end > 0);
  if (begin <= end) return;
  if (end > 0) changes_.push_back({end, range.position, false});
  if (begin < beyond) changes_.push_back({begin, range.position, true});
}

void NumberLine::BitsAt(const Value& number, uint64_t* bits) const {
  const size_t until = changes_until_[SlotOf(number)];
  const size_t copy = until / changes_per_copy_;
  std::memcpy(bits, copies_.data() + copy * words_, words_ * sizeof(uint64_t));
  for (size_t i = copy * changes_per_copy_; i < until; ++i) SetBit(bits, changes_[i].position, changes_[i].set);
}

size_t NumberLine::held_bytes() const {
  return bounds_.capacity() * sizeof(Value) + doubles_.capacity() * sizeof(double) +
         changes_.capacity() * sizeof(Change) + changes_until_.capacity() * sizeof(uint32_t) +
         copies_.capacity() * sizeof(uint64_t);
}

}  // namespace penstock::expr
