#include "expr/declared.h"

#include <algorithm>
#include <vector>

#include "expr/member_types.h"

namespace penstock::expr {
namespace {

constexpr size_t kShownMax = 8;  // texts in a message

std::vector<std::string_view> NamesOf(const Members& members) {
  std::vector<std::string_view> names;
  for (const auto& [name, type] : members.types) names.push_back(name);
  return names;
}

std::string Quoted(std::string_view text) { return "'" + std::string(text) + "'"; }

std::string ListOf(const std::vector<std::string>& texts) {
  std::string list;
  for (size_t i = 0; i < std::min(texts.size(), kShownMax); ++i) list += (i == 0 ? "" : ", ") + Quoted(texts[i]);
  return list + (texts.size() > kShownMax ? " .." : "");
}

}  // namespace

std::optional<Diagnostic> CheckMember(const Type& type, std::string_view map_text, std::string_view name) {
  if (type.members == nullptr || type.members->Find(name) != nullptr) return std::nullopt;
  const std::vector<std::string_view> names = NamesOf(*type.members);
  const std::string suggestion = Suggestion(name, names);
  const std::string whose = map_text.empty() ? "the map" : Quoted(map_text);
  if (type.members->closed) return Diagnostic{0, whose + " has no field " + Quoted(name) + suggestion};
  if (suggestion.empty()) return std::nullopt;
  return Diagnostic{0, "of " + whose + " no field " + Quoted(name) + " is declared" + suggestion, true};
}

std::optional<Diagnostic> CheckText(const Type& type, std::string_view text) {
  if (type.texts == nullptr || std::find(type.texts->begin(), type.texts->end(), text) != type.texts->end())
    return std::nullopt;
  const std::vector<std::string_view> texts(type.texts->begin(), type.texts->end());
  return Diagnostic{0, "it is never " + Quoted(text) + ", but one of " + ListOf(*type.texts) + Suggestion(text, texts)};
}

}  // namespace penstock::expr
