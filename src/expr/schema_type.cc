#include "expr/schema_type.h"

#include <algorithm>
#include <memory>
#include <optional>
#include <span>
#include <utility>
#include <vector>

#include "base/arena.h"
#include "event/collection.h"
#include "event/json_parser.h"
#include "expr/member_types.h"

namespace penstock::expr {
namespace {

constexpr uint32_t kDepthMax = 64;        // of schemas within each other, and references on the way
constexpr uint32_t kSchemasMax = 50'000;  // that are read, each as often as it is referred to

std::optional<Value> Find(const Value& map, std::string_view key) {
  return map.Is(ValueKind::kMap) ? MapFind(map, key) : std::nullopt;
}

template <typename Action>
void ForEach(const std::optional<Value>& list, Action action) {
  if (!list || !list->Is(ValueKind::kList)) return;
  ListCursor cursor(*list);
  Value element;
  while (cursor.Next(element)) action(element);
}

bool IsNullType(const Value& schema) {
  const std::optional<Value> type = Find(schema, "type");
  return type && type->Is(ValueKind::kString) && type->text() == "null";
}

// ~1 and ~0 of JSON pointers (RFC 6901).
std::string Unescape(std::string_view part) {
  std::string text;
  for (size_t i = 0; i < part.size(); ++i) {
    const bool escaped = part[i] == '~' && i + 1 < part.size();
    text += escaped ? (part[i + 1] == '1' ? '/' : '~') : part[i];
    i += escaped ? 1 : 0;
  }
  return text;
}

// What both say of one value.
Type Both(const Type& a, const Type& b) {
  if (a.Is(TypeKind::kDyn)) return b;
  if (a.members == nullptr || b.members == nullptr) return a;
  Members members = *a.members;
  for (const auto& [name, type] : b.members->types) {
    const auto [at, added] = members.types.try_emplace(name, type);
    if (!added) at->second = Both(at->second, type);
  }
  members.closed = a.members->closed || b.members->closed;
  Type both = MapOf(std::move(members));
  both.nullable = a.nullable && b.nullable;
  return both;
}

// What all of them say, at least one. By halves, because each step copies what it has put together.
Type All(std::span<const Type> types) {
  if (types.size() == 1) return types.front();
  const size_t half = types.size() / 2;
  return Both(All(types.first(half)), All(types.subspan(half)));
}

class SchemaReader {
 public:
  explicit SchemaReader(const Value& root) : root_(root) {}

  Result<SchemaTypes> Read() {
    TRY_ASSIGN(Type type, TypeOf(root_));
    return SchemaTypes{std::move(type), std::move(fields_)};
  }

 private:
  Result<Type> TypeOf(const Value& schema) {
    if (++read_ > kSchemasMax) return Complain("the schema is too large, or refers to itself too often");
    if (schema.Is(ValueKind::kBool)) return Type::Dyn();
    if (!schema.Is(ValueKind::kMap)) return Complain("a schema is an object or a bool");
    if (pointer_.size() + open_.size() >= kDepthMax) return Type::Dyn();
    if (const std::optional<Value> reference = Find(schema, "$ref")) return TypeOfReference(*reference);
    TRY_ASSIGN(Type type, OwnType(schema));
    TRY_ASSIGN(type, WithAlternatives(schema, "anyOf", std::move(type)));
    TRY_ASSIGN(type, WithAlternatives(schema, "oneOf", std::move(type)));
    return WithAllOf(schema, std::move(type));
  }

  Result<Type> TypeOfReference(const Value& reference) {
    if (!reference.Is(ValueKind::kString) || !reference.text().starts_with('#'))
      return Complain("only references within the document are followed, such as #/$defs/card");
    const std::string target(reference.text());
    // A schema that holds itself says nothing more about what lies deeper.
    if (std::find(open_.begin(), open_.end(), target) != open_.end()) return Type::Dyn();
    const std::optional<Value> found = Resolve(target);
    if (!found) return Complain("there is no " + target);
    open_.push_back(target);
    Result<Type> type = TypeOf(*found);
    open_.pop_back();
    return type;
  }

  std::optional<Value> Resolve(std::string_view pointer) const {
    std::optional<Value> at = root_;
    pointer.remove_prefix(1);
    while (at && !pointer.empty()) {
      if (pointer.front() != '/') return std::nullopt;
      pointer.remove_prefix(1);
      const std::string_view part = pointer.substr(0, pointer.find('/'));
      pointer.remove_prefix(part.size());
      at = Find(*at, Unescape(part));
    }
    return at;
  }

  // By `type`, `properties`, `items`, `enum` and `const`.
  Result<Type> OwnType(const Value& schema) {
    std::vector<std::string> names;
    const std::optional<Value> type = Find(schema, "type");
    if (type && type->Is(ValueKind::kString)) names.emplace_back(type->text());
    ForEach(type, [&](const Value& name) {
      if (name.Is(ValueKind::kString)) names.emplace_back(name.text());
    });
    const bool nullable = std::erase(names, "null") > 0;
    if (names.empty() && !nullable && Find(schema, "properties")) names.emplace_back("object");
    if (names.empty() && !nullable) names.emplace_back("any");
    if (names.empty()) return Type::Of(TypeKind::kNull);
    TRY_ASSIGN(Type own, names.size() == 1 ? NamedType(names.front(), schema) : Result<Type>(Type::Dyn()));
    own.nullable = own.nullable || nullable;
    return own;
  }

  Result<Type> NamedType(std::string_view name, const Value& schema) {
    if (name == "object") return ObjectType(schema);
    if (name == "array") return ListType(schema);
    if (name == "string") return Field(ValueKind::kString, WithTexts(Type::Of(TypeKind::kString), schema));
    if (name == "boolean") return Field(ValueKind::kBool, Type::Of(TypeKind::kBool));
    if (name == "number") return in_fields_ ? Field(ValueKind::kDouble, Type::Of(TypeKind::kDouble)) : Type::Dyn();
    if (name == "integer") return in_fields_ ? Field(ValueKind::kInt, Type::Of(TypeKind::kInt)) : Type::Dyn();
    if (name != "any") return Complain("there is no type \"" + std::string(name) + "\"");
    Type texts = WithTexts(Type::Of(TypeKind::kString), schema);
    if (texts.texts == nullptr) return Type::Dyn();
    // Without a `type`, it is the list alone that says whether there may be null.
    ForEach(Find(schema, "enum"),
            [&](const Value& value) { texts.nullable = texts.nullable || value.Is(ValueKind::kNull); });
    return Field(ValueKind::kString, std::move(texts));
  }

  Type Field(ValueKind kind, Type type) {
    if (in_fields_ && !names_.empty()) fields_.push_back({names_, kind});
    return type;
  }

  // Of `enum` or `const`, where these are strings, and null perhaps.
  static Type WithTexts(Type type, const Value& schema) {
    std::vector<std::string> texts;
    bool only_texts = true;
    const auto add = [&](const Value& value) {
      if (value.Is(ValueKind::kString))
        texts.emplace_back(value.text());
      else
        only_texts = only_texts && value.Is(ValueKind::kNull);
    };
    ForEach(Find(schema, "enum"), add);
    if (const std::optional<Value> constant = Find(schema, "const")) add(*constant);
    if (only_texts && !texts.empty()) type.texts = std::make_shared<const std::vector<std::string>>(std::move(texts));
    return type;
  }

  Result<Type> ObjectType(const Value& schema) {
    Members members;
    const std::optional<Value> properties = Find(schema, "properties");
    if (properties && properties->Is(ValueKind::kMap)) {
      MapCursor cursor(*properties);
      Value name;
      Value property;
      while (cursor.Next(name, property)) {
        names_.emplace_back(name.text());
        Result<Type> member = Below("properties", name.text(), property);
        names_.pop_back();
        if (!member) return member;
        members.types.insert_or_assign(std::string(name.text()), *std::move(member));
      }
    }
    const std::optional<Value> others = Find(schema, "additionalProperties");
    members.closed = others && others->is_false() && !Find(schema, "patternProperties");
    return MapOf(std::move(members));
  }

  Result<Type> ListType(const Value& schema) {
    const std::optional<Value> items = Find(schema, "items");
    if (!items || Find(schema, "prefixItems") || items->Is(ValueKind::kList)) return Type::List(Type::Dyn());
    const bool before = std::exchange(in_fields_, false);
    Result<Type> element = Below("items", "", *items);
    in_fields_ = before;
    if (!element) return element;
    return Type::List(*std::move(element));
  }

  // One of several: what they have in common. Null beside one other makes that nullable.
  Result<Type> WithAlternatives(const Value& schema, std::string_view keyword, Type own) {
    std::vector<Value> others;
    bool nullable = false;
    ForEach(Find(schema, keyword),
            [&](const Value& one) { IsNullType(one) ? void(nullable = true) : others.push_back(one); });
    if (others.empty()) return own;
    const bool before = std::exchange(in_fields_, in_fields_ && others.size() == 1);
    std::optional<Type> common;
    for (size_t i = 0; i < others.size(); ++i) {
      Result<Type> type = Below(keyword, std::to_string(i), others[i]);
      if (!type) return type;
      common = common ? CommonType(*common, *type) : *std::move(type);
    }
    in_fields_ = before;
    common->nullable = common->nullable || nullable;
    return Both(own, *common);
  }

  Result<Type> WithAllOf(const Value& schema, Type type) {
    std::vector<Value> parts;
    ForEach(Find(schema, "allOf"), [&](const Value& part) { parts.push_back(part); });
    std::vector<Type> types{std::move(type)};
    for (size_t i = 0; i < parts.size(); ++i) {
      TRY_ASSIGN(Type part, Below("allOf", std::to_string(i), parts[i]));
      types.push_back(std::move(part));
    }
    return All(types);
  }

  Result<Type> Below(std::string_view keyword, std::string_view name, const Value& schema) {
    pointer_.push_back("/" + std::string(keyword) + (name.empty() ? "" : "/" + std::string(name)));
    Result<Type> type = TypeOf(schema);
    if (type) pointer_.pop_back();  // an error tells its place
    return type;
  }

  tl::unexpected<Error> Complain(const std::string& message) const {
    std::string place = "#";
    for (const std::string& part : pointer_) place += part;
    return tl::unexpected(Error{ErrorKind::kInvalid, place + ": " + message});
  }

  const Value root_;
  std::vector<std::string> pointer_;  // to the schema that is being read
  std::vector<std::string> names_;    // of the fields on the way to it
  std::vector<std::string> open_;     // references that are being followed
  std::vector<SchemaField> fields_;
  bool in_fields_ = true;  // on the way there are only objects
  uint32_t read_ = 0;
};

}  // namespace

Result<SchemaTypes> ReadSchema(std::string_view json) {
  Arena arena;
  JsonParser parser;
  TRY_ASSIGN(const JsonDocument* const document, parser.Parse(json, arena));
  return SchemaReader(document->root()).Read();
}

}  // namespace penstock::expr
