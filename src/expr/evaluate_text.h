// For tests: what an expression amounts to, as text.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "base/arena.h"
#include "event/json_writer.h"
#include "event/parsed_json.h"
#include "expr/functions/standard_library.h"
#include "expr/program.h"

namespace penstock::expr {

// An expression and what it amounts to, as Evaluate() has it.
struct Case {
  std::string_view source;
  std::string_view value;
};

constexpr std::string_view kOverBudget = "error: the expression costs more than it may";

struct EvaluateOptions {
  bool check = true;
  Limits limits = {};
};

// An expression over `event`, and all that its value borrows from.
class Evaluated {
 public:
  explicit Evaluated(std::string_view source, std::string_view event = "{}", const EvaluateOptions& options = {})
      : event_(event), environment_(StandardLibrary(), options.limits) {
    const uint32_t variable = environment_.AddVariable("event");
    Result<Program> program = Program::Compile(source, environment_, {.check = options.check});
    if (!program) {
      compile_error_ = program.error().message;
      return;
    }
    type_ = program->type();
    activation_ = std::make_unique<Activation>(environment_, arena_);
    activation_->Set(variable, event_.root());
    program_ = std::make_unique<Program>(std::move(*program));
    value_ = program_->Evaluate(*activation_);
  }

  bool compiled() const { return program_ != nullptr; }
  // With every line of the expression and every caret.
  const std::string& compile_error() const { return compile_error_; }
  const Value& value() const { return value_; }
  const Type& type() const { return type_; }
  Value Again() { return program_->Evaluate(*activation_); }

  // JSON; of an error its message after `error: `; where it does not compile, what that says after `invalid: `.
  std::string Text() const {
    if (!compiled()) return "invalid: " + compile_error_;
    return value_.is_error() ? "error: " + std::string(value_.text()) : ToJson(value_);
  }

 private:
  ParsedJson event_;
  Arena arena_;
  Environment environment_;
  std::unique_ptr<Activation> activation_;
  std::unique_ptr<Program> program_;
  std::string compile_error_;
  Type type_;
  Value value_;
};

inline std::string Evaluate(std::string_view source, std::string_view event = "{}",
                            const EvaluateOptions& options = {}) {
  return Evaluated(source, event, options).Text();
}

inline std::string CompileError(std::string_view source) { return Evaluated(source).compile_error(); }

inline std::string Repeat(std::string_view text, size_t count) {
  std::string repeated;
  for (; count > 0; --count) repeated += text;
  return repeated;
}

}  // namespace penstock::expr
