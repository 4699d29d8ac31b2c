#include "pipeline/pipeline_options.h"

#include <algorithm>
#include <vector>

#include "pipeline/expression_limits.h"
#include "pipeline/log_settings.h"
#include "pipeline/model_options.h"
#include "pipeline/test_options.h"
#include "steps/step_list.h"

namespace penstock {
namespace {

constexpr Shape kTopic{ShapeKind::kTopic};
constexpr Shape kCel{ShapeKind::kCel};

Option GroupOption(std::string_view name, const Group& group, std::string_view doc) {
  return {.name = name, .shape = {.kind = ShapeKind::kGroup, .group = &group}, .doc = doc};
}

Option ListOption(std::string_view name, const Shape& element, std::string_view doc, std::string_view example) {
  return {.name = name, .shape = {.kind = ShapeKind::kList, .element = &element}, .doc = doc, .example = example};
}

Option ChoiceOption(std::string_view name, std::vector<std::string_view> choices, std::string_view doc,
                    std::string_view example) {
  return {.name = name,
          .shape = {.kind = ShapeKind::kChoice, .choices = std::move(choices)},
          .doc = doc,
          .example = example,
          .fallback = example};
}

const Group& TopicsOptions() {
  static const Group group{
      .name = "topics",
      .doc =
          "The topics of the pipeline. A name that is left out is the pipeline's with an ending of its own. Missing "
          "topics are created: those that the pipeline writes with as many partitions as the first raw topic; raw and "
          "context keep records for 7 days, outputs, deliveries and dead letters for 30, reviews the last one of each "
          "key.",
      .options = {{.name = "raw",
                   .shape = {.kind = ShapeKind::kOneOrMany, .element = &kTopic},
                   .doc = "What happened, untouched: what the pipeline reads.",
                   .example = "[shop.payments, web.payments]",
                   .fallback = "`<pipeline>.raw-events`"},
                  {.name = "context",
                   .shape = kTopic,
                   .doc = "Exactly what the models were given. `off` writes none.",
                   .example = "off",
                   .fallback = "`<pipeline>.enriched-context`"},
                  {.name = "outputs",
                   .shape = kTopic,
                   .doc = "What the models said.",
                   .example = "card-fraud.model-outputs",
                   .fallback = "`<pipeline>.model-outputs`"},
                  {.name = "review",
                   .shape = kTopic,
                   .doc = "What a person should look at. Compacted, keyed by the event's identity.",
                   .example = "card-fraud.human-review",
                   .fallback = "`<pipeline>.human-review`"},
                  {.name = "dead",
                   .shape = kTopic,
                   .doc = "What could not be processed, and why.",
                   .example = "card-fraud.dead-letters",
                   .fallback = "`<pipeline>.dead-letters`"}},
  };
  return group;
}

const Group& ContractRuleOptions() {
  static const Group group{
      .name = "contract-rule",
      .doc = "A rule that every event has to keep; one that breaks it becomes a dead letter.",
      .options = {{.name = "name",
                   .shape = {ShapeKind::kText},
                   .doc = "What dead letters call the rule.",
                   .example = "amount-known",
                   .required = true},
                  {.name = "that",
                   .shape = kCel,
                   .doc = "What has to hold.",
                   .example = "event.amount >= 0.0",
                   .required = true},
                  {.name = "when",
                   .shape = kCel,
                   .doc = "Which events the rule is for.",
                   .example = "has(event.amount)",
                   .fallback = "all"}},
  };
  return group;
}

const Group& EventOptions() {
  static const Shape type_name{.kind = ShapeKind::kChoice, .choices = {"double", "int", "uint", "string", "bool"}};
  static const Shape contract_rule{.kind = ShapeKind::kGroup, .group = &ContractRuleOptions()};
  static const Group group{
      .name = "event",
      .doc = "How a record becomes an event, and what has to be true of it.",
      .options =
          {{.name = "format",
            .shape = {.kind = ShapeKind::kChoice, .choices = {"json"}},
            .doc = "What the records' values are.",
            .example = "json",
            .fallback = "`json`"},
           {.name = "id",
            .shape = kCel,
            .doc = "What identifies the event: the key of its review record.",
            .example = "event.tx_id",
            .fallback = "the raw record's topic/partition/offset"},
           {.name = "key",
            .shape = kCel,
            .doc = "What the records are keyed by. It is checked: a record with another key becomes a dead letter.",
            .example = "event.user_id"},
           {.name = "time",
            .shape = kCel,
            .doc = "When the event happened.",
            .example = "timestamp(event.time)",
            .fallback = "the record's timestamp"},
           {.name = "max_ahead",
            .shape = {ShapeKind::kDuration},
            .doc = "How far an event's time may lie ahead of its record's timestamp; one from beyond becomes a dead "
                   "letter.",
            .example = "1h",
            .fallback = "`1h`"},
           {.name = "types",
            .shape = {.kind = ShapeKind::kMap, .element = &type_name},
            .doc = "Types of fields: JSON's `1020` and `1020.0` become the same. An event with another type there "
                   "becomes a dead letter; one without the field does not.",
            .example = "{ event.amount: double }"},
           {.name = "rules",
            .shape = {.kind = ShapeKind::kList, .element = &contract_rule},
            .doc = "The data contract.",
            .example = "[{ name: amount-known, that: event.amount >= 0.0 }]"},
           {.name = "schema",
            .shape = {ShapeKind::kFile},
            .doc =
                "A file with a JSON Schema of the events. Fields get their types from it, as from `types`, which adds "
                "to it; and a name or a comparison that it rules out is a mistake in the pipeline. What it says beyond "
                "types (formats, ranges, required fields) is not checked of events: say it in `rules`.",
            .example = "schemas/payment.json"},
           {.name = "tags", .shape = {ShapeKind::kJson}, .doc = {}, .planned = true}},
  };
  return group;
}

const Group& RouteOptions() {
  static const Group group{
      .name = "route-rule",
      .doc =
          "Chooses a model. The first rule that matches decides; a rule that cannot be evaluated does not match, and "
          "is counted. What no rule matches becomes a dead letter, `no_route`.",
      .options = {{.name = "when",
                   .shape = kCel,
                   .doc = "The events that the rule matches.",
                   .example = R"('event.device == "iOS"')",
                   .fallback = "all"},
                  {.name = "to",
                   .shape = {ShapeKind::kText},
                   .doc = "The model; or `none`: the event goes on without an answer; or `drop`: it ends here, counted "
                          "under the rule's place, such as `route[2]`.",
                   .example = "fraud-v2",
                   .required = true},
                  {.name = "topic",
                   .shape = kTopic,
                   .doc = "The topic that gets the output, in place of the outputs topic.",
                   .example = "orders-gold",
                   .fallback = "the outputs topic"}},
  };
  return group;
}

const Group& ReviewOptions() {
  static const Group group{
      .name = "review",
      .doc = "Sends outputs to the review topic.",
      .options = {{.name = "when",
                   .shape = kCel,
                   .doc = "The outputs. What cannot be evaluated does not match.",
                   .example = "output.score > 0.4 && output.score < 0.6",
                   .fallback = "all"},
                  {.name = "sample",
                   .shape = {ShapeKind::kShare},
                   .doc = "A share of what matched, chosen by a hash of the raw record's place, so that a repetition "
                          "chooses the same.",
                   .example = "10%",
                   .fallback = "all of them"}},
  };
  return group;
}

const Group& DeliverOptions() {
  static const Group group{
      .name = "delivery",
      .doc = "Sends outputs to one more place, besides the outputs topic, which gets them all.",
      .options = {{.name = "to", .shape = kTopic, .doc = "A topic.", .example = "card-fraud.alerts"},
                  {.name = "when",
                   .shape = kCel,
                   .doc = "The outputs. What cannot be evaluated does not match.",
                   .example = R"('output.decision == "block"')",
                   .fallback = "all"},
                  {.name = "review",
                   .shape = {.kind = ShapeKind::kGroup, .group = &ReviewOptions()},
                   .doc = "The review topic, instead of `to` and `when`.",
                   .example = "{ when: output.score > 0.4, sample: 10% }"}},
  };
  return group;
}

const Group& CommitOptions() {
  static const Group group{
      .name = "commit",
      .doc = "How often outputs become visible.",
      .options = {{.name = "interval",
                   .shape = {ShapeKind::kDuration},
                   .doc = "The time between two commits; `0s`: each begins when the one before has ended. With "
                          "`delivery: at_least_once` only outputs of models that answer later wait for it.",
                   .example = "100ms",
                   .fallback = "`100ms`"}},
  };
  return group;
}

// What readers of the outputs can rely on, and where reading begins.
std::vector<Option> GuaranteeOptions() {
  return {
      ChoiceOption("delivery", {"exactly_once", "at_least_once"},
                   "What readers of committed records see of each input: its outputs once, or at least once.",
                   "exactly_once"),
      ChoiceOption("order", {"none", "key", "partition"},
                   "What order outputs keep where models answer later: none; of a key, one event at a time; or of a "
                   "partition. Where all models answer at once, outputs keep the order of their partition in "
                   "any case.",
                   "none"),
      {.name = "drain",
       .shape = {ShapeKind::kDuration},
       .doc = "How long calls may go on when their partition is wanted by another process. Then they are given "
              "up, and made again there.",
       .example = "5s",
       .fallback = "`5s`"},
      {.name = "start",
       .shape = {ShapeKind::kText},
       .doc = "Where a new pipeline begins: `earliest`, `latest`, or a time (RFC 3339).",
       .example = "latest",
       .fallback = "`earliest`"},
      {.name = "create",
       .shape = {ShapeKind::kBool},
       .doc = "Whether missing topics are created.",
       .example = "false",
       .fallback = "`true`"}};
}

}  // namespace

const Group& PipelineOptions() {
  static const Shape prepare_step{.kind = ShapeKind::kGroup, .group = &PrepareStepOptions()};
  static const Shape postprocess_step{.kind = ShapeKind::kGroup, .group = &PostprocessStepOptions()};
  static const Shape route{.kind = ShapeKind::kGroup, .group = &RouteOptions()};
  static const Shape model{.kind = ShapeKind::kGroup, .group = &ModelOptions()};
  static const Shape delivery{.kind = ShapeKind::kGroup, .group = &DeliverOptions()};
  static const Shape test{.kind = ShapeKind::kGroup, .group = &TestOptions()};
  static const Group group = [] {
    Group options{
        .name = "pipeline-file",
        .doc =
            "One file is one pipeline. Values that are CEL see `event`, `key`, `headers`, `source` (topic, partition, "
            "offset, timestamp) and what earlier steps added; from `postprocess` on also `output`, `route` and "
            "`model`.",
        .options =
            {{.name = "pipeline",
              .shape = kTopic,
              .doc = "Its name, which its consumer groups and topics begin with.",
              .example = "card-fraud",
              .required = true},
             GroupOption("topics", TopicsOptions(), "The topics."),
             GroupOption("event", EventOptions(), "How a record becomes an event."),
             ListOption("prepare", prepare_step, "Steps before the route is chosen, one after another.",
                        "[drop: { when: event.amount < 5.0 }]"),
             {.name = "route",
              .shape = {.kind = ShapeKind::kList, .element = &route},
              .doc = "Which model answers. The first rule that matches decides.",
              .example = "[{ when: event.amount > 1000.0, to: fraud-v2 }, { to: none }]",
              .required = true},
             {.name = "models",
              .shape = {.kind = ShapeKind::kMap, .element = &model},
              .doc = "The models, by name.",
              .example = "{ v1: { onnx: v1.onnx, input: { x: event.x }, output: { y: 'scores[0]' } } }"},
             ListOption("postprocess", postprocess_step,
                        "Steps after the model has answered. An event without an answer passes them by.",
                        "[set: { output.decision: 'output.score > 0.9 ? \"block\" : \"allow\"' }]"),
             {.name = "emit",
              .shape = {.kind = ShapeKind::kMap, .element = &kCel},
              .doc =
                  "The output record's value, member by member. For an event without an answer, members that cannot be "
                  "evaluated are left out; otherwise they make it a dead letter.",
              .example = "{ tx: event.tx_id, score: output.score }",
              .fallback = "`event`, what steps added, `route`, `model`, `version` and `output`"},
             ListOption("deliver", delivery, "Where outputs go besides the outputs topic.",
                        "[{ to: card-fraud.alerts, when: output.score > 0.9 }]"),
             GroupOption("commit", CommitOptions(), "How often outputs become visible."),
             GroupOption("expressions", ExpressionOptions(), "What expressions may cost."),
             GroupOption("log", LogLocationOptions(), "Where the topics are."),
             ListOption("tests", test, "Tests, which `penstock test` runs.",
                        "[{ name: all go, given: [{ event: {} }], expect: [{ route: none }] }]"),
             {.name = "tables", .shape = {ShapeKind::kJson}, .doc = {}, .planned = true}},
    };
    // They stand before how often outputs are committed.
    const auto commit = std::ranges::find(options.options, "commit", &Option::name);
    const std::vector<Option> guarantees = GuaranteeOptions();
    options.options.insert(commit, guarantees.begin(), guarantees.end());
    return options;
  }();
  return group;
}

}  // namespace penstock
