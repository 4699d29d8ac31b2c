// What the expressions of one plan may name: variables, types, functions; and the paths into events that they share.
#pragma once

#include <cstdint>
#include <deque>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "base/arena.h"
#include "event/value.h"
#include "expr/function.h"
#include "expr/limits.h"
#include "expr/type.h"

namespace penstock::expr {

// A field of a variable, or of another slot: `event.user` is one of `event`, `event.user.id` one of that. Looked up
// once per event, however many expressions name it.
struct Slot {
  bool of_variable;
  uint32_t parent;  // number of the variable or slot
  std::string field;
  std::string missing;  // messages of the errors, so that an evaluation need not build them
  std::string no_map;
};

struct Variable {
  std::string name;  // may be qualified: a.b
  Type type;
};

// Filled while a plan is compiled, by one thread; then only read, by any.
class Environment {
 public:
  // `library` outlives the environment.
  explicit Environment(const Library& library, const Limits& limits = {}) : library_(library), limits_(limits) {}
  Environment(const Environment&) = delete;
  Environment& operator=(const Environment&) = delete;

  // Returns the variable's number.
  uint32_t AddVariable(std::string name, Type type = Type::Dyn());
  // What expressions that are compiled from now on may take it for.
  void SetType(uint32_t variable, Type type) { variables_[variable].type = std::move(type); }
  // Declares a function for the checker alone: calls of it have a type, but no implementation.
  void DeclareFunction(Function function) { declared_.Add(std::move(function)); }
  // Names are looked up within `container` and what contains it first: in a.b, x means a.b.x, a.x or x.
  void SetContainer(std::string container) { container_ = std::move(container); }

  // What a name means; the innermost container that has it decides. `global`: as it stands, in no container.
  struct Meaning {
    std::optional<uint32_t> variable;
    std::optional<Type> type;  // the name is that of a type
    std::string_view type_name;
  };
  std::optional<Meaning> FindName(std::string_view name, bool global) const;
  const Function* FindFunction(std::string_view name, bool receiver, bool global) const;

  // A program reads the variable as a whole.
  void MarkUsed(uint32_t variable) { used_[variable] = true; }
  // Whether any program looks at the variable, or below it: what nobody looks at need not be set.
  bool IsUsed(uint32_t variable) const;

  uint32_t SlotFor(bool of_variable, uint32_t parent, std::string_view field);
  // A field that one place in one program takes of map after map, so that it can be remembered where it stood.
  uint32_t AddLookup(std::string_view field);
  // A value that programs share with their activations. What it borrows lives in arena().
  uint32_t AddConstant(const Value& value);
  // Takes back the constants from number `first` on, which no program came to use.
  void DropConstants(uint32_t first) { constants_.resize(first); }
  // A program needs so many registers and iterators at once.
  void Reserve(uint32_t registers, uint32_t iterators);
  Arena& arena() { return arena_; }
  const Limits& limits() const { return limits_; }

  const std::vector<Variable>& variables() const { return variables_; }
  // Stable addresses: programs keep views of the messages.
  const std::deque<Slot>& slots() const { return slots_; }
  const std::vector<std::string_view>& lookups() const { return lookups_; }
  const std::vector<Value>& constants() const { return constants_; }
  uint32_t registers() const { return registers_; }
  uint32_t iterators() const { return iterators_; }
  std::vector<std::string_view> KnownNames() const;
  std::vector<std::string_view> KnownFunctions() const;

 private:
  std::vector<std::string> CandidateNames(std::string_view name, bool global) const;

  const Library& library_;
  const Limits limits_;
  Library declared_;
  std::string container_;
  std::vector<Variable> variables_;
  std::vector<bool> used_;  // by variable
  std::unordered_map<std::string, uint32_t> variable_numbers_;
  std::deque<Slot> slots_;
  std::unordered_map<std::string, uint32_t> slot_numbers_;
  Arena arena_;
  std::vector<std::string_view> lookups_;
  std::vector<Value> constants_;
  uint32_t registers_ = 0;
  uint32_t iterators_ = 0;
};

}  // namespace penstock::expr
