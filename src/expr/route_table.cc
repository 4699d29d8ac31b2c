#include "expr/route_table.h"

#include <algorithm>
#include <functional>
#include <map>
#include <set>
#include <utility>

namespace penstock::expr {
namespace {

// So few rules are evaluated sooner than sifted.
constexpr size_t kUnfilteredMax = 4;

// Of operands that find entries. Each is looked up for every event, and each list that is opened is one more to merge.
constexpr size_t kIndexesMax = 16;

// How many entries name a literal.
class LiteralCounts {
 public:
  void Add(const Term& term) {
    Counts& counts = by_operand_[term.operand];
    for (const Atom& atom : term.atoms) {
      const uint32_t literal = counts.literals.Add(atom.literal);
      counts.entries.resize(counts.literals.size());
      ++counts.entries[literal];
    }
  }

  // In how many lists' entries an event may land that is found by this term.
  uint64_t CostOf(const Term& term) const {
    const Counts& counts = by_operand_.at(term.operand);
    uint64_t cost = 0;
    for (const Atom& atom : term.atoms) cost += counts.entries[counts.literals.Find(atom.literal)];
    return cost;
  }

 private:
  struct Counts {
    ValueIndex literals;
    std::vector<uint64_t> entries;
  };
  std::map<Operand, Counts> by_operand_;
};

// Whether entries can be found by it. That a field is there says little: it only filters.
bool CanFind(const Term& term) { return term.is_set() && term.operand.kind != Operand::Kind::kHasSlot; }

// Each entry is found by the literals that the fewest others share, of the operands that `may_find` allows.
template <typename MayFind>
void ChooseTerms(std::vector<RouteEntry>& entries, const LiteralCounts& counts, MayFind may_find) {
  for (RouteEntry& entry : entries) {
    uint64_t least = UINT64_MAX;
    entry.found_by = RouteEntry::kNoTerm;
    for (uint32_t i = 0; i < entry.terms.size(); ++i) {
      const Term& term = entry.terms[i];
      if (!CanFind(term) || !may_find(term.operand)) continue;
      const uint64_t cost = counts.CostOf(term);
      if (cost >= least) continue;
      least = cost;
      entry.found_by = i;
    }
  }
}

// The operands that find the most entries.
std::set<Operand> MostUsed(const std::vector<RouteEntry>& entries) {
  std::map<Operand, size_t> uses;
  for (const RouteEntry& entry : entries)
    if (entry.found_by != RouteEntry::kNoTerm) ++uses[entry.terms[entry.found_by].operand];
  std::vector<std::pair<size_t, Operand>> by_use;
  for (const auto& [operand, count] : uses) by_use.emplace_back(count, operand);
  std::sort(by_use.begin(), by_use.end(), std::greater());
  by_use.resize(std::min(by_use.size(), kIndexesMax));
  std::set<Operand> most_used;
  for (const auto& [count, operand] : by_use) most_used.insert(operand);
  return most_used;
}

void ChooseTerms(std::vector<RouteEntry>& entries) {
  LiteralCounts counts;
  for (const RouteEntry& entry : entries)
    for (const Term& term : entry.terms)
      if (CanFind(term)) counts.Add(term);
  ChooseTerms(entries, counts, [](const Operand&) { return true; });
  const std::set<Operand> kept = MostUsed(entries);
  ChooseTerms(entries, counts, [&kept](const Operand& operand) { return kept.contains(operand); });
}

}  // namespace

RouteTable::Scratch::Scratch(const RouteTable& table) : bits_(table.scratch_words_ + table.spare_words_) {
  cursors_.reserve(table.indexes_.size() + 1);
}

RouteTable::RouteTable(std::vector<Rule> rules, Environment& environment) : arena_(std::make_unique<Arena>()) {
  std::vector<RouteEntry> entries = ReadEntries(rules, environment);
  for (Rule& rule : rules) rules_.push_back(std::move(rule.when));
  ChooseTerms(entries);
  std::map<Operand, std::vector<const RouteEntry*>> by_operand;
  std::vector<const RouteEntry*> others;
  for (const RouteEntry& entry : entries) {
    const bool found = entry.found_by != RouteEntry::kNoTerm;
    (found ? by_operand[entry.terms[entry.found_by].operand] : others).push_back(&entry);
  }
  for (const auto& [operand, found] : by_operand) AddIndex(operand, found);
  FillLists(rest_, {others});
}

// No event comes to the rules behind one that is always true.
std::vector<RouteEntry> RouteTable::ReadEntries(const std::vector<Rule>& rules, Environment& environment) {
  std::vector<RouteEntry> entries;
  for (uint32_t i = 0; i < rules.size(); ++i) {
    if (!rules[i].when) {
      entries.push_back({i, {}});
      break;
    }
    for (Conjunction& terms : TermsOf(rules[i].source, environment, *arena_)) entries.push_back({i, std::move(terms)});
  }
  return entries;
}

void RouteTable::AddIndex(Operand operand, const std::vector<const RouteEntry*>& entries) {
  Index& index = indexes_.emplace_back();
  index.operand = operand;
  std::vector<std::vector<const RouteEntry*>> lists;
  for (const RouteEntry* const entry : entries) {
    for (const Atom& atom : entry->terms[entry->found_by].atoms) {
      const uint32_t literal = index.literals.Add(atom.literal);
      lists.resize(index.literals.size());
      // A list of literals may name the same one twice.
      if (lists[literal].empty() || lists[literal].back() != entry) lists[literal].push_back(entry);
    }
  }
  lists.push_back(entries);
  FillLists(index, lists);
}

void RouteTable::FillLists(Index& index, const std::vector<std::vector<const RouteEntry*>>& lists) {
  std::vector<std::vector<uint32_t>> rules;
  for (const std::vector<const RouteEntry*>& list : lists) {
    std::vector<uint32_t>& numbers = rules.emplace_back();
    for (const RouteEntry* const entry : list) numbers.push_back(entry->rule);
    index.only.push_back(numbers.size() == 1 ? numbers.front() : kNoRule);
    index.filters.push_back(kNoFilter);
    if (list.size() <= kUnfilteredMax) continue;
    GroupFilter filter(list);
    if (filter.empty()) continue;
    index.filters.back() = static_cast<uint32_t>(filters_.size());
    index.words_max = std::max(index.words_max, filter.words());
    filters_.push_back(std::move(filter));
  }
  index.lists = Postings(rules);
  if (index.words_max == 0) index.filters.clear();
  scratch_words_ += index.words_max;
  spare_words_ = std::max(spare_words_, index.words_max);
}

void RouteTable::Open(const Index& index, size_t list, Activation& activation, Scratch& scratch,
                      size_t& used_words) const {
  if (index.only[list] != kNoRule) {
    scratch.cursors_.emplace_back(std::span(&index.only[list], 1));
    return;
  }
  const std::span<const uint32_t> rules = index.lists[list];
  if (rules.empty()) return;
  if (index.filters.empty() || index.filters[list] == kNoFilter) {
    scratch.cursors_.emplace_back(rules);
    return;
  }
  const GroupFilter& filter = filters_[index.filters[list]];
  uint64_t* const bits = scratch.bits_.data() + used_words;
  used_words += filter.words();
  filter.Apply(activation, bits, scratch.bits_.data() + scratch_words_);
  scratch.cursors_.emplace_back(rules, bits);
}

void RouteTable::OpenAll(Activation& activation, Scratch& scratch) const {
  activation.RefillBudget();
  scratch.cursors_.clear();
  size_t used_words = 0;
  for (const Index& index : indexes_) {
    const Value value = index.operand.ValueIn(activation);
    const uint32_t list = value.is_error() ? index.literals.size() : index.literals.Find(value);
    if (list != ValueIndex::kNone) Open(index, list, activation, scratch, used_words);
  }
  Open(rest_, 0, activation, scratch, used_words);
}

template <typename Visit>
inline void RouteTable::Walk(Activation& activation, Scratch& scratch, Visit visit) const {
  OpenAll(activation, scratch);
  for (;;) {
    uint32_t rule = kNoRule;
    for (const GroupCursor& cursor : scratch.cursors_) rule = std::min(rule, cursor.rule());
    if (rule == kNoRule || visit(rule)) return;
    // Alternatives of the rule may stand in several lists, and one behind the other in one.
    for (GroupCursor& cursor : scratch.cursors_)
      while (cursor.rule() == rule) cursor.Next();
  }
}

Value RouteTable::Evaluate(uint32_t rule, Activation& activation) const {
  return rules_[rule] ? rules_[rule]->Evaluate(activation) : Value::Bool(true);
}

uint32_t RouteTable::FirstMatch(Activation& activation, Scratch& scratch) const {
  scratch.failed_.clear();
  uint32_t match = kNoRule;
  Walk(activation, scratch, [&](uint32_t rule) {
    const Value outcome = Evaluate(rule, activation);
    if (outcome.is_true()) match = rule;
    if (!outcome.Is(ValueKind::kBool)) scratch.failed_.push_back(rule);
    return match != kNoRule;
  });
  return match;
}

std::vector<RouteTable::Look> RouteTable::LookedAt(Activation& activation, Scratch& scratch) const {
  std::vector<Look> looks;
  Walk(activation, scratch, [&](uint32_t rule) {
    looks.push_back({rule, Evaluate(rule, activation)});
    return looks.back().outcome.is_true();
  });
  return looks;
}

size_t RouteTable::held_bytes() const {
  size_t bytes = arena_->held_bytes() + filters_.capacity() * sizeof(GroupFilter);
  for (const GroupFilter& filter : filters_) bytes += filter.held_bytes();
  for (const Index& index : indexes_)
    bytes += index.literals.held_bytes() + index.lists.held_bytes() +
             (index.only.capacity() + index.filters.capacity()) * sizeof(uint32_t);
  return bytes + rest_.lists.held_bytes();
}

}  // namespace penstock::expr
