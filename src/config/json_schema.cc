#include <string>
#include <vector>

#include "config/schema.h"
#include "event/json_writer.h"

namespace penstock {
namespace {

// Groups are described once, under $defs, by their names.
class SchemaWriter {
 public:
  std::string Write(const Group& file, std::string_view title) {
    text_ = R"({"$schema":"https://json-schema.org/draft/2020-12/schema","title":)";
    AppendJsonString(title, text_);
    text_ += ",\"$ref\":" + Reference(file) + ",\"$defs\":{";
    for (size_t i = 0; i < groups_.size(); ++i) {  // which grows meanwhile
      if (i > 0) text_ += ',';
      AppendJsonString(groups_[i]->name, text_);
      text_ += ':';
      WriteGroup(*groups_[i]);
    }
    return text_ + "}}\n";
  }

 private:
  std::string Reference(const Group& group) {
    bool known = false;
    for (const Group* other : groups_) known = known || other == &group;
    if (!known) groups_.push_back(&group);
    std::string reference;
    AppendJsonString("#/$defs/" + std::string(group.name), reference);
    return reference;
  }

  void WriteGroup(const Group& group) {
    text_ += R"({"type":"object","description":)";
    AppendJsonString(group.doc, text_);
    if (group.choice == Group::Choice::kExactlyOne) text_ += R"(,"minProperties":1,"maxProperties":1)";
    text_ += R"(,"additionalProperties":false,"properties":{)";
    std::string required;
    bool first = true;
    for (const Option& option : group.options) {
      if (option.planned) continue;
      if (!first) text_ += ',';
      first = false;
      AppendJsonString(option.name, text_);
      text_ += ':';
      WriteOption(option);
      if (!option.required) continue;
      required += required.empty() ? "" : ",";
      AppendJsonString(option.name, required);
    }
    text_ += '}';
    if (!required.empty()) text_ += ",\"required\":[" + required + "]";
    text_ += '}';
  }

  void WriteOption(const Option& option) {
    text_ += "{\"description\":";
    AppendJsonString(option.doc, text_);
    text_ += ',';
    WriteShape(option.shape);
    text_ += '}';
  }

  // The keywords of a shape, without braces.
  void WriteShape(const Shape& shape) {
    switch (shape.kind) {
      case ShapeKind::kBool: text_ += R"("type":"boolean")"; break;
      case ShapeKind::kInteger: text_ += R"("type":"integer","minimum":0)"; break;
      case ShapeKind::kNumber: text_ += R"("type":"number")"; break;
      case ShapeKind::kDuration:
        text_ +=
            R"("type":["string","integer"],"pattern":"^([0-9.]+(ns|us|ms|s|m|h|d))+$|^0$","maximum":0,"minimum":0)";
        break;
      case ShapeKind::kTopic: text_ += R"("type":"string","pattern":"^[a-zA-Z0-9._-]{1,249}$")"; break;
      case ShapeKind::kSecret: text_ += R"("type":"string","pattern":"^\\$\\{(env|file):.+\\}$")"; break;
      // What looks like a number or a truth value to YAML is a text, or an expression, all the same.
      case ShapeKind::kText:
      case ShapeKind::kFile:
      case ShapeKind::kCel: text_ += R"("type":["string","number","boolean"])"; break;
      case ShapeKind::kBytes:
      case ShapeKind::kShare: text_ += R"("type":["string","number"])"; break;
      case ShapeKind::kChoice: WriteChoice(shape); break;
      case ShapeKind::kJson: text_ += R"("$comment":"any value")"; break;
      case ShapeKind::kOneOrMany: WriteOneOrMany(*shape.element); break;
      case ShapeKind::kList: WriteContainer("array", "items", *shape.element); break;
      case ShapeKind::kMap: WriteContainer("object", "additionalProperties", *shape.element); break;
      case ShapeKind::kGroup: text_ += "\"$ref\":" + Reference(*shape.group); break;
      default: text_ += R"("type":"string")";
    }
  }

  void WriteChoice(const Shape& shape) {
    text_ += "\"enum\":[";
    for (size_t i = 0; i < shape.choices.size(); ++i) {
      if (i > 0) text_ += ',';
      AppendJsonString(shape.choices[i], text_);
    }
    text_ += ']';
  }

  void WriteOneOrMany(const Shape& element) {
    text_ += "\"anyOf\":[{";
    WriteShape(element);
    text_ += "},{";
    WriteContainer("array", "items", element);
    text_ += "}]";
  }

  void WriteContainer(std::string_view type, std::string_view keyword, const Shape& element) {
    text_ += "\"type\":\"" + std::string(type) + "\",\"" + std::string(keyword) + "\":{";
    WriteShape(element);
    text_ += '}';
  }

  std::string text_;
  std::vector<const Group*> groups_;
};

}  // namespace

std::string JsonSchemaOf(const Group& file, std::string_view title) { return SchemaWriter().Write(file, title); }

}  // namespace penstock
