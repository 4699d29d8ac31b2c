// What a step works with.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "base/arena.h"
#include "base/counter.h"
#include "expr/activation.h"
#include "expr/program.h"
#include "steps/batch.h"
#include "steps/variables.h"

namespace penstock {

// When a record was written, at the nearest moment that a Timestamp can say: whoever stamped it may have said anything.
Timestamp TimeOf(const Record& record);

// One for each worker and plan; used by that worker's thread. What it makes lives in the batch's arena.
class StepContext {
 public:
  // All outlive the context. `drops` holds a counter for each rule that drops.
  StepContext(const Variables& variables, expr::Activation& activation, Arena& arena, std::vector<Counter>& drops);

  // Expressions see this row from now on.
  void Enter(const Row& row);
  Value Evaluate(const expr::Program& program) { return program.Evaluate(activation_); }

  // Ends an event.
  void Drop(Row& row, uint32_t rule);
  void Kill(Row& row, DeadKind kind, std::string_view step, std::string_view message);

  // Change what the row that was entered last holds; expressions see it.
  void SetBody(Row& row, const Value& body);
  void SetAdded(Row& row, uint32_t added, const Value& value);
  void SetOutput(Row& row, const Value& output);

  Arena& arena() { return arena_; }
  const Variables& variables() const { return variables_; }

 private:
  Value KeyOf(const Record& record);
  Value HeadersOf(const Record& record);
  Value SourceOf(const Record& record);

  const Variables& variables_;
  expr::Activation& activation_;
  Arena& arena_;
  std::vector<Counter>& drops_;
  // Whether any expression looks at them: making them takes time.
  bool uses_key_;
  bool uses_headers_;
  bool uses_source_;
};

}  // namespace penstock
