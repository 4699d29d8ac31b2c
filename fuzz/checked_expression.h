// An expression over an event, compiled with the checker's promises and without, and what must hold of its values.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "event/json_writer.h"
#include "expr/functions/standard_library.h"
#include "expr/program.h"
#include "fuzz/finding.h"
#include "fuzz/fits.h"

namespace penstock::expr {

struct Outcome {
  std::string text;
  bool failed = false;
  size_t arena_bytes = 0;  // that one evaluation held

  bool IsSame(const Outcome& other) const { return text == other.text && failed == other.failed; }
};

class CheckedExpression {
 public:
  // `source` outlives this. `cost`: what one evaluation may cost.
  explicit CheckedExpression(std::string_view source, uint64_t cost, Type event_type = Type::Dyn())
      : source_(source), environment_(StandardLibrary(), {.cost = cost}) {
    variable_ = environment_.AddVariable("event", std::move(event_type));
    checked_ = Program::Compile(source, environment_, {}, diagnostics_);
    std::vector<Diagnostic> unchecked_diagnostics;
    unchecked_ = Program::Compile(source, environment_, {.check = false}, unchecked_diagnostics);
    CheckDiagnostics(checked_, diagnostics_);
    CheckDiagnostics(unchecked_, unchecked_diagnostics);
    Expect(unchecked_ || !checked_, "compiles only with the check", source);
  }

  bool is_checked() const { return checked_.has_value(); }
  // The checker's.
  const std::vector<Diagnostic>& diagnostics() const { return diagnostics_; }

  // The same with the check and without. Nothing where the expression does not compile at all.
  std::optional<Outcome> Evaluate(const Value& event) const {
    if (!unchecked_) return std::nullopt;
    const Outcome outcome = EvaluateSteadily(*unchecked_, event);
    if (checked_ && !EvaluateSteadily(*checked_, event).IsSame(outcome)) Fail("differs with the check", outcome.text);
    return outcome;
  }

 private:
  static Outcome OutcomeOf(const Value& value) {
    return {value.is_error() ? std::string(value.text()) : ToJson(value), value.is_error()};
  }

  void CheckDiagnostics(const std::optional<Program>& program, const std::vector<Diagnostic>& diagnostics) const {
    Expect(program.has_value() != HasErrors(diagnostics), "a program and errors, or neither", source_);
    for (const Diagnostic& diagnostic : diagnostics) {
      Expect(!diagnostic.message.empty(), "an error without a message", source_);
      Expect(diagnostic.offset <= source_.size(), "points beyond the source", diagnostic.message);
    }
  }

  // The value has the promised type, and is the same the second time, and for the same event anew.
  Outcome EvaluateSteadily(const Program& program, const Value& event) const {
    Arena arena(kArenaBlockBytes);
    Activation activation(environment_, arena);
    activation.Set(variable_, event);
    const Value value = program.Evaluate(activation);
    Outcome first = OutcomeOf(value);
    first.arena_bytes = arena.held_bytes();
    if (!value.is_error() && !Fits(value, program.type())) Fail("not of type " + TypeText(program.type()), first.text);
    if (!OutcomeOf(program.Evaluate(activation)).IsSame(first)) Fail("differs the second time", first.text);
    activation.NextEvent();
    if (!OutcomeOf(program.Evaluate(activation)).IsSame(first)) Fail("differs for the same event anew", first.text);
    return first;
  }

  // Small, so that what an evaluation held tells what it took.
  static constexpr size_t kArenaBlockBytes = 1024;

  std::string_view source_;
  Environment environment_;
  uint32_t variable_;
  std::vector<Diagnostic> diagnostics_;
  std::optional<Program> checked_;
  std::optional<Program> unchecked_;
};

}  // namespace penstock::expr
