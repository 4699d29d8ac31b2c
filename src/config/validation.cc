#include "config/validation.h"

#include <algorithm>
#include <cctype>
#include <string>

#include "config/field_path.h"
#include "config/units.h"
#include "expr/diagnostic.h"

namespace penstock {
namespace {

constexpr size_t kTopicNameMax = 249;

std::string Quoted(std::string_view text) { return "'" + std::string(text) + "'"; }

std::string_view KindText(const YamlNode& node) {
  if (node.is_sequence()) return "a list";
  if (node.is_mapping()) return "a map";
  return node.is_null() ? "nothing" : "a single value";
}

bool Complain(const YamlNode& node, std::string_view wanted, Problems& problems) {
  const std::string found =
      node.is_scalar() && !node.is_null() ? Quoted(node.text.substr(0, 60)) : std::string(KindText(node));
  problems.Add(node.offset, std::string(wanted) + " is needed here, and not " + found);
  return false;
}

std::string ChoicesText(const std::vector<std::string_view>& choices) {
  std::string text;
  for (size_t i = 0; i < choices.size(); ++i)
    text += (i == 0 ? "" : i + 1 == choices.size() ? " or " : ", ") + std::string(choices[i]);
  return text;
}

bool ValidateChoice(const YamlNode& node, const Shape& shape, Problems& problems) {
  if (std::find(shape.choices.begin(), shape.choices.end(), node.text) != shape.choices.end()) return true;
  problems.Add(node.offset, Quoted(node.text) + " is none of " + ChoicesText(shape.choices) +
                                expr::Suggestion(node.text, shape.choices));
  return false;
}

bool IsSecretReference(std::string_view text) {
  return (text.starts_with("${env:") || text.starts_with("${file:")) && text.ends_with('}');
}

// What a scalar of this kind must look like, in words; empty where the text is such.
std::string_view ScalarFault(const YamlNode& node, ShapeKind kind) {
  switch (kind) {
    case ShapeKind::kBool: return node.text == "true" || node.text == "false" ? "" : "true or false";
    case ShapeKind::kInteger: return ParseCount(node.text) ? "" : "a number without fraction, such as 4";
    case ShapeKind::kNumber: return ParseNumber(node.text) ? "" : "a number";
    case ShapeKind::kDuration: return ParsePositiveDuration(node.text) ? "" : "a duration, such as 100ms, 1h30m or 7d";
    case ShapeKind::kBytes: return ParseByteSize(node.text) ? "" : "a size, such as 512, 64KiB or 1GiB";
    case ShapeKind::kShare: return ParseShare(node.text) ? "" : "a share between 0% and 100%, such as 10%";
    case ShapeKind::kField: return ParseFieldPath(node.text) ? "" : "a field's path, such as event.card.number";
    case ShapeKind::kTopic:
      return IsTopicName(node.text) ? "" : "a topic's name (up to 249 of the characters a-z A-Z 0-9 . _ -)";
    case ShapeKind::kSecret:
      return IsSecretReference(node.text) ? "" : "a secret's place, ${env:NAME} or ${file:PATH},";
    default: return node.text.empty() ? "a text" : "";
  }
}

bool ValidateScalar(const YamlNode& node, const Shape& shape, Problems& problems) {
  if (!node.is_scalar() || node.is_null()) {
    const bool many = shape.kind == ShapeKind::kCel;
    return Complain(node, many ? "an expression" : "a single value", problems);
  }
  if (shape.kind == ShapeKind::kChoice) return ValidateChoice(node, shape, problems);
  const std::string_view wanted = ScalarFault(node, shape.kind);
  if (wanted.empty()) return true;
  if (shape.kind != ShapeKind::kSecret) return Complain(node, wanted, problems);
  // The text may be the secret itself, by mistake: it is not shown, and neither is its line.
  problems.HideLine(node.offset);
  problems.Add(node.offset, std::string(wanted) + " is needed here: a secret does not stand in the file itself");
  return false;
}

bool ValidateItems(YamlNode& node, const Shape& shape, Problems& problems) {
  if (!node.is_sequence()) return Complain(node, "a list", problems);
  std::erase_if(node.items, [&](YamlNode& item) { return !Validate(item, *shape.element, problems); });
  return true;
}

bool ValidateMap(YamlNode& node, const Shape& shape, Problems& problems) {
  if (!node.is_mapping()) return Complain(node, "a map", problems);
  std::erase_if(node.entries, [&](YamlEntry& entry) { return !Validate(entry.value, *shape.element, problems); });
  return true;
}

std::vector<std::string_view> NamesOf(const Group& group) {
  std::vector<std::string_view> names;
  for (const Option& option : group.options)
    if (!option.planned) names.push_back(option.name);
  return names;
}

bool ValidateEntry(YamlEntry& entry, const Group& group, Problems& problems) {
  const Option* const option = group.Find(entry.name);
  if (option == nullptr) {
    problems.Add(entry.offset, "unknown option " + Quoted(entry.name) + " in " + std::string(group.name) +
                                   expr::Suggestion(entry.name, NamesOf(group)));
    return false;
  }
  if (option->planned) {
    problems.Add(entry.offset, Quoted(entry.name) + " is planned, and not in this version of Penstock");
    return false;
  }
  return Validate(entry.value, option->shape, problems);
}

void RequireOptions(const YamlNode& node, const Group& group, Problems& problems) {
  for (const Option& option : group.options)
    if (option.required && node.Find(option.name) == nullptr)
      problems.Add(node.offset, std::string(group.name) + " needs " + Quoted(option.name));
}

bool ValidateGroup(YamlNode& node, const Group& group, Problems& problems) {
  if (!node.is_mapping()) return Complain(node, "a map of options", problems);
  if (group.choice == Group::Choice::kExactlyOne && node.entries.size() != 1) {
    problems.Add(node.offset, std::string(group.name) + " is a map of one entry: " + ChoicesText(NamesOf(group)));
    return false;
  }
  RequireOptions(node, group, problems);
  std::erase_if(node.entries, [&](YamlEntry& entry) { return !ValidateEntry(entry, group, problems); });
  return group.choice == Group::Choice::kAny || !node.entries.empty();
}

}  // namespace

const Option* Group::Find(std::string_view option_name) const {
  const auto found =
      std::find_if(options.begin(), options.end(), [&](const Option& option) { return option.name == option_name; });
  return found == options.end() ? nullptr : &*found;
}

bool IsIdentifier(std::string_view text) {
  const auto is_letter = [](char c) { return std::isalpha(static_cast<unsigned char>(c)) != 0 || c == '_'; };
  return !text.empty() && is_letter(text.front()) && std::all_of(text.begin(), text.end(), [&](char c) {
    return is_letter(c) || std::isdigit(static_cast<unsigned char>(c)) != 0;
  });
}

bool IsTopicName(std::string_view text) {
  if (text.empty() || text.size() > kTopicNameMax || text == "." || text == "..") return false;
  return std::all_of(text.begin(), text.end(), [](char c) {
    return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '.' || c == '_' || c == '-';
  });
}

bool Validate(YamlNode& node, const Shape& shape, Problems& problems) {
  switch (shape.kind) {
    case ShapeKind::kJson: return true;
    case ShapeKind::kOneOrMany:
      return node.is_sequence() ? ValidateItems(node, shape, problems) : Validate(node, *shape.element, problems);
    case ShapeKind::kList: return ValidateItems(node, shape, problems);
    case ShapeKind::kMap: return ValidateMap(node, shape, problems);
    case ShapeKind::kGroup: return ValidateGroup(node, *shape.group, problems);
    default: return ValidateScalar(node, shape, problems);
  }
}

}  // namespace penstock
