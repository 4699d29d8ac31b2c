// Functions that expressions call, and the library that holds them.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "base/arena.h"
#include "base/result.h"
#include "event/value.h"
#include "expr/example.h"
#include "expr/limits.h"
#include "expr/type.h"

namespace penstock::expr {

// What a function may use while it runs.
class CallContext {
 public:
  CallContext(Arena& arena, const Limits& limits) : arena_(arena), limits_(limits), budget_(limits.cost) {}

  Arena& arena() { return arena_; }
  const Limits& limits() const { return limits_; }

  // Pays for `units` of work or 16-byte pieces of memory, before they are spent. False when the budget does not reach;
  // the caller then returns OverBudget().
  bool Charge(uint64_t units) {
    const bool enough = units <= budget_;
    budget_ = enough ? budget_ - units : 0;
    return enough;
  }
  // Pays for looking at text that is there already.
  bool ChargeBytes(uint64_t bytes) { return Charge(bytes / 64); }
  // For the next evaluation.
  void Refill() { budget_ = limits_.cost; }
  Value OverBudget() const { return Value::Error("the expression costs more than it may"); }

  // An error whose message is copied into the arena, which is paid for: a macro may meet an error in every round.
  Value Fail(std::string_view message) {
    if (!Charge(message.size() / sizeof(Value) + 1)) return OverBudget();
    return Value::Error(arena_.Copy(message));
  }

 private:
  Arena& arena_;
  const Limits limits_;
  uint64_t budget_;
};

// `arguments` match the overload's parameters, and are no errors. A failure is returned as Value::Error.
using Implementation = Value (*)(CallContext& context, const Value* arguments);

// A call of which an argument was known when the expression was compiled, so that work was done then: a regular
// expression, for example. Immutable.
class PreparedCall {
 public:
  virtual ~PreparedCall() = default;
  virtual Value Invoke(CallContext& context, const Value* arguments) const = 0;
};

// Prepares a call, or returns null where it has no use for `known`: the arguments that are literals, the others being
// null pointers. An error is one of the expression.
using Preparation = Result<std::unique_ptr<PreparedCall>> (*)(const std::vector<const Value*>& known,
                                                              const Limits& limits);

constexpr size_t kArgumentsMax = 6;

struct Overload {
  std::vector<Type> parameters;  // a receiver is the first; at most kArgumentsMax
  Type result;
  Implementation implementation = nullptr;
  Preparation preparation = nullptr;
};

// One whose name has an @ is for macros: it can be neither written nor suggested, and needs no description.
struct Function {
  std::string name;
  bool receiver = false;  // called as target.name(..)
  std::vector<Overload> overloads;
  std::string_view summary{};  // a sentence or two: what for, and the errors that it can end with; static storage
  std::vector<Example> examples{};

  bool is_internal() const { return name.find('@') != std::string::npos; }
};

// Functions that belong together, as the reference lists them.
struct Family {
  std::string_view name;
  std::string_view summary;
  std::vector<Function> functions;
};

class Library {
 public:
  // A function of the same name and style gets the overloads added.
  void Add(Function function);
  void Add(Family family);

  // Null where there is none.
  const Function* Find(std::string_view name, bool receiver) const;
  // For suggestions.
  std::vector<std::string_view> Names() const;
  // For the reference, in the order in which they were added.
  const std::vector<Family>& families() const { return families_; }

 private:
  std::unordered_map<std::string, Function> functions_;  // receivers begin with a dot
  std::vector<Family> families_;
};

}  // namespace penstock::expr
