#include "steps/select.h"

#include <utility>

#include "config/field_path.h"
#include "event/collection.h"
#include "expr/member_types.h"

namespace penstock {
namespace {

const Shape& FieldShape() {
  static const Shape shape{ShapeKind::kField};
  return shape;
}

const Group& Options() {
  static const Group group{
      .name = "select",
      .doc =
          "Leaves only some of an event's fields: those that are kept, or all but some. Fields that an event does "
          "not have are no mistake.",
      .options = {{.name = "keep",
                   .shape = {.kind = ShapeKind::kList, .element = &FieldShape()},
                   .doc = "The fields that stay.",
                   .example = "[event.user_id, event.card.country]"},
                  {.name = "without",
                   .shape = {.kind = ShapeKind::kList, .element = &FieldShape()},
                   .doc = "The fields that go.",
                   .example = "[event.debug]"}},
  };
  return group;
}

constexpr std::string_view kPipeline = R"yaml(pipeline: select-example
prepare:
  - select: { keep: [event.id, event.card.country] }
route:
  - { to: none }
emit: { event: event }
tests:
  - name: other fields go
    given:
      - { event: { id: a, card: { number: '4111', country: LU }, note: hello } }
    expect:
      - { value: { event: { id: a, card: { country: LU } } } }
)yaml";

class Select final : public Step {
 public:
  Select(std::vector<FieldPath> fields, bool keep) : fields_(std::move(fields)), keep_(keep) {}

  void Run(Batch& batch, StepContext& context) const override {
    for (Row& row : batch.rows) {
      if (!row.is_live()) continue;
      context.Enter(row);
      context.SetBody(row, keep_ ? Kept(row.event.body, context.arena()) : Left(row.event.body, context.arena()));
    }
  }

 private:
  Value Kept(const Value& body, Arena& arena) const {
    Value result = MapBuilder(arena, 0).Finish();
    for (const FieldPath& field : fields_)
      if (const std::optional<Value> value = FindField(body, field.names))
        result = WithField(result, field.names, &*value, arena).value_or(result);
    return result;
  }

  Value Left(Value body, Arena& arena) const {
    for (const FieldPath& field : fields_) body = WithField(body, field.names, nullptr, arena).value_or(body);
    return body;
  }

  std::vector<FieldPath> fields_;
  bool keep_;
};

// What expressions after the step may look at.
void TellTypes(const std::vector<FieldPath>& fields, bool keep, Variables& variables) {
  if (!keep) {
    for (const FieldPath& field : fields) variables.SetEventField(field.names, std::nullopt);
    return;
  }
  const expr::Type before = variables.event_type();
  variables.SetEventType(expr::MapOf({.types = {}, .closed = true}));
  for (const FieldPath& field : fields)
    variables.SetEventField(field.names, expr::MemberTypeAt(before, field.names).value_or(expr::Type::Dyn()));
}

std::unique_ptr<Step> Build(const YamlNode& node, StepBuilder& builder) {
  const YamlNode* const keep = node.Find("keep");
  const YamlNode* const without = node.Find("without");
  if ((keep == nullptr) == (without == nullptr)) {
    builder.problems.Add(node.offset, "select has either 'keep' or 'without'");
    return nullptr;
  }
  std::vector<FieldPath> fields;
  for (const YamlNode& item : (keep != nullptr ? keep : without)->items) {
    std::optional<FieldPath> path = ParseFieldPath(item.text);
    if (path && path->root == "event" && !path->names.empty())
      fields.push_back(*std::move(path));
    else
      builder.problems.Add(item.offset, "only fields of the event can be selected, such as event.user_id");
  }
  TellTypes(fields, keep != nullptr, builder.variables);
  return std::make_unique<Select>(std::move(fields), keep != nullptr);
}

}  // namespace

StepKind SelectStep() {
  return {.option = {.name = "select", .shape = {.kind = ShapeKind::kGroup, .group = &Options()}, .doc = Options().doc},
          .pipeline = kPipeline,
          .build = Build};
}

}  // namespace penstock
