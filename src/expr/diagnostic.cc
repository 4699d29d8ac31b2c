#include "expr/diagnostic.h"

#include <algorithm>

#include "base/escape.h"
#include "base/utf8.h"

namespace penstock::expr {
namespace {

constexpr size_t kShownMax = 20;       // diagnostics; the rest is counted
constexpr size_t kLineShownMax = 160;  // bytes of a line; a longer one is cut around the caret

struct Place {
  size_t line;    // from 1
  size_t column;  // from 1, in characters
  std::string_view text;
  size_t caret;  // bytes into `text`
};

// Moves `at` back to the start of the character it stands in.
size_t CharacterStart(std::string_view text, size_t at) {
  constexpr size_t kContinuationsMax = 3;  // a text that is not UTF-8 may have more of them in a row
  const auto continues = [&] { return at < text.size() && (static_cast<unsigned char>(text[at]) & 0xC0) == 0x80; };
  for (size_t i = 0; i < kContinuationsMax && at > 0 && continues(); ++i) --at;
  return at;
}

Place Locate(std::string_view source, size_t offset) {
  offset = std::min(offset, source.size());
  const std::string_view before = source.substr(0, offset);
  const size_t newline = before.rfind('\n');
  const size_t start = newline == std::string_view::npos ? 0 : newline + 1;
  const size_t end = std::min(source.find('\n', offset), source.size());
  return {static_cast<size_t>(std::count(before.begin(), before.end(), '\n')) + 1,
          CountCodePoints(before.substr(start)) + 1, source.substr(start, end - start), offset - start};
}

void CutAroundCaret(Place& place) {
  if (place.text.size() <= kLineShownMax) return;
  const size_t wanted = place.caret > kLineShownMax / 2 ? place.caret - kLineShownMax / 2 : 0;
  const size_t start = CharacterStart(place.text, std::min(wanted, place.text.size() - kLineShownMax));
  // The start may have moved back by up to three bytes, and the caret stands behind the last character at most.
  const size_t end = CharacterStart(place.text, std::min(start + kLineShownMax + 3, place.text.size()));
  place.text = place.text.substr(start, end - start);
  place.caret -= start;
}

// Text of the expression, one column a character. What a terminal would obey, or not show, becomes `stand_in`.
std::string Printable(std::string_view text, std::string_view stand_in) {
  std::string printable;
  while (!text.empty()) {
    const std::string_view character = text.substr(0, DecodeUtf8(text).bytes);
    printable += HasUnprintable(character) ? stand_in : character;
    text.remove_prefix(character.size());
  }
  return printable;
}

std::string Render(std::string_view source, const Diagnostic& diagnostic) {
  const Place place = Locate(source, diagnostic.offset);
  return std::to_string(place.line) + ":" + std::to_string(place.column) + ": " + Printable(diagnostic.message, "?") +
         Excerpt(source, diagnostic.offset);
}

// Levenshtein distance; transposed neighbours count as one.
size_t EditDistance(std::string_view a, std::string_view b) {
  std::vector<size_t> before_last(b.size() + 1);
  std::vector<size_t> last(b.size() + 1);
  std::vector<size_t> row(b.size() + 1);
  for (size_t j = 0; j <= b.size(); ++j) last[j] = j;
  for (size_t i = 1; i <= a.size(); ++i) {
    row[0] = i;
    for (size_t j = 1; j <= b.size(); ++j) {
      row[j] = std::min({last[j] + 1, row[j - 1] + 1, last[j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1)});
      const bool swapped = i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1];
      if (swapped) row[j] = std::min(row[j], before_last[j - 2] + 1);
    }
    std::swap(before_last, last);
    std::swap(last, row);
  }
  return last[b.size()];
}

}  // namespace

LineAndColumn PlaceOf(std::string_view text, size_t offset) {
  const Place place = Locate(text, offset);
  return {place.line, place.column};
}

std::string Excerpt(std::string_view source, size_t offset) {
  Place place = Locate(source, offset);
  CutAroundCaret(place);
  // Tabs become spaces, so that the caret stands below its character.
  const std::string before = Printable(place.text.substr(0, place.caret), " ");
  return "\n  " + before + Printable(place.text.substr(place.caret), " ") + "\n  " +
         std::string(CountCodePoints(before), ' ') + "^";
}

bool HasErrors(std::span<const Diagnostic> diagnostics) {
  return std::any_of(diagnostics.begin(), diagnostics.end(), [](const Diagnostic& one) { return !one.warning; });
}

Error DiagnosticsError(std::string_view source, std::vector<Diagnostic> diagnostics) {
  std::stable_sort(diagnostics.begin(), diagnostics.end(),
                   [](const Diagnostic& a, const Diagnostic& b) { return a.offset < b.offset; });
  std::string message;
  for (size_t i = 0; i < std::min(diagnostics.size(), kShownMax); ++i) {
    if (i > 0) message += "\n";
    message += Render(source, diagnostics[i]);
  }
  if (diagnostics.size() > kShownMax) message += "\nand " + std::to_string(diagnostics.size() - kShownMax) + " more";
  return {ErrorKind::kInvalid, std::move(message)};
}

std::string_view NearestName(std::string_view name, std::span<const std::string_view> candidates) {
  constexpr size_t kComparedMax = 64;  // longer names are nobody's slip of the finger, and dear to compare
  if (name.size() > kComparedMax) return {};
  std::string_view nearest;
  size_t nearest_distance = std::max<size_t>(1, name.size() / 3) + 1;
  for (const std::string_view candidate : candidates) {
    if (candidate.size() > kComparedMax) continue;
    const size_t distance = EditDistance(name, candidate);
    if (distance >= nearest_distance) continue;
    nearest = candidate;
    nearest_distance = distance;
  }
  return nearest;
}

std::string Suggestion(std::string_view name, std::span<const std::string_view> candidates) {
  const std::string_view nearest = NearestName(name, candidates);
  return nearest.empty() ? "" : "; did you mean '" + std::string(nearest) + "'?";
}

}  // namespace penstock::expr
