#include "steps/variables.h"

#include <algorithm>
#include <array>
#include <memory>
#include <utility>

#include "expr/member_types.h"

namespace penstock {
namespace {

constexpr std::array<std::string_view, 9> kOwnNames = {"event", "key",   "headers", "source", "output",
                                                       "route", "model", "version", "outputs"};

// Keywords and reserved words of CEL.
constexpr std::array<std::string_view, 22> kCelWords = {
    "true", "false",  "null", "in",   "as",      "break",     "const",  "continue", "else", "for",   "function",
    "if",   "import", "let",  "loop", "package", "namespace", "return", "var",      "void", "while", "has"};

expr::Type SourceType() {
  using expr::Type;
  using expr::TypeKind;
  return expr::MapOf({.types = {{"topic", Type::Of(TypeKind::kString)},
                                {"partition", Type::Of(TypeKind::kInt)},
                                {"offset", Type::Of(TypeKind::kInt)},
                                {"timestamp", Type::Of(TypeKind::kTimestamp)}},
                      .closed = true});
}

// A string that is one of `texts`, or `other`.
expr::Type OneOf(std::vector<std::string> texts, std::string other) {
  expr::Type type = expr::Type::Of(expr::TypeKind::kString);
  if (texts.empty()) return type;
  texts.push_back(std::move(other));
  type.texts = std::make_shared<const std::vector<std::string>>(std::move(texts));
  return type;
}

}  // namespace

Variables::Variables(expr::Environment& environment)
    : environment_(environment),
      event_(environment.AddVariable("event", expr::MapOf({}))),
      key_(environment.AddVariable("key")),
      headers_(environment.AddVariable("headers", expr::MapOf({}))),
      source_(environment.AddVariable("source", SourceType())) {}

void Variables::AddAnswer(expr::Type output, const std::vector<std::string>& models) {
  given_ = static_cast<uint32_t>(added_.size());
  output_ = environment_.AddVariable("output", std::move(output));
  route_ = environment_.AddVariable("route", OneOf(models, "none"));
  model_ = environment_.AddVariable("model", OneOf(models, ""));
}

void Variables::SetEventField(std::span<const std::string> path, const std::optional<expr::Type>& type) {
  const expr::Type& event = event_type();
  SetEventType(type ? expr::WithMember(event, path, *type) : expr::WithoutMember(event, path));
}

void Variables::SetOutputField(std::span<const std::string> path, const expr::Type& type) {
  environment_.SetType(output_, expr::WithMember(TypeOf(output_), path, type));
}

uint32_t Variables::AddName(const std::string& name, const expr::Type& type) {
  if (const std::optional<uint32_t> known = FindName(name)) {
    environment_.SetType(VariableOf(*known), type);
    return *known;
  }
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
