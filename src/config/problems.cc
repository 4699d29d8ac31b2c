#include "config/problems.h"

#include <algorithm>

#include "expr/diagnostic.h"

namespace penstock {

bool Problems::has_errors() const {
  return std::any_of(problems_.begin(), problems_.end(), [](const Problem& problem) { return !problem.warning; });
}

void Problems::HideLine(size_t offset) { hidden_lines_.insert(expr::PlaceOf(text_, offset).line); }

std::string Problems::Text() const {
  std::vector<Problem> sorted = problems_;
  std::stable_sort(sorted.begin(), sorted.end(),
                   [](const Problem& a, const Problem& b) { return a.offset < b.offset; });
  std::string text;
  for (const Problem& problem : sorted) {
    const expr::LineAndColumn place = expr::PlaceOf(text_, problem.offset);
    text += file_ + ":" + std::to_string(place.line) + ":" + std::to_string(place.column) + ": " +
            (problem.warning ? "warning: " : "") + problem.message;
    if (!hidden_lines_.contains(place.line)) text += expr::Excerpt(text_, problem.offset);
    text += "\n";
  }
  return text;
}

}  // namespace penstock
