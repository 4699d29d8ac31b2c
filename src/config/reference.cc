#include <algorithm>
#include <string>
#include <vector>

#include "config/schema.h"

namespace penstock {
namespace {

std::string ChoicesOf(const Shape& shape) {
  std::string text;
  for (const std::string_view choice : shape.choices)
    text += (text.empty() ? "`" : " \\| `") + std::string(choice) + "`";
  return text;
}

std::string ShapeText(const Shape& shape) {
  switch (shape.kind) {
    case ShapeKind::kText: return "text";
    case ShapeKind::kTopic: return "topic";
    case ShapeKind::kBool: return "`true` \\| `false`";
    case ShapeKind::kInteger: return "whole number";
    case ShapeKind::kNumber: return "number";
    case ShapeKind::kDuration: return "duration";
    case ShapeKind::kBytes: return "size";
    case ShapeKind::kShare: return "share";
    case ShapeKind::kCel: return "CEL";
    case ShapeKind::kField: return "field";
    case ShapeKind::kFile: return "file";
    case ShapeKind::kSecret: return "secret";
    case ShapeKind::kChoice: return ChoicesOf(shape);
    case ShapeKind::kJson: return "any value";
    case ShapeKind::kOneOrMany: return ShapeText(*shape.element) + ", or a list of them";
    case ShapeKind::kList: return "list of " + ShapeText(*shape.element);
    case ShapeKind::kMap: return "map from names to " + ShapeText(*shape.element);
    case ShapeKind::kGroup: return "[" + std::string(shape.group->name) + "](#" + std::string(shape.group->name) + ")";
  }
  return "";
}

const Group* GroupIn(const Shape& shape) {
  if (shape.kind == ShapeKind::kGroup) return shape.group;
  return shape.element == nullptr ? nullptr : GroupIn(*shape.element);
}

void AppendTable(const Group& group, std::string& page) {
  page += "| option | value | what it does |\n|---|---|---|\n";
  for (const Option& option : group.options) {
    if (option.planned) continue;
    page += "| `" + std::string(option.name) + "` | " + ShapeText(option.shape) + " | " + std::string(option.doc);
    if (option.required) page += " Required.";
    if (!option.fallback.empty()) page += " Left out: " + std::string(option.fallback) + ".";
    if (!option.example.empty()) page += " Example: `" + std::string(option.example) + "`";
    page += " |\n";
  }
  page += "\n";
}

}  // namespace

std::string ReferenceOf(const Group& file, std::string_view title) {
  std::string page = "# " + std::string(title) + "\n\n";
  std::vector<const Group*> groups = {&file};
  for (size_t i = 0; i < groups.size(); ++i) {
    const Group& group = *groups[i];
    if (i > 0) page += "## " + std::string(group.name) + "\n\n";
    page += std::string(group.doc) + "\n\n";
    AppendTable(group, page);
    if (!group.example.empty()) page += "```yaml\n" + std::string(group.example) + "```\n\n";
    for (const Option& option : group.options) {
      const Group* const inner = option.planned ? nullptr : GroupIn(option.shape);
      if (inner != nullptr && std::find(groups.begin(), groups.end(), inner) == groups.end()) groups.push_back(inner);
    }
  }
  return page;
}

}  // namespace penstock
