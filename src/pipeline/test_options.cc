#include "pipeline/test_options.h"

namespace penstock {
namespace {

const Group& GivenOptions() {
  static const Shape text{ShapeKind::kText};
  static const Group group{
      .name = "given",
      .doc = "A record that comes.",
      .options = {{.name = "event",
                   .shape = {ShapeKind::kJson},
                   .doc = "Its value, as JSON.",
                   .example = "{ tx_id: t1, amount: 1020 }"},
                  {.name = "value",
                   .shape = {ShapeKind::kJson},
                   .doc = "Its value as text, instead of `event`: for what is no JSON.",
                   .example = "'{ broken'"},
                  {.name = "at",
                   .shape = {ShapeKind::kDuration},
                   .doc = "When it comes, from the test's start on.",
                   .example = "10s",
                   .fallback = "`0s`"},
                  {.name = "key",
                   .shape = {ShapeKind::kText},
                   .doc = "Its key.",
                   .example = "u1",
                   .fallback = "what `event.key` gives"},
                  {.name = "headers",
                   .shape = {.kind = ShapeKind::kMap, .element = &text},
                   .doc = "Its headers.",
                   .example = "{ region: eu }"}},
  };
  return group;
}

const Group& ExpectOptions() {
  static const Shape topic{ShapeKind::kTopic};
  static const Group group{
      .name = "expect",
      .doc =
          "What becomes of the record at the same place in `given`. Only what is named is compared; objects may have "
          "more members than are named.",
      .options =
          {{.name = "route", .shape = {ShapeKind::kText}, .doc = "The route.", .example = "fraud-v2"},
           {.name = "model", .shape = {ShapeKind::kText}, .doc = "Who answered.", .example = "fraud-v2"},
           {.name = "output",
            .shape = {ShapeKind::kJson},
            .doc = "The answer, after `postprocess` and before `emit`.",
            .example = "{ score: 0.97, decision: block }"},
           {.name = "value", .shape = {ShapeKind::kJson}, .doc = "The output record's value.", .example = "{ tx: t1 }"},
           {.name = "delivered",
            .shape = {.kind = ShapeKind::kList, .element = &topic},
            .doc = "All topics that get the output, besides the outputs topic.",
            .example = "[card-fraud.alerts]"},
           {.name = "review",
            .shape = {ShapeKind::kBool},
            .doc = "Whether a person is to look at it.",
            .example = "true"},
           {.name = "dropped",
            .shape = {ShapeKind::kText},
            .doc = "The rule that drops it; or `true`, for any.",
            .example = "small-amount"},
           {.name = "dead",
            .shape = {ShapeKind::kText},
            .doc = "The kind of dead letter that it becomes; or `true`, for any.",
            .example = "no_route"}},
  };
  return group;
}

}  // namespace

const Group& TestOptions() {
  static const Shape given{.kind = ShapeKind::kGroup, .group = &GivenOptions()};
  static const Shape expect{.kind = ShapeKind::kGroup, .group = &ExpectOptions()};
  static const Shape json{ShapeKind::kJson};
  static const Group group{
      .name = "test",
      .doc = "A test of the pipeline, which `penstock test` runs without any service.",
      .options = {{.name = "name",
                   .shape = {ShapeKind::kText},
                   .doc = "What it is about.",
                   .example = "a large payment goes to v2",
                   .required = true},
                  {.name = "given",
                   .shape = {.kind = ShapeKind::kList, .element = &given},
                   .doc = "The records, in order.",
                   .example = "[{ event: { amount: 1020 } }]",
                   .required = true},
                  {.name = "answers",
                   .shape = {.kind = ShapeKind::kMap, .element = &json},
                   .doc = "Stand in for models: what `output` is to be; a list answers one call after another. A model "
                          "without an answer here runs.",
                   .example = "{ fraud-v2: { score: 0.97 } }"},
                  {.name = "expect",
                   .shape = {.kind = ShapeKind::kList, .element = &expect},
                   .doc = "What becomes of them, one entry for each record.",
                   .example = "[{ route: fraud-v2 }]",
                   .required = true}},
  };
  return group;
}

}  // namespace penstock
