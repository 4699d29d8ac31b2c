#include "log/progress.h"

#include <algorithm>
#include <charconv>

namespace penstock {
namespace {

bool TakeNumber(std::string_view& text, int64_t& number) {
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || number < 0) return false;
  text.remove_prefix(static_cast<size_t>(end - text.data()));
  return true;
}

bool TakeCharacter(std::string_view& text, char expected) {
  if (text.empty() || text.front() != expected) return false;
  text.remove_prefix(1);
  return true;
}

// "12+3", as long as its end is a number of 64 bits.
bool TakeRange(std::string_view& text, OffsetRange& range) {
  int64_t count = 0;
  if (!TakeNumber(text, range.begin) || !TakeCharacter(text, '+') || !TakeNumber(text, count)) return false;
  return count > 0 && !__builtin_add_overflow(range.begin, count, &range.end);
}

}  // namespace

void Progress::Add(int64_t begin, int64_t end) {
  begin = std::max(begin, position_);
  if (begin >= end) return;
  if (begin == position_ && ranges_.empty()) {  // work that is done in order
    position_ = end;
    return;
  }
  // All ranges from `first` up to `last` touch the new one, and become one with it.
  const auto first = std::lower_bound(ranges_.begin(), ranges_.end(), begin,
                                      [](const OffsetRange& range, int64_t offset) { return range.end < offset; });
  auto last = first;
  while (last != ranges_.end() && last->begin <= end) ++last;
  if (first != last) {
    begin = std::min(begin, first->begin);
    end = std::max(end, std::prev(last)->end);
  }
  const auto place = ranges_.erase(first, last);
  ranges_.insert(place, {begin, end});
  AdvanceOverRanges();
}

void Progress::Add(const Progress& other) {
  Add(position_, other.position_);
  for (const OffsetRange& range : other.ranges_) Add(range.begin, range.end);
}

bool Progress::Contains(int64_t offset) const {
  if (offset < position_) return true;
  const auto after = std::upper_bound(ranges_.begin(), ranges_.end(), offset,
                                      [](int64_t at, const OffsetRange& range) { return at < range.begin; });
  return after != ranges_.begin() && offset < std::prev(after)->end;
}

void Progress::AdvanceOverRanges() {
  if (ranges_.empty() || ranges_.front().begin > position_) return;
  position_ = ranges_.front().end;
  ranges_.erase(ranges_.begin());
}

std::string Progress::EncodeRanges() const {
  std::string text;
  for (const OffsetRange& range : ranges_) {
    if (!text.empty()) text += ' ';
    text += std::to_string(range.begin) + '+' + std::to_string(range.end - range.begin);
  }
  return text;
}

Result<Progress> Progress::Decode(int64_t position, std::string_view ranges) {
  Progress progress(position);
  if (ranges.empty()) return progress;
  std::string_view rest = ranges;
  do {
    OffsetRange range;
    if (!TakeRange(rest, range))
      return Invalid("the ranges '" + std::string(ranges) + "' of a group's progress are no list of first+count");
    progress.Add(range.begin, range.end);
  } while (TakeCharacter(rest, ' '));
  if (!rest.empty()) return Invalid("the ranges '" + std::string(ranges) + "' of a group's progress end in nonsense");
  return progress;
}

}  // namespace penstock
