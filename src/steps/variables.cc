#include "steps/variables.h"

#include <algorithm>
#include <array>

namespace penstock {
namespace {

constexpr std::array<std::string_view, 9> kOwnNames = {"event", "key",   "headers", "source", "output",
                                                       "route", "model", "version", "outputs"};

// Keywords and reserved words of CEL.
constexpr std::array<std::string_view, 22> kCelWords = {
    "true", "false",  "null", "in",   "as",      "break",     "const",  "continue", "else", "for",   "function",
    "if",   "import", "let",  "loop", "package", "namespace", "return", "var",      "void", "while", "has"};

}  // namespace

Variables::Variables(expr::Environment& environment)
    : environment_(environment),
      event_(environment.AddVariable("event",
                                     expr::Type::Map(expr::Type::Of(expr::TypeKind::kString), expr::Type::Dyn()))),
      key_(environment.AddVariable("key")),
      headers_(environment.AddVariable("headers")),
      source_(environment.AddVariable("source")) {}

void Variables::AddAnswer() {
  given_ = static_cast<uint32_t>(added_.size());
  output_ = environment_.AddVariable("output");
  route_ = environment_.AddVariable("route", expr::Type::Of(expr::TypeKind::kString));
  model_ = environment_.AddVariable("model", expr::Type::Of(expr::TypeKind::kString));
}

uint32_t Variables::AddName(const std::string& name, const expr::Type& type) {
  if (const std::optional<uint32_t> known = FindName(name)) return *known;
  added_.push_back(name);
  added_variables_.push_back(environment_.AddVariable(name, type));
  return static_cast<uint32_t>(added_.size() - 1);
}

std::optional<uint32_t> Variables::FindName(std::string_view name) const {
  const auto found = std::find(added_.begin(), added_.end(), name);
  if (found == added_.end()) return std::nullopt;
  return static_cast<uint32_t>(found - added_.begin());
}

bool IsReservedName(std::string_view name) {
  return std::find(kOwnNames.begin(), kOwnNames.end(), name) != kOwnNames.end() ||
         std::find(kCelWords.begin(), kCelWords.end(), name) != kCelWords.end();
}

}  // namespace penstock
