#include "steps/set.h"

#include <utility>

#include "config/cel.h"
#include "config/field_path.h"

namespace penstock {
namespace {

const Shape& ExpressionShape() {
  static const Shape shape{ShapeKind::kCel};
  return shape;
}

constexpr std::string_view kPipeline = R"yaml(pipeline: set-example
prepare:
  - set: { euros: event.cents / 100, event.currency: '"EUR"' }
  - set: { size: 'euros > 1000 ? "large" : "small"' }
route:
  - { to: none }
emit: { euros: euros, size: size, currency: event.currency }
tests:
  - name: an amount gets a size
    given:
      - { event: { cents: 250000 } }
      - { event: { } }
    expect:
      - { value: { euros: 2500, size: large, currency: EUR } }
      - { dead: expression }
)yaml";

enum class Target : uint8_t { kAdded, kEvent, kOutput };

struct Assignment {
  Target target;
  uint32_t added = 0;  // of kAdded
  FieldPath path;
  expr::Program program;
};

class Set final : public Step {
 public:
  Set(std::vector<Assignment> assignments, bool after_answer, std::string place)
      : assignments_(std::move(assignments)), after_answer_(after_answer), place_(std::move(place)) {}

  void Run(Batch& batch, StepContext& context) const override {
    for (Row& row : batch.rows) {
      if (!row.is_live() || (after_answer_ && row.output.Is(ValueKind::kNull))) continue;
      context.Enter(row);
      for (const Assignment& assignment : assignments_)
        if (!Assign(assignment, row, context)) break;
    }
  }

 private:
  bool Assign(const Assignment& assignment, Row& row, StepContext& context) const {
    const Value value = context.Evaluate(assignment.program);
    if (value.is_error()) {
      context.Kill(row, DeadKind::kExpression, place_, assignment.path.Text() + ": " + std::string(value.text()));
      return false;
    }
    if (assignment.target == Target::kAdded) {
      context.SetAdded(row, assignment.added, value);
      return true;
    }
    const bool event = assignment.target == Target::kEvent;
    const Value& whole = event ? row.event.body : row.output;
    const std::optional<Value> changed = WithField(whole, assignment.path.names, &value, context.arena());
    if (!changed) {
      context.Kill(row, DeadKind::kExpression, place_,
                   assignment.path.Text() + " cannot be set: what stands above it is no map");
      return false;
    }
    event ? context.SetBody(row, *changed) : context.SetOutput(row, *changed);
    return true;
  }

  std::vector<Assignment> assignments_;
  bool after_answer_;
  std::string place_;
};

// Says what an entry's name stands for; complains where it can be set by nobody, or not here.
std::optional<Target> TargetOf(const YamlEntry& entry, const FieldPath& path, StepBuilder& builder) {
  const auto refuse = [&](const std::string& why) -> std::optional<Target> {
    builder.problems.Add(entry.offset, "'" + entry.name + "' cannot be set: " + why);
    return std::nullopt;
  };
  if (path.root == "output") {
    if (!builder.after_answer) return refuse("there is no answer yet");
    return path.names.empty() ? refuse("name a field of it, such as output.decision") : std::optional(Target::kOutput);
  }
  if (path.root == "event") {
    if (builder.after_answer) return refuse("the event stays what the model was given");
    return path.names.empty() ? refuse("name a field of it, such as event.amount") : std::optional(Target::kEvent);
  }
  if (!path.names.empty()) return refuse("only fields of event and output have paths");
  if (IsReservedName(path.root)) return refuse("the name has a meaning already");
  if (builder.after_answer && builder.variables.FindName(path.root).value_or(UINT32_MAX) < builder.variables.given())
    return refuse("it stays what the model was given; choose another name");
  return Target::kAdded;
}

// Of an event without an answer, what is added after it is null.
expr::Type TypeOfAdded(const expr::Program& program, const StepBuilder& builder) {
  expr::Type type = program.type();
  type.nullable = type.nullable || builder.after_answer;
  return type;
}

std::optional<Assignment> BuildAssignment(const YamlEntry& entry, StepBuilder& builder) {
  std::optional<expr::Program> program =
      CompileCel(entry.value, CelResult::kAny, builder.environment, builder.problems);
  std::optional<FieldPath> path = ParseFieldPath(entry.name);
  if (!path) {
    builder.problems.Add(entry.offset, "'" + entry.name + "' is no name, and no path such as event.card.number");
    return std::nullopt;
  }
  const std::optional<Target> target = TargetOf(entry, *path, builder);
  if (!target || !program) {
    // Later expressions may use the name: that its own is wrong has been said already.
    if (target == Target::kAdded) builder.variables.AddName(path->root, expr::Type::Dyn());
    return std::nullopt;
  }
  uint32_t added = 0;
  switch (*target) {
    case Target::kAdded: added = builder.variables.AddName(path->root, TypeOfAdded(*program, builder)); break;
    case Target::kEvent: builder.variables.SetEventField(path->names, program->type()); break;
    case Target::kOutput: builder.variables.SetOutputField(path->names, program->type()); break;
  }
  return Assignment{*target, added, *std::move(path), *std::move(program)};
}

std::unique_ptr<Step> Build(const YamlNode& node, StepBuilder& builder) {
  std::vector<Assignment> assignments;
  for (const YamlEntry& entry : node.entries)
    if (std::optional<Assignment> assignment = BuildAssignment(entry, builder))
      assignments.push_back(*std::move(assignment));
  return std::make_unique<Set>(std::move(assignments), builder.after_answer, builder.place);
}

}  // namespace

StepKind SetStep() {
  return {
      .option = {.name = "set",
                 .shape = {.kind = ShapeKind::kMap, .element = &ExpressionShape()},
                 .doc = "Evaluates expressions, one after another. A plain name is added beside the event, and later "
                        "expressions see it; a path changes a field: `event.*` in `prepare`, `output.*` in "
                        "`postprocess`.",
                 .example = R"({ risk: 'event.amount < 20.0 ? "none" : "normal"' })"},
      .in_postprocess = true,
      .pipeline = kPipeline,
      .build = Build};
}

}  // namespace penstock
