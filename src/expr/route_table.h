// Rules of which the first that is true decides, at a cost that does not grow with their number.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string_view>
#include <vector>

#include "base/arena.h"
#include "expr/activation.h"
#include "expr/environment.h"
#include "expr/program.h"
#include "expr/route_group.h"
#include "expr/value_index.h"

namespace penstock::expr {

struct Rule {
  std::optional<Program> when;  // none: always true
  std::string_view source;      // of `when`; read by Make() only
};

// What an expression says of paths and literals (==, in, startsWith, <, has, and && and || of these) is looked up, and
// shows of most rules that they are false without evaluating them. The results are those of evaluating one rule after
// another: docs/decisions/0006-route-table.md. Immutable; any number of threads may use it, each with a scratch.
class RouteTable {
 public:
  static constexpr uint32_t kNoRule = GroupCursor::kEnd;

  // What one thread works with. One that was made for a table serves only that.
  class Scratch {
   public:
    explicit Scratch(const RouteTable& table);

    // The rules before the match whose evaluation failed, or gave no bool; of the last event.
    const std::vector<uint32_t>& failed() const { return failed_; }

   private:
    friend class RouteTable;
    std::vector<uint64_t> bits_;
    std::vector<GroupCursor> cursors_;
    std::vector<uint32_t> failed_;
  };

  // A rule that was evaluated for an event. The outcome borrows like any result of evaluation.
  struct Look {
    uint32_t rule;
    Value outcome;
  };

  // The expressions have been compiled with `environment`, whose activations are made afterwards.
  RouteTable(std::vector<Rule> rules, Environment& environment);

  size_t size() const { return rules_.size(); }
  // The number of the first rule that is true, or kNoRule.
  uint32_t FirstMatch(Activation& activation, Scratch& scratch) const;
  // The rules that the event was compared with, in order, the match as the last one. The others before that are false.
  std::vector<Look> LookedAt(Activation& activation, Scratch& scratch) const;
  // What is looked up for each event.
  size_t lookups() const { return indexes_.size(); }
  // Of the indexes, without the rules' code.
  size_t held_bytes() const;

 private:
  // Lists of rules, in order. What is looked up by an operand has one for each literal, and a last one with all rules,
  // for events in which the operand is an error.
  struct Index {
    Operand operand;
    ValueIndex literals;
    Postings lists;
    std::vector<uint32_t> only;     // by list: its rule, if it has just one; else kNoRule. Saves two steps in memory
    std::vector<uint32_t> filters;  // by list: which of filters_, or kNoFilter; empty where no list has one
    size_t words_max = 0;           // of a filter
  };
  static constexpr uint32_t kNoFilter = UINT32_MAX;

  std::vector<RouteEntry> ReadEntries(const std::vector<Rule>& rules, Environment& environment);
  void AddIndex(Operand operand, const std::vector<const RouteEntry*>& entries);
  void FillLists(Index& index, const std::vector<std::vector<const RouteEntry*>>& lists);
  void Open(const Index& index, size_t list, Activation& activation, Scratch& scratch, size_t& used_words) const;
  void OpenAll(Activation& activation, Scratch& scratch) const;
  // Calls visit(rule) for each rule that may be true, in order, until it returns true.
  template <typename Visit>
  void Walk(Activation& activation, Scratch& scratch, Visit visit) const;
  Value Evaluate(uint32_t rule, Activation& activation) const;

  std::unique_ptr<Arena> arena_;  // of literals; behind a pointer, so that the table can be moved
  std::vector<std::optional<Program>> rules_;
  std::vector<Index> indexes_;
  Index rest_;  // one list: what no operand finds
  std::vector<GroupFilter> filters_;
  size_t scratch_words_ = 0;
  size_t spare_words_ = 0;
};

}  // namespace penstock::expr
