#include "steps/drop.h"

#include <utility>

#include "config/cel.h"
#include "steps/condition.h"

namespace penstock {
namespace {

const Group& Options() {
  static const Group group{
      .name = "drop",
      .doc =
          "Ends the events for which a condition holds. They are counted under the rule's name, and nothing is "
          "written for them.",
      .options = {{.name = "when",
                   .shape = {ShapeKind::kCel},
                   .doc = "The condition. An event for which it cannot be evaluated becomes a dead letter.",
                   .example = "event.amount < 5.0",
                   .required = true},
                  {.name = "name",
                   .shape = {ShapeKind::kText},
                   .doc = "What the metrics call the rule.",
                   .example = "small-amount",
                   .fallback = "its place, such as `prepare[0].drop`"}},
  };
  return group;
}

constexpr std::string_view kPipeline = R"yaml(pipeline: drop-example
prepare:
  - drop: { when: event.amount < 5.0, name: small-amount }
route:
  - { to: none }
tests:
  - name: small amounts are dropped
    given:
      - { event: { amount: 4.5 } }
      - { event: { amount: 5.0 } }
    expect:
      - { dropped: small-amount }
      - { route: none }
)yaml";

class Drop final : public Step {
 public:
  Drop(expr::Program when, uint32_t rule, std::string place)
      : when_(std::move(when)), rule_(rule), place_(std::move(place)) {}

  void Run(Batch& batch, StepContext& context) const override {
    for (Row& row : batch.rows) {
      if (!row.is_live()) continue;
      context.Enter(row);
      const Value holds = context.Evaluate(when_);
      if (holds.is_true())
        context.Drop(row, rule_);
      else if (!holds.is_false())
        context.Kill(row, DeadKind::kExpression, place_, ConditionFault(holds));
    }
  }

 private:
  expr::Program when_;
  uint32_t rule_;
  std::string place_;
};

std::unique_ptr<Step> Build(const YamlNode& node, StepBuilder& builder) {
  const YamlNode* const when = node.Find("when");
  const YamlNode* const name = node.Find("name");
  if (when == nullptr) return nullptr;
  std::optional<expr::Program> program = CompileCel(*when, CelResult::kBool, builder.environment, builder.problems);
  if (!program) return nullptr;
  builder.drop_rules.push_back(name != nullptr ? name->text : builder.place);
  const auto rule = static_cast<uint32_t>(builder.drop_rules.size() - 1);
  return std::make_unique<Drop>(*std::move(program), rule, builder.place);
}

}  // namespace

StepKind DropStep() {
  return {.option = {.name = "drop", .shape = {.kind = ShapeKind::kGroup, .group = &Options()}, .doc = Options().doc},
          .pipeline = kPipeline,
          .build = Build};
}

}  // namespace penstock
