#include "expr/program.h"

#include <vector>

#include "expr/checker.h"
#include "expr/code.h"
#include "expr/compiler.h"
#include "expr/diagnostic.h"
#include "expr/machine.h"
#include "expr/parser.h"
#include "expr/value_cost.h"

namespace penstock::expr {

Program::Program(std::unique_ptr<Code> code) : code_(std::move(code)) {}
Program::Program(Program&&) noexcept = default;
Program& Program::operator=(Program&&) noexcept = default;
Program::~Program() = default;

const Type& Program::type() const { return code_->type; }

std::optional<Program> Program::Compile(std::string_view source, Environment& environment,
                                        const CompileOptions& options, std::vector<Diagnostic>& diagnostics) {
  const size_t before = diagnostics.size();
  const std::unique_ptr<Ast> ast = Parse(source, environment.limits(), diagnostics);
  Type type;
  if (diagnostics.size() == before && options.check) type = Check(*ast, environment, diagnostics);
  const auto failed = [&] { return HasErrors(std::span(diagnostics).subspan(before)); };
  if (failed()) return std::nullopt;
  std::unique_ptr<Code> code = expr::Compile(*ast, environment, diagnostics);
  if (failed()) return std::nullopt;
  code->type = std::move(type);
  return Program(std::move(code));
}

Result<Program> Program::Compile(std::string_view source, Environment& environment, const CompileOptions& options) {
  std::vector<Diagnostic> diagnostics;
  std::optional<Program> program = Compile(source, environment, options, diagnostics);
  if (!program) return tl::unexpected(DiagnosticsError(source, std::move(diagnostics)));
  return *std::move(program);
}

Value Program::Evaluate(Activation& activation) const {
  const Value value = Machine(*code_, activation).Run();
  const bool whole = value.Is(ValueKind::kList) || value.Is(ValueKind::kMap) || value.Is(ValueKind::kOptional);
  // Whoever copies or writes the result walks through it; what it shares within itself would make that endless.
  if (whole && !ChargeForWalk(activation.context_, value)) return activation.context_.OverBudget();
  return value;
}

}  // namespace penstock::expr
