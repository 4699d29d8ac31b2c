#include "expr/route_group.h"

#include <algorithm>
#include <map>
#include <utility>

namespace penstock::expr {
namespace {

constexpr size_t kBitsPerWord = 64;
constexpr size_t kWordsPerTerm = 16;  // going through so many costs what evaluating a term does

// A filter holds one term of an entry: the second one of the same operand goes into another filter.
using TermsByOperand = std::map<std::pair<Operand, uint32_t>, std::vector<PlacedTerm>>;

void AddTerms(const RouteEntry& entry, uint32_t position, TermsByOperand& terms) {
  std::map<Operand, uint32_t> seen;
  for (uint32_t i = 0; i < entry.terms.size(); ++i) {
    if (i == entry.found_by) continue;
    const Term& term = entry.terms[i];
    terms[{term.operand, seen[term.operand]++}].push_back({position, &term});
  }
}

}  // namespace

GroupFilter::GroupFilter(std::span<const RouteEntry* const> entries)
    : words_((entries.size() + kBitsPerWord - 1) / kBitsPerWord),
      last_word_(~uint64_t{0} >> (words_ * kBitsPerWord - entries.size())) {
  TermsByOperand terms;
  for (uint32_t position = 0; position < entries.size(); ++position) AddTerms(*entries[position], position, terms);
  // A filter goes through all words, whatever the number of its terms: few of them are evaluated sooner.
  for (const auto& [key, placed] : terms)
    if (placed.size() > words_ / kWordsPerTerm)
      filters_.emplace_back(key.first, static_cast<uint32_t>(entries.size()), placed);
}

void GroupFilter::Apply(Activation& activation, uint64_t* bits, uint64_t* spare) const {
  std::fill_n(bits, words_, ~uint64_t{0});
  bits[words_ - 1] = last_word_;
  for (const TermFilter& filter : filters_) filter.Apply(filter.operand().ValueIn(activation), bits, spare);
}

size_t GroupFilter::held_bytes() const {
  size_t bytes = filters_.capacity() * sizeof(TermFilter);
  for (const TermFilter& filter : filters_) bytes += filter.held_bytes();
  return bytes;
}

}  // namespace penstock::expr
