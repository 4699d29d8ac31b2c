#include "expr/term_filter.h"

#include <algorithm>
#include <cmath>
#include <cstring>

#include "event/compare.h"

namespace penstock::expr {
namespace {

constexpr size_t kBitsPerWord = 64;

using Lists = std::vector<std::vector<uint32_t>>;

void Add(ValueIndex& index, Lists& lists, const Value& key, uint32_t position) {
  const uint32_t number = index.Add(key);
  if (number == lists.size()) lists.emplace_back();
  lists[number].push_back(position);
}

void SetBit(uint64_t* bits, uint32_t position) {
  bits[position / kBitsPerWord] |= uint64_t{1} << (position % kBitsPerWord);
}

void SetBits(std::span<const uint32_t> positions, uint64_t* bits) {
  for (const uint32_t position : positions) SetBit(bits, position);
}

void SetBits(const std::vector<uint64_t>& from, uint64_t* bits) {
  for (size_t i = 0; i < from.size(); ++i) bits[i] |= from[i];
}

// Of several bounds on one side the widest decides.
void Widen(NumberRange& range, const Atom& atom) {
  const bool below = atom.kind == Atom::Kind::kLess || atom.kind == Atom::Kind::kLessEqual;
  const bool inclusive = atom.kind == Atom::Kind::kLessEqual || atom.kind == Atom::Kind::kGreaterEqual;
  std::optional<Bound>& bound = below ? range.below : range.above;
  if (bound && Equals(bound->number, atom.literal)) {
    bound->inclusive = bound->inclusive || inclusive;
    return;
  }
  const auto wider = below ? std::partial_ordering::less : std::partial_ordering::greater;
  if (!bound || Compare(bound->number, atom.literal) == wider) bound = Bound{atom.literal, inclusive};
}

}  // namespace

TermFilter::TermFilter(Operand operand, uint32_t count, std::span<const PlacedTerm> terms) : operand_(operand) {
  others_.assign((count + kBitsPerWord - 1) / kBitsPerWord, ~uint64_t{0});
  for (const PlacedTerm& placed : terms)
    others_[placed.position / kBitsPerWord] &= ~(uint64_t{1} << (placed.position % kBitsPerWord));
  AddEqualities(terms);
  AddPrefixes(terms);
  AddRanges(terms);
}

void TermFilter::AddEqualities(std::span<const PlacedTerm> terms) {
  Lists lists;
  for (const PlacedTerm& placed : terms)
    for (const Atom& atom : placed.term->atoms)
      if (atom.kind == Atom::Kind::kEqual) Add(equal_, lists, atom.literal, placed.position);
  equal_entries_ = Postings(lists);
}

void TermFilter::AddPrefixes(std::span<const PlacedTerm> terms) {
  Lists lists;
  for (const PlacedTerm& placed : terms) {
    for (const Atom& atom : placed.term->atoms) {
      if (atom.kind != Atom::Kind::kPrefix) continue;
      with_prefixes_.resize(others_.size());
      SetBit(with_prefixes_.data(), placed.position);
      prefix_bytes_.push_back(static_cast<uint32_t>(atom.literal.text().size()));
      Add(prefixes_, lists, atom.literal, placed.position);
    }
  }
  std::sort(prefix_bytes_.begin(), prefix_bytes_.end());
  prefix_bytes_.erase(std::unique(prefix_bytes_.begin(), prefix_bytes_.end()), prefix_bytes_.end());
  prefix_entries_ = Postings(lists);
}

void TermFilter::AddRanges(std::span<const PlacedTerm> terms) {
  std::vector<NumberRange> ranges;
  for (const PlacedTerm& placed : terms) {
    NumberRange range{placed.position, {}, {}};
    for (const Atom& atom : placed.term->atoms)
      if (atom.is_range()) Widen(range, atom);
    if (!range.below && !range.above) continue;
    with_ranges_.resize(others_.size());
    SetBit(with_ranges_.data(), placed.position);
    ranges.push_back(range);
  }
  line_ = NumberLine(ranges, others_);
}

void TermFilter::SetPrefixBits(std::string_view text, uint64_t* bits) const {
  for (const uint32_t bytes : prefix_bytes_) {
    if (bytes > text.size()) return;
    const uint32_t prefix = prefixes_.Find(Value::String(text.substr(0, bytes)));
    if (prefix != ValueIndex::kNone) SetBits(prefix_entries_[prefix], bits);
  }
}

void TermFilter::Apply(const Value& value, uint64_t* bits, uint64_t* spare) const {
  if (value.is_error()) return;
  const bool is_nan = value.Is(ValueKind::kDouble) && std::isnan(value.as_double());
  if (value.is_number() && !is_nan)
    line_.BitsAt(value, spare);
  else
    std::memcpy(spare, others_.data(), others_.size() * sizeof(uint64_t));
  if (!value.is_number()) SetBits(with_ranges_, spare);
  if (value.Is(ValueKind::kString))
    SetPrefixBits(value.text(), spare);
  else
    SetBits(with_prefixes_, spare);
  const uint32_t equal = equal_.Find(value);
  if (equal != ValueIndex::kNone) SetBits(equal_entries_[equal], spare);
  for (size_t i = 0; i < others_.size(); ++i) bits[i] &= spare[i];
}

size_t TermFilter::held_bytes() const {
  const size_t words = others_.capacity() + with_ranges_.capacity() + with_prefixes_.capacity();
  return words * sizeof(uint64_t) + prefix_bytes_.capacity() * sizeof(uint32_t) + line_.held_bytes() +
         equal_.held_bytes() + equal_entries_.held_bytes() + prefixes_.held_bytes() + prefix_entries_.held_bytes();
}

}  // namespace penstock::expr
