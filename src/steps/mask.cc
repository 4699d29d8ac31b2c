#include "steps/mask.h"

#include <openssl/evp.h>
#include <openssl/hmac.h>

#include <array>
#include <utility>

#include "base/redactor.h"
#include "base/utf8.h"
#include "config/field_path.h"
#include "config/secret.h"
#include "event/json_writer.h"

namespace penstock {
namespace {

constexpr size_t kShownCharacters = 4;  // of a partly masked text, at its end
constexpr size_t kHashBytes = 16;       // of HMAC-SHA256's 32: so many make no collision by chance

const Shape& FieldShape() {
  static const Shape shape{ShapeKind::kField};
  return shape;
}

const Group& Options() {
  static const Group group{
      .name = "mask",
      .doc =
          "Hides what fields say, for good: nothing after it sees them. An event whose field cannot be masked "
          "becomes a dead letter.",
      .options =
          {{.name = "fields",
            .shape = {.kind = ShapeKind::kList, .element = &FieldShape()},
            .doc = "The fields. Those that an event does not have are no mistake.",
            .example = "[event.card_number]",
            .required = true},
           {.name = "with",
            .shape = {.kind = ShapeKind::kChoice, .choices = {"redact", "partial", "hash", "drop"}},
            .doc = "`redact` puts `***` in the place of any value; `partial` leaves the last four characters of a text "
                   "or number of more than eight; `hash` puts a keyed hash (HMAC-SHA256, 128 bits) there, equal for "
                   "equal values; `drop` takes the field away.",
            .example = "partial",
            .required = true},
           {.name = "key", .shape = {ShapeKind::kSecret}, .doc = "The key of `hash`.", .example = "${env:MASK_KEY}"},
           {.name = "tags", .shape = {ShapeKind::kJson}, .doc = {}, .planned = true}},
  };
  return group;
}

constexpr std::string_view kPipeline = R"yaml(pipeline: mask-example
prepare:
  - mask: { fields: [event.card, event.absent], with: partial }
  - mask: { fields: [event.owner.name], with: redact }
  - mask: { fields: [event.owner.born], with: drop }
route:
  - { to: none }
emit: { event: event }
tests:
  - name: cards keep their last digits
    given:
      - { event: { card: '4111111111111111', owner: { name: Ada, born: 1815, country: GB } } }
      - { event: { card: [4111] } }
    expect:
      - { value: { event: { card: '************1111', owner: { name: '***', country: GB } } } }
      - { dead: mask }
)yaml";

// All but the last characters become stars; short texts become stars altogether.
std::string PartOf(std::string_view text) {
  const size_t characters = CountCodePoints(text);
  const size_t hidden = characters > 2 * kShownCharacters ? characters - kShownCharacters : characters;
  std::string_view rest = text;
  for (size_t i = 0; i < hidden; ++i) rest.remove_prefix(DecodeUtf8(rest).bytes);
  return std::string(hidden, '*') + std::string(rest);
}

std::string KeyedHash(std::string_view key, std::string_view text) {
  std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
  unsigned int size = 0;
  HMAC(EVP_sha256(), key.data(), static_cast<int>(key.size()), reinterpret_cast<const unsigned char*>(text.data()),
       text.size(), digest.data(), &size);
  constexpr std::string_view kDigits = "0123456789abcdef";
  std::string hex;
  for (size_t i = 0; i < kHashBytes; ++i) {
    hex += kDigits[digest[i] >> 4];
    hex += kDigits[digest[i] & 15];
  }
  return hex;
}

enum class Method : uint8_t { kRedact, kPartial, kHash, kDrop };

class Mask final : public Step {
 public:
  Mask(std::vector<FieldPath> fields, Method method, std::string key, std::string place)
      : fields_(std::move(fields)), method_(method), key_(std::move(key)), place_(std::move(place)) {}

  void Run(Batch& batch, StepContext& context) const override {
    for (Row& row : batch.rows) {
      if (!row.is_live()) continue;
      context.Enter(row);
      for (const FieldPath& field : fields_)
        if (!MaskField(field, row, context)) break;
    }
  }

 private:
  bool MaskField(const FieldPath& field, Row& row, StepContext& context) const {
    const auto fail = [&](const std::string& why) {
      context.Kill(row, DeadKind::kMask, place_, field.Text() + " cannot be masked: " + why);
      return false;
    };
    if (!IsReachable(field, row.event.body)) return fail("what stands above it is no map");
    const std::optional<Value> value = FindField(row.event.body, field.names);
    if (!value || value->Is(ValueKind::kNull)) return true;
    const bool scalar = value->Is(ValueKind::kString) || value->is_number() || value->Is(ValueKind::kBool);
    if (method_ == Method::kPartial && !scalar) return fail("of a list or a map nothing can be left");
    const Value masked = method_ == Method::kDrop ? Value() : Masked(*value, context.arena());
    const Value* const replacement = method_ == Method::kDrop ? nullptr : &masked;
    const std::optional<Value> changed = WithField(row.event.body, field.names, replacement, context.arena());
    if (!changed) return fail("what stands above it is no map");
    context.SetBody(row, *changed);
    return true;
  }

  // A list on the way could hold the field in each of its elements: that it is not found there would be no proof that
  // nothing is left to mask.
  static bool IsReachable(const FieldPath& field, const Value& body) {
    for (size_t depth = 1; depth < field.names.size(); ++depth) {
      const std::optional<Value> above = FindField(body, std::span(field.names).first(depth));
      if (!above || above->Is(ValueKind::kNull)) return true;
      if (!above->Is(ValueKind::kMap)) return false;
    }
    return true;
  }

  Value Masked(const Value& value, Arena& arena) const {
    if (method_ == Method::kRedact) return Value::String(kRedacted);
    const std::string text = value.Is(ValueKind::kString) ? std::string(value.text()) : ToJson(value);
    return Value::String(arena.Copy(method_ == Method::kPartial ? PartOf(text) : KeyedHash(key_, text)));
  }

  std::vector<FieldPath> fields_;
  Method method_;
  std::string key_;
  std::string place_;
};

// What expressions after the step find there: null stays null. Nothing where the field is taken away.
std::optional<expr::Type> TypeOfMasked(Method method) {
  if (method == Method::kDrop) return std::nullopt;
  expr::Type type = expr::Type::Of(expr::TypeKind::kString);
  type.nullable = true;
  return type;
}

std::vector<FieldPath> FieldsOf(const YamlNode& list, StepBuilder& builder) {
  std::vector<FieldPath> fields;
  for (const YamlNode& item : list.items) {
    std::optional<FieldPath> path = ParseFieldPath(item.text);
    if (path && path->root == "event" && !path->names.empty())
      fields.push_back(*std::move(path));
    else
      builder.problems.Add(item.offset, "only fields of the event can be masked, such as event.card_number");
  }
  return fields;
}

Method MethodOf(std::string_view name) {
  if (name == "partial") return Method::kPartial;
  if (name == "hash") return Method::kHash;
  return name == "drop" ? Method::kDrop : Method::kRedact;
}

// Nothing where the key is missing, or needless.
std::optional<std::string> KeyOf(const YamlNode& node, Method method, StepBuilder& builder) {
  const YamlNode* const key = node.Find("key");
  if (key == nullptr) {
    if (method != Method::kHash) return "";
    builder.problems.Add(node.offset, "'hash' needs a 'key': without one, anybody could try out all card numbers");
    return std::nullopt;
  }
  if (method != Method::kHash) {
    builder.problems.Add(key->offset, "only 'hash' takes a 'key'");
    return std::nullopt;
  }
  Result<std::string> secret = ReadSecret(key->text, builder.folder);
  if (secret) return *std::move(secret);
  builder.problems.Add(key->offset, secret.error().message);
  return std::nullopt;
}

std::unique_ptr<Step> Build(const YamlNode& node, StepBuilder& builder) {
  const YamlNode* const fields = node.Find("fields");
  const YamlNode* const with = node.Find("with");
  if (fields == nullptr || with == nullptr) return nullptr;
  const Method method = MethodOf(with->text);
  std::vector<FieldPath> paths = FieldsOf(*fields, builder);
  for (const FieldPath& path : paths) builder.variables.SetEventField(path.names, TypeOfMasked(method));
  std::optional<std::string> key = KeyOf(node, method, builder);
  if (!key) return nullptr;
  return std::make_unique<Mask>(std::move(paths), method, *std::move(key), builder.place);
}

}  // namespace

StepKind MaskStep() {
  return {.option = {.name = "mask", .shape = {.kind = ShapeKind::kGroup, .group = &Options()}, .doc = Options().doc},
          .pipeline = kPipeline,
          .build = Build};
}

}  // namespace penstock
