// A compiled expression.
#pragma once

#include <memory>
#include <optional>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "event/value.h"
#include "expr/activation.h"
#include "expr/diagnostic.h"
#include "expr/environment.h"
#include "expr/type.h"

namespace penstock::expr {

struct Code;

struct CompileOptions {
  bool check = true;  // without, what the checker would refuse is an error of evaluation
};

// Immutable: any number of threads may evaluate it, each with its own activation.
class Program {
 public:
  // Adds what it names to `environment`, whose activations are made afterwards. The error shows every mistake with its
  // place.
  static Result<Program> Compile(std::string_view source, Environment& environment, const CompileOptions& options = {});

  // The same, for those who show mistakes and warnings in their own way. Nothing where there are mistakes.
  static std::optional<Program> Compile(std::string_view source, Environment& environment,
                                        const CompileOptions& options, std::vector<Diagnostic>& diagnostics);

  Program(Program&&) noexcept;
  Program& operator=(Program&&) noexcept;
  ~Program();

  // The value, or a Value of kind kError that says why there is none.
  Value Evaluate(Activation& activation) const;

  // What the checker found; dyn without it.
  const Type& type() const;

 private:
  explicit Program(std::unique_ptr<Code> code);

  // Nothing else: thousands of programs stand side by side in a route table.
  std::unique_ptr<const Code> code_;
};

}  // namespace penstock::expr
