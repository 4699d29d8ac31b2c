#include "config/cel.h"

#include <vector>

#include "expr/diagnostic.h"

namespace penstock {
namespace {

// Where in the file the text of a scalar begins, if it stands there as it is: not folded over lines, without escapes.
std::optional<size_t> TextOffset(const YamlNode& node, std::string_view file) {
  const size_t start = node.offset + (node.plain ? 0 : 1);
  if (start > file.size() || file.substr(start, node.text.size()) != node.text) return std::nullopt;
  return start;
}

void Report(const YamlNode& node, const std::vector<expr::Diagnostic>& diagnostics, Problems& problems) {
  const std::optional<size_t> start = TextOffset(node, problems.text());
  for (const expr::Diagnostic& diagnostic : diagnostics) {
    const size_t place = start ? *start + diagnostic.offset : node.offset;
    const std::string message =
        start ? diagnostic.message : diagnostic.message + expr::Excerpt(node.text, diagnostic.offset);
    diagnostic.warning ? problems.Warn(place, message) : problems.Add(place, message);
  }
}

std::optional<expr::TypeKind> KindOf(CelResult result) {
  switch (result) {
    case CelResult::kAny: return std::nullopt;
    case CelResult::kBool: return expr::TypeKind::kBool;
    case CelResult::kTimestamp: return expr::TypeKind::kTimestamp;
    case CelResult::kString: return expr::TypeKind::kString;
  }
  return std::nullopt;
}

}  // namespace

std::optional<expr::Program> CompileCel(const YamlNode& node, CelResult result, expr::Environment& environment,
                                        Problems& problems) {
  std::vector<expr::Diagnostic> diagnostics;
  std::optional<expr::Program> program = expr::Program::Compile(node.text, environment, {}, diagnostics);
  Report(node, diagnostics, problems);
  if (!program) return std::nullopt;
  const std::optional<expr::TypeKind> wanted = KindOf(result);
  const expr::Type& found = program->type();
  if (!wanted || found.Is(expr::TypeKind::kDyn) || found.Is(*wanted)) return program;
  problems.Add(node.offset, "the expression has to give a " + TypeText(expr::Type::Of(*wanted)) + ", and gives a " +
                                TypeText(found));
  return std::nullopt;
}

}  // namespace penstock
