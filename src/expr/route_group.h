// Lists of rules that are looked at together, and what narrows them down for one event.
#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "expr/activation.h"
#include "expr/route_terms.h"
#include "expr/term_filter.h"

namespace penstock::expr {

// One alternative of a rule: it may match where none of the terms is false.
struct RouteEntry {
  static constexpr uint32_t kNoTerm = UINT32_MAX;

  uint32_t rule = 0;
  Conjunction terms;
  uint32_t found_by = kNoTerm;  // the term by whose literals the entry is found; kNoTerm: it is always looked at
};

// The filters of a list of entries, one for each operand of their terms, apart from those they are found by.
class GroupFilter {
 public:
  explicit GroupFilter(std::span<const RouteEntry* const> entries);

  bool empty() const { return filters_.empty(); }
  size_t words() const { return words_; }
  // Sets the bits of the entries that may match. Both have words() words.
  void Apply(Activation& activation, uint64_t* bits, uint64_t* spare) const;
  size_t held_bytes() const;

 private:
  size_t words_;
  uint64_t last_word_;  // the bits that entries have in it
  std::vector<TermFilter> filters_;
};

// Goes through a list in order: all of it, or what `bits` leaves. Borrows both.
class GroupCursor {
 public:
  static constexpr uint32_t kEnd = UINT32_MAX;

  explicit GroupCursor(std::span<const uint32_t> rules) : rules_(rules) { Next(); }
  GroupCursor(std::span<const uint32_t> rules, const uint64_t* bits) : rules_(rules), bits_(bits), word_(bits[0]) {
    Next();
  }

  // The rule it stands at; kEnd behind the last.
  uint32_t rule() const { return rule_; }

  void Next() {
    if (bits_ != nullptr) return NextBit();
    rule_ = next_ < rules_.size() ? rules_[next_++] : kEnd;
  }

 private:
  void NextBit() {
    constexpr size_t kBitsPerWord = 64;
    while (word_ == 0) {
      next_ += kBitsPerWord;
      if (next_ >= rules_.size()) {
        rule_ = kEnd;
        return;
      }
      word_ = bits_[next_ / kBitsPerWord];
    }
    rule_ = rules_[next_ + static_cast<size_t>(std::countr_zero(word_))];
    word_ &= word_ - 1;
  }

  std::span<const uint32_t> rules_;
  const uint64_t* bits_ = nullptr;
  uint64_t word_ = 0;  // what is left of the one that `next_` is the first bit of
  size_t next_ = 0;
  uint32_t rule_ = kEnd;
};

}  // namespace penstock::expr
