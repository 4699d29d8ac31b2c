#include "steps/require.h"

#include <utility>

#include "config/cel.h"
#include "steps/condition.h"

namespace penstock {
namespace {

const Group& Options() {
  static const Group group{
      .name = "require",
      .doc =
          "Demands that a condition holds. In `prepare` it looks at the event, in `postprocess` at the answer too. "
          "What cannot be evaluated does not hold.",
      .options = {{.name = "that",
                   .shape = {ShapeKind::kCel},
                   .doc = "The condition.",
                   .example = "output.score >= 0.0 && output.score <= 1.0",
                   .required = true},
                  {.name = "else",
                   .shape = {.kind = ShapeKind::kChoice, .choices = {"dead", "review", "fallback"}},
                   .doc = "What becomes of the others: a dead letter; or, in `postprocess`, an output that also goes "
                          "to the review topic, or an answer of the model's next `fallback`, where there is one.",
                   .example = "review",
                   .fallback = "`dead`"},
                  {.name = "message",
                   .shape = {ShapeKind::kText},
                   .doc = "What the dead letter says.",
                   .example = "a score lies between 0 and 1",
                   .fallback = "the condition itself"}},
  };
  return group;
}

constexpr std::string_view kPipeline = R"yaml(pipeline: require-example
prepare:
  - require: { that: event.amount >= 0.0, message: an amount is not negative }
route:
  - { to: none }
tests:
  - name: negative and missing amounts become dead letters
    given:
      - { event: { amount: -1.0 } }
      - { event: { } }
      - { event: { amount: 1.0 } }
    expect:
      - { dead: require }
      - { dead: require }
      - { route: none }
)yaml";

// What becomes of an event that does not keep the condition.
enum class Otherwise : uint8_t { kDead, kReview, kFallback };

Otherwise OtherwiseOf(const YamlNode* node) {
  if (node == nullptr || node->text == "dead") return Otherwise::kDead;
  return node->text == "review" ? Otherwise::kReview : Otherwise::kFallback;
}

class Require final : public Step {
 public:
  Require(expr::Program that, Otherwise otherwise, bool after_answer, std::string message, std::string place)
      : that_(std::move(that)),
        otherwise_(otherwise),
        after_answer_(after_answer),
        message_(std::move(message)),
        place_(std::move(place)) {}

  void Run(Batch& batch, StepContext& context) const override {
    for (Row& row : batch.rows) {
      if (!row.is_live() || (after_answer_ && row.output.Is(ValueKind::kNull))) continue;
      context.Enter(row);
      const Value holds = context.Evaluate(that_);
      if (holds.is_true()) continue;
      if (otherwise_ == Otherwise::kReview) {
        row.for_review = true;
        continue;
      }
      context.Kill(row, DeadKind::kRequire, place_, MessageFor(holds));
      row.to_fall_back = otherwise_ == Otherwise::kFallback;
    }
  }

 private:
  std::string MessageFor(const Value& holds) const {
    return holds.is_false() ? message_ : message_ + ": " + std::string(ConditionFault(holds));
  }

  expr::Program that_;
  Otherwise otherwise_;
  bool after_answer_;
  std::string message_;
  std::string place_;
};

std::unique_ptr<Step> Build(const YamlNode& node, StepBuilder& builder) {
  const YamlNode* const that = node.Find("that");
  const YamlNode* const otherwise = node.Find("else");
  const YamlNode* const message = node.Find("message");
  if (that == nullptr) return nullptr;
  std::optional<expr::Program> program = CompileCel(*that, CelResult::kBool, builder.environment, builder.problems);
  if (OtherwiseOf(otherwise) != Otherwise::kDead && !builder.after_answer) {
    builder.problems.Add(otherwise->offset, "before there is an answer, only 'dead' is possible");
    return nullptr;
  }
  if (!program) return nullptr;
  std::string text = message != nullptr ? message->text : "this does not hold: " + that->text;
  return std::make_unique<Require>(*std::move(program), OtherwiseOf(otherwise), builder.after_answer, std::move(text),
                                   builder.place);
}

}  // namespace

StepKind RequireStep() {
  return {
      .option = {.name = "require", .shape = {.kind = ShapeKind::kGroup, .group = &Options()}, .doc = Options().doc},
      .in_postprocess = true,
      .pipeline = kPipeline,
      .build = Build};
}

}  // namespace penstock
