#include "pipeline/model_options.h"

#include "pipeline/remote_options.h"

namespace penstock {
namespace {

const Shape& Expressions() {
  static const Shape cel{ShapeKind::kCel};
  static const Shape map{.kind = ShapeKind::kMap, .element = &cel};
  return map;
}

// Where a model can run, and how it is called: in the design, and in no version yet.
constexpr std::string_view kPlanned[] = {"anthropic", "bedrock", "oip",       "sidecar",
                                         "tflite",    "pmml",    "tfserving", "inline"};

const Group& PriceOptions() {
  static const Group group{
      .name = "price",
      .doc = "What a million tokens cost: for the metrics.",
      .options = {{.name = "input", .shape = {ShapeKind::kNumber}, .doc = "Of prompts.", .example = "0.15"},
                  {.name = "output", .shape = {ShapeKind::kNumber}, .doc = "Of answers.", .example = "0.6"}},
  };
  return group;
}

Option GroupOption(std::string_view name, const Group& group, std::string_view example) {
  return {.name = name, .shape = {.kind = ShapeKind::kGroup, .group = &group}, .doc = group.doc, .example = example};
}

// Where it runs.
std::vector<Option> PlaceOptions() {
  return {{.name = "onnx",
           .shape = {ShapeKind::kFile},
           .doc = "An ONNX model, which runs in this process.",
           .example = "models/fraud-v2.onnx"},
          {.name = "xgboost",
           .shape = {ShapeKind::kFile},
           .doc = "A model that XGBoost saved, as JSON or UBJ, which runs in this process. Its input is `features`, a "
                  "list of numbers in which null is a missing value; its outputs are `prediction` and `margin`, a "
                  "number each, or a list with one for each class.",
           .example = "models/fraud.json"},
          {.name = "lightgbm",
           .shape = {ShapeKind::kFile},
           .doc = "The same of LightGBM, whose files are text.",
           .example = "models/fraud.txt"},
          GroupOption("openai", OpenAiOptions(),
                      "{ url: 'https://llm.example.com/v1', model: some-model, key: '${env:KEY}' }"),
          GroupOption("http", HttpOptions(), "{ url: 'https://scores.example.com/v2/score' }"),
          {.name = "constant",
           .shape = {ShapeKind::kJson},
           .doc = "An answer that is always the same: the last resort of a chain of fallbacks.",
           .example = "{ score: 0.5 }"}};
}

// What it is given, and what its answer becomes.
std::vector<Option> UseOptions() {
  static const Shape name{ShapeKind::kText};
  return {{.name = "version",
           .shape = {ShapeKind::kText},
           .doc = "What outputs say about which version answered.",
           .example = R"("2")",
           .fallback = "a hash of the model's file, or what the provider calls it"},
          {.name = "prompt",
           .shape = {ShapeKind::kFile},
           .doc = "A text file with what a chat model is asked: parts that begin with the lines `## system` "
                  "and `## user`, and `{{ CEL }}` for values of the event. A value that is missing makes the "
                  "event a dead letter.",
           .example = "prompts/support.md"},
          {.name = "answer",
           .shape = {ShapeKind::kFile},
           .doc = "A JSON Schema of what a chat model has to answer. The provider is told, where it can be, "
                  "and every answer is checked; one that does not fit is a dead letter.",
           .example = "schemas/answer.json"},
          {.name = "input",
           .shape = Expressions(),
           .doc = "For each input of the model, an expression over one event: a number, a text, a list, a "
                  "list of lists. The engine makes batches of them.",
           .example = "{ features: event.features }"},
          {.name = "output",
           .shape = Expressions(),
           .doc = "The answer: names, and expressions over the model's outputs for one event, which have "
                  "their own names; any name as `outputs[\"dense/Softmax:0\"]`.",
           .example = "{ score: 'probabilities[1]' }",
           .fallback = "of `openai`: the answer, or else its `text`; of `http`: the `response`"},
          {.name = "fallback",
           .shape = {.kind = ShapeKind::kList, .element = &name},
           .doc = "Models that are asked, one after another, where this one does not answer: after its last "
                  "attempt, past its deadline, in an outage, or where a step of `postprocess` says so.",
           .example = "[smaller, canned-reply]"},
          GroupOption("price", PriceOptions(), "{ input: 0.15, output: 0.6 }")};
}

// Of models that run in this process.
std::vector<Option> EmbeddedOptions() {
  return {
      {.name = "parity",
       .shape = {ShapeKind::kFile},
       .doc = "Rows with expected outputs, as lines `{\"input\": {..}, \"output\": {..}}`. They are run "
              "when the model is loaded; one that differs refuses to serve.",
       .example = "models/fraud-v2.golden.jsonl"},
      {.name = "tolerance",
       .shape = {ShapeKind::kNumber},
       .doc = "By how much, absolutely and relatively, an output may differ from the expected one.",
       .example = "0.001",
       .fallback = "`0.00001`"},
      {.name = "threads",
       .shape = {ShapeKind::kInteger},
       .doc = "Threads of one run.",
       .example = "2",
       .fallback = "1, since workers run side by side"},
      {.name = "kernel",
       .shape = {.kind = ShapeKind::kChoice, .choices = {"on", "off"}},
       .doc = "Whether Penstock evaluates the tree ensemble of an ONNX model itself, and ONNX Runtime what is before "
              "and after it. `penstock check` says which part runs where.",
       .example = "off",
       .fallback = "`on`"}};
}

}  // namespace

const Group& ModelOptions() {
  static const Group group = [] {
    Group options{.name = "model",
                  .doc =
                      "A model: where it runs (one of `onnx`, `xgboost`, `lightgbm`, `openai`, `http` and `constant`), "
                      "what it is given, "
                      "and what its answer becomes.",
                  .options = {}};
    for (const std::vector<Option>& part : {PlaceOptions(), UseOptions(), EmbeddedOptions(), CallOptions()})
      options.options.insert(options.options.end(), part.begin(), part.end());
    for (const std::string_view name : kPlanned)
      options.options.push_back({.name = name, .shape = {ShapeKind::kJson}, .doc = {}, .planned = true});
    return options;
  }();
  return group;
}

}  // namespace penstock
