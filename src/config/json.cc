#include "config/json.h"

#include <cctype>

#include "config/units.h"
#include "event/json_writer.h"

namespace penstock {
namespace {

// As JSON writes numbers: -1, 0.5, 1e9.
bool IsJsonNumber(std::string_view text) {
  const std::string_view digits = text.starts_with('-') ? text.substr(1) : text;
  if (digits.empty() || std::isdigit(static_cast<unsigned char>(digits.front())) == 0 || !ParseNumber(text))
    return false;
  const bool leading_zero =
      digits.size() > 1 && digits[0] == '0' && std::isdigit(static_cast<unsigned char>(digits[1])) != 0;
  return !leading_zero && !digits.ends_with('.') && digits.find(".e") == std::string_view::npos &&
         digits.find(".E") == std::string_view::npos;
}

void AppendScalar(const YamlNode& node, std::string& out) {
  if (node.is_null())
    out += "null";
  else if (node.plain && (node.text == "true" || node.text == "false" || IsJsonNumber(node.text)))
    out += node.text;
  else
    AppendJsonString(node.text, out);
}

void Append(const YamlNode& node, std::string& out) {
  if (node.is_scalar()) return AppendScalar(node, out);
  out += node.is_sequence() ? '[' : '{';
  bool first = true;
  for (const YamlNode& item : node.items) {
    if (!first) out += ',';
    first = false;
    Append(item, out);
  }
  for (const YamlEntry& entry : node.entries) {
    if (!first) out += ',';
    first = false;
    AppendJsonString(entry.name, out);
    out += ':';
    Append(entry.value, out);
  }
  out += node.is_sequence() ? ']' : '}';
}

}  // namespace

std::string JsonOf(const YamlNode& node) {
  std::string json;
  Append(node, json);
  return json;
}

}  // namespace penstock
