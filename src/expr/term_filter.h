// Which entries of a list may match, by what one operand is.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "event/value.h"
#include "expr/number_line.h"
#include "expr/route_terms.h"
#include "expr/value_index.h"

namespace penstock::expr {

// A term of the entry that stands at a position of the list.
struct PlacedTerm {
  uint32_t position;
  const Term* term;
};

// Sets of entries are bits, 64 in a word, so that a list of 10,000 is 157 words, and the sets of several operands meet
// in one `and` for each word. Immutable; any thread may read it.
class TermFilter {
 public:
  // Of a list of `count` entries; `terms` are of `operand`, at most one for each entry. Borrows what literals borrow.
  TermFilter(Operand operand, uint32_t count, std::span<const PlacedTerm> terms);

  const Operand& operand() const { return operand_; }

  // Clears the bits of entries whose term is false where the operand is `value`. Those whose term fails stay, and those
  // without a term. `spare` has as many words.
  void Apply(const Value& value, uint64_t* bits, uint64_t* spare) const;
  size_t held_bytes() const;

 private:
  void AddEqualities(std::span<const PlacedTerm> terms);
  void AddPrefixes(std::span<const PlacedTerm> terms);
  void AddRanges(std::span<const PlacedTerm> terms);
  void SetPrefixBits(std::string_view text, uint64_t* bits) const;

  Operand operand_;
  std::vector<uint64_t> others_;         // entries without a term
  std::vector<uint64_t> with_ranges_;    // and with; empty where there are none. They fail where others are compared
  std::vector<uint64_t> with_prefixes_;  // likewise
  NumberLine line_;                      // over others_
  ValueIndex equal_;
  Postings equal_entries_;  // by key of equal_
  std::vector<uint32_t> prefix_bytes_;
  ValueIndex prefixes_;
  Postings prefix_entries_;
};

}  // namespace penstock::expr
