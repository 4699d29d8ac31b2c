#include "model/remote/json_answer.h"

#include <optional>
#include <string>

namespace penstock::remote {
namespace {

constexpr std::string_view kFence = "```";

std::string_view Trim(std::string_view text) {
  constexpr std::string_view kSpace = " \t\r\n";
  const size_t begin = text.find_first_not_of(kSpace);
  if (begin == std::string_view::npos) return {};
  return text.substr(begin, text.find_last_not_of(kSpace) - begin + 1);
}

}  // namespace

std::string_view Unfence(std::string_view text) {
  const std::string_view trimmed = Trim(text);
  if (!trimmed.starts_with(kFence)) return trimmed;
  const size_t line_end = trimmed.find('\n');
  if (line_end == std::string_view::npos) return trimmed;
  const std::string_view language = Trim(trimmed.substr(kFence.size(), line_end - kFence.size()));
  std::string_view inside = trimmed.substr(line_end + 1);
  if ((!language.empty() && language != "json" && language != "JSON") || !inside.ends_with(kFence)) return trimmed;
  inside.remove_suffix(kFence.size());
  return Trim(inside);
}

Result<Value> ReadJsonAnswer(std::string_view text, const AnswerSchema& schema, JsonParser& parser, Arena& arena) {
  const Result<const JsonDocument*> parsed = parser.Parse(Unfence(text), arena);
  if (!parsed) return Invalid("its answer is no JSON: " + parsed.error().message);
  const Value root = (*parsed)->root();
  if (const std::optional<SchemaFault> fault = schema.Check(root))
    return Invalid("its answer does not fit the schema: " + (fault->place.empty() ? "it" : fault->place) + " " +
                   fault->what);
  return root;
}

}  // namespace penstock::remote
