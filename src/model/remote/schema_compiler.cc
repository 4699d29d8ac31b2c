#include "model/remote/schema_compiler.h"

#include <algorithm>
#include <array>
#include <deque>
#include <unordered_map>

#include "base/utf8.h"
#include "event/collection.h"
#include "event/compare.h"

namespace penstock::remote {
namespace {

constexpr std::array<std::string_view, 17> kAnnotations = {
    "$schema",   "$id",         "$anchor",         "$comment",         "$defs",      "definitions",
    "title",     "description", "default",         "examples",         "deprecated", "readOnly",
    "writeOnly", "format",      "contentEncoding", "contentMediaType", "$vocabulary"};

class Compiler {
 public:
  explicit Compiler(const Value& root) : root_(root) {}

  Result<std::vector<SchemaNode>> Run() {
    TRY(Reserve(root_, "#"));
    // A schema that is met for the first time is compiled after those before it: depth takes no stack.
    while (!waiting_.empty()) {
      Waiting next = std::move(waiting_.front());
      waiting_.pop_front();
      place_ = std::move(next.place);
      TRY(CompileNode(next.id, next.schema));
    }
    return std::move(nodes_);
  }

 private:
  struct Waiting {
    SchemaId id;
    Value schema;
    std::string place;
  };

  Error At(const std::string& message) const {
    return {ErrorKind::kInvalid, "the answer's schema at " + place_ + ": " + message};
  }
  tl::unexpected<Error> Wrong(std::string_view keyword, std::string_view wanted) const {
    return tl::unexpected<Error>(At("'" + std::string(keyword) + "' is to be " + std::string(wanted)));
  }

  Result<SchemaId> Reserve(const Value& schema, std::string place);
  Result<SchemaId> Child(const Value& schema, std::string_view name) {
    return Reserve(schema, place_ + "/" + std::string(name));
  }
  Result<void> CompileNode(SchemaId id, const Value& schema);
  Result<void> CompileKeyword(SchemaId id, std::string_view keyword, const Value& value);
  Result<void> CompileValues(SchemaNode& node, std::string_view keyword, const Value& value);
  // False: it is no such keyword.
  Result<bool> CompileOther(SchemaId id, std::string_view keyword, const Value& value);
  Result<bool> CompileNumber(SchemaNode& node, std::string_view keyword, const Value& value);
  Result<bool> CompileSize(SchemaNode& node, std::string_view keyword, const Value& value);
  Result<bool> CompileSchemaOf(SchemaId id, std::string_view keyword, const Value& value);
  Result<bool> CompileSchemas(SchemaId id, std::string_view keyword, const Value& value);
  Result<bool> CompileMap(SchemaId id, std::string_view keyword, const Value& value);
  Result<void> CompileType(SchemaNode& node, const Value& value);
  Result<void> CompileReference(SchemaId id, const Value& value);
  Result<void> CompileNames(std::string_view keyword, const Value& value, std::vector<std::string_view>& names);
  Result<std::unique_ptr<RE2>> CompilePattern(std::string_view pattern) const;

  const Value root_;
  std::vector<SchemaNode> nodes_;
  std::unordered_map<uint32_t, SchemaId> known_;  // by the place in the document
  std::deque<Waiting> waiting_;
  std::string place_;
};

Result<SchemaId> Compiler::Reserve(const Value& schema, std::string place) {
  const auto id = static_cast<SchemaId>(nodes_.size());
  if (schema.Is(ValueKind::kBool)) {
    nodes_.emplace_back().fits_nothing = schema.is_false();
    return id;
  }
  if (!schema.Is(ValueKind::kMap)) return Invalid("the answer's schema at " + place + ": is to be an object or a bool");
  const auto [known, is_new] = known_.emplace(schema.node(), id);
  if (!is_new) return known->second;
  nodes_.emplace_back();
  waiting_.push_back({id, schema, std::move(place)});
  return id;
}

Result<void> Compiler::CompileNode(SchemaId id, const Value& schema) {
  MapCursor cursor(schema);
  for (Value key, value; cursor.Next(key, value);) TRY(CompileKeyword(id, key.text(), value));
  std::sort(nodes_[id].properties.begin(), nodes_[id].properties.end());
  return {};
}

Result<void> Compiler::CompileKeyword(SchemaId id, std::string_view keyword, const Value& value) {
  // A schema within the schema that has a name of its own is where its references begin.
  if (keyword == "$id" && place_ != "#")
    return tl::unexpected<Error>(At("'$id' is supported for the whole schema only; leave it out"));
  if (std::find(kAnnotations.begin(), kAnnotations.end(), keyword) != kAnnotations.end()) return {};
  if (keyword == "$ref") return CompileReference(id, value);
  if (keyword == "type") return CompileType(nodes_[id], value);
  if (keyword == "required") return CompileNames(keyword, value, nodes_[id].required);
  if (keyword == "uniqueItems") {
    nodes_[id].is_unique = value.is_true();
    return {};
  }
  if (keyword == "const" || keyword == "enum") return CompileValues(nodes_[id], keyword, value);
  if (keyword == "pattern") {
    if (!value.Is(ValueKind::kString)) return Wrong(keyword, "a string");
    TRY_ASSIGN(nodes_[id].pattern, CompilePattern(value.text()));
    return {};
  }
  TRY_ASSIGN(const bool is_known, CompileOther(id, keyword, value));
  if (is_known) return {};
  return tl::unexpected<Error>(At("the keyword '" + std::string(keyword) + "' is not supported; leave it out"));
}

Result<void> Compiler::CompileValues(SchemaNode& node, std::string_view keyword, const Value& value) {
  if (node.has_values) return tl::unexpected<Error>(At("'const' and 'enum' are of no use together"));
  node.has_values = true;
  if (keyword == "const") {
    node.values.push_back(value);
    return {};
  }
  if (!value.Is(ValueKind::kList)) return Wrong(keyword, "a list");
  ListCursor cursor(value);
  for (Value one; cursor.Next(one);) node.values.push_back(one);
  return {};
}

Result<bool> Compiler::CompileOther(SchemaId id, std::string_view keyword, const Value& value) {
  TRY_ASSIGN(const bool is_number, CompileNumber(nodes_[id], keyword, value));
  if (is_number) return true;
  TRY_ASSIGN(const bool is_size, CompileSize(nodes_[id], keyword, value));
  if (is_size) return true;
  TRY_ASSIGN(const bool is_schema, CompileSchemaOf(id, keyword, value));
  if (is_schema) return true;
  TRY_ASSIGN(const bool is_list, CompileSchemas(id, keyword, value));
  if (is_list) return true;
  return CompileMap(id, keyword, value);
}

double AsDouble(const Value& number) {
  if (number.Is(ValueKind::kInt)) return static_cast<double>(number.as_int());
  return number.Is(ValueKind::kUint) ? static_cast<double>(number.as_uint()) : number.as_double();
}

Result<bool> Compiler::CompileNumber(SchemaNode& node, std::string_view keyword, const Value& value) {
  std::optional<double>* place = nullptr;
  if (keyword == "minimum") place = &node.minimum;
  if (keyword == "maximum") place = &node.maximum;
  if (keyword == "exclusiveMinimum") place = &node.exclusive_minimum;
  if (keyword == "exclusiveMaximum") place = &node.exclusive_maximum;
  if (keyword == "multipleOf") place = &node.multiple_of;
  if (place == nullptr) return false;
  if (!value.is_number()) return Wrong(keyword, "a number");
  *place = AsDouble(value);
  if (keyword == "multipleOf" && **place <= 0) return Wrong(keyword, "above 0");
  return true;
}

Result<bool> Compiler::CompileSize(SchemaNode& node, std::string_view keyword, const Value& value) {
  uint64_t* place = nullptr;
  if (keyword == "minLength") place = &node.length.min;
  if (keyword == "maxLength") place = &node.length.max;
  if (keyword == "minItems") place = &node.items_count.min;
  if (keyword == "maxItems") place = &node.items_count.max;
  if (keyword == "minContains") place = &node.contains_count.min;
  if (keyword == "maxContains") place = &node.contains_count.max;
  if (keyword == "minProperties") place = &node.members_count.min;
  if (keyword == "maxProperties") place = &node.members_count.max;
  if (place == nullptr) return false;
  const std::optional<int64_t> size = value.is_number() ? ExactInt(value) : std::nullopt;
  if (!size || *size < 0) return Wrong(keyword, "a whole number that is not negative");
  *place = static_cast<uint64_t>(*size);
  return true;
}

Result<bool> Compiler::CompileSchemaOf(SchemaId id, std::string_view keyword, const Value& value) {
  constexpr std::array<std::pair<std::string_view, SchemaId SchemaNode::*>, 8> kPlaces = {{
      {"items", &SchemaNode::items},
      {"contains", &SchemaNode::contains},
      {"additionalProperties", &SchemaNode::additional},
      {"propertyNames", &SchemaNode::names},
      {"not", &SchemaNode::not_of},
      {"if", &SchemaNode::if_of},
      {"then", &SchemaNode::then_of},
      {"else", &SchemaNode::else_of},
  }};
  for (const auto& [name, place] : kPlaces) {
    if (name != keyword) continue;
    if (value.Is(ValueKind::kList)) return Wrong(keyword, "one schema; 'prefixItems' takes a list of them");
    TRY_ASSIGN(const SchemaId child, Child(value, keyword));
    nodes_[id].*place = child;
    return true;
  }
  return false;
}

Result<bool> Compiler::CompileSchemas(SchemaId id, std::string_view keyword, const Value& value) {
  constexpr std::array<std::pair<std::string_view, std::vector<SchemaId> SchemaNode::*>, 4> kPlaces = {{
      {"allOf", &SchemaNode::all_of},
      {"anyOf", &SchemaNode::any_of},
      {"oneOf", &SchemaNode::one_of},
      {"prefixItems", &SchemaNode::prefix_items},
  }};
  for (const auto& [name, place] : kPlaces) {
    if (name != keyword) continue;
    if (!value.Is(ValueKind::kList) || ListSize(value) == 0) return Wrong(keyword, "a list of schemas");
    ListCursor cursor(value);
    size_t index = 0;
    for (Value schema; cursor.Next(schema); ++index) {
      TRY_ASSIGN(const SchemaId child, Child(schema, std::string(keyword) + "/" + std::to_string(index)));
      (nodes_[id].*place).push_back(child);
    }
    return true;
  }
  return false;
}

Result<bool> Compiler::CompileMap(SchemaId id, std::string_view keyword, const Value& value) {
  const bool is_names = keyword == "dependentRequired";
  if (!is_names && keyword != "properties" && keyword != "patternProperties" && keyword != "dependentSchemas")
    return false;
  if (!value.Is(ValueKind::kMap)) return Wrong(keyword, "an object");
  MapCursor cursor(value);
  for (Value key, one; cursor.Next(key, one);) {
    if (is_names) {
      std::vector<std::string_view> names;
      TRY(CompileNames(keyword, one, names));
      nodes_[id].dependent_required.emplace_back(key.text(), std::move(names));
      continue;
    }
    TRY_ASSIGN(const SchemaId child, Child(one, std::string(keyword) + "/" + std::string(key.text())));
    if (keyword == "properties") nodes_[id].properties.emplace_back(key.text(), child);
    if (keyword == "dependentSchemas") nodes_[id].dependent_schemas.emplace_back(key.text(), child);
    if (keyword != "patternProperties") continue;
    TRY_ASSIGN(std::unique_ptr<RE2> pattern, CompilePattern(key.text()));
    nodes_[id].pattern_properties.emplace_back(std::move(pattern), child);
  }
  return true;
}

Result<void> Compiler::CompileType(SchemaNode& node, const Value& value) {
  constexpr std::array<std::pair<std::string_view, uint8_t>, 7> kTypes = {{{"null", kNullType},
                                                                           {"boolean", kBooleanType},
                                                                           {"integer", kIntegerType},
                                                                           {"number", kNumberType | kIntegerType},
                                                                           {"string", kStringType},
                                                                           {"array", kArrayType},
                                                                           {"object", kObjectType}}};
  const auto add = [&](const Value& type) {
    for (const auto& [name, bit] : kTypes) {
      if (!type.Is(ValueKind::kString) || type.text() != name) continue;
      node.types = static_cast<uint8_t>(node.types | bit);
      return true;
    }
    return false;
  };
  constexpr std::string_view kWanted = "null, boolean, integer, number, string, array or object, or a list of those";
  if (!value.Is(ValueKind::kList)) return add(value) ? Result<void>() : Wrong("type", kWanted);
  if (ListSize(value) == 0) return Wrong("type", kWanted);
  ListCursor cursor(value);
  for (Value type; cursor.Next(type);)
    if (!add(type)) return Wrong("type", kWanted);
  return {};
}

// "%25" -> "%", as in URLs; what is no such escape stays.
std::string Unquote(std::string_view token) {
  std::string text;
  for (size_t i = 0; i < token.size(); ++i) {
    const bool is_escape =
        token[i] == '%' && i + 2 < token.size() && HexDigit(token[i + 1]) >= 0 && HexDigit(token[i + 2]) >= 0;
    text += is_escape ? static_cast<char>(HexDigit(token[i + 1]) * 16 + HexDigit(token[i + 2])) : token[i];
    if (is_escape) i += 2;
  }
  return text;
}

// "~1" -> "/", "~0" -> "~".
std::string Unescape(std::string_view token) {
  std::string text;
  for (size_t i = 0; i < token.size(); ++i) {
    const bool is_escape = token[i] == '~' && i + 1 < token.size() && (token[i + 1] == '0' || token[i + 1] == '1');
    if (is_escape) ++i;
    text += !is_escape ? token[i] : token[i] == '0' ? '~' : '/';
  }
  return text;
}

std::optional<Value> Member(const Value& value, const std::string& token) {
  if (value.Is(ValueKind::kMap)) return MapFind(value, token);
  if (!value.Is(ValueKind::kList)) return std::nullopt;
  const bool is_number =
      !token.empty() && token.size() < 7 && token.find_first_not_of("0123456789") == std::string::npos;
  const size_t index = is_number ? std::stoul(token) : SIZE_MAX;
  if (index >= ListSize(value)) return std::nullopt;
  return ListAt(value, static_cast<uint32_t>(index));
}

Result<void> Compiler::CompileReference(SchemaId id, const Value& value) {
  if (!value.Is(ValueKind::kString) || !value.text().starts_with('#') ||
      (value.text().size() > 1 && value.text()[1] != '/'))
    return Wrong("$ref", "a place within the schema, such as #/$defs/name: nothing is fetched");
  std::string_view pointer = value.text().substr(1);
  std::optional<Value> target = root_;
  while (target && !pointer.empty()) {
    pointer.remove_prefix(1);
    const std::string_view token = pointer.substr(0, pointer.find('/'));
    pointer.remove_prefix(token.size());
    target = Member(*target, Unescape(Unquote(token)));
  }
  if (!target) return Wrong("$ref", "the place of a schema, and there is nothing at " + std::string(value.text()));
  TRY_ASSIGN(const SchemaId child, Reserve(*target, std::string(value.text())));
  nodes_[id].all_of.push_back(child);
  return {};
}

Result<void> Compiler::CompileNames(std::string_view keyword, const Value& value,
                                    std::vector<std::string_view>& names) {
  if (!value.Is(ValueKind::kList)) return Wrong(keyword, "a list of names");
  ListCursor cursor(value);
  for (Value name; cursor.Next(name);) {
    if (!name.Is(ValueKind::kString)) return Wrong(keyword, "a list of names");
    names.push_back(name.text());
  }
  return {};
}

Result<std::unique_ptr<RE2>> Compiler::CompilePattern(std::string_view pattern) const {
  RE2::Options options;
  options.set_log_errors(false);
  auto compiled = std::make_unique<RE2>(re2::StringPiece(pattern.data(), pattern.size()), options);
  if (!compiled->ok()) return tl::unexpected<Error>(At("a pattern that RE2 does not take: " + compiled->error()));
  return compiled;
}

}  // namespace

Result<std::vector<SchemaNode>> CompileSchema(const Value& schema) { return Compiler(schema).Run(); }

}  // namespace penstock::remote
