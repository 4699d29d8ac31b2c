#include "pipeline/model_options.h"

namespace penstock {
namespace {

const Shape& Expressions() {
  static const Shape cel{ShapeKind::kCel};
  static const Shape map{.kind = ShapeKind::kMap, .element = &cel};
  return map;
}

// Where a model can run, and how it is called: in the design, and in no version yet.
constexpr std::string_view kPlanned[] = {"constant", "openai",    "anthropic", "bedrock",  "http",     "oip",
                                         "sidecar",  "tflite",    "pmml",      "xgboost",  "lightgbm", "tfserving",
                                         "prompt",   "answer",    "timeout",   "deadline", "retry",    "limits",
                                         "fallback", "on_outage", "stream",    "inline",   "kernel"};

}  // namespace

const Group& ModelOptions() {
  static const Group group = [] {
    Group options{
        .name = "model",
        .doc = "A model: where it runs, what it is given, and what its answer becomes.",
        .options = {{.name = "onnx",
                     .shape = {ShapeKind::kFile},
                     .doc = "An ONNX model, which runs in this process.",
                     .example = "models/fraud-v2.onnx",
                     .required = true},
                    {.name = "version",
                     .shape = {ShapeKind::kText},
                     .doc = "What outputs say about which version answered.",
                     .example = R"("2")",
                     .fallback = "a hash of the model's file"},
                    {.name = "input",
                     .shape = Expressions(),
                     .doc = "For each input of the model, an expression over one event: a number, a text, a list, a "
                            "list of lists. The engine makes batches of them.",
                     .example = "{ features: event.features }",
                     .required = true},
                    {.name = "output",
                     .shape = Expressions(),
                     .doc = "The answer: names, and expressions over the model's outputs for one event, which have "
                            "their own names; any name as `outputs[\"dense/Softmax:0\"]`.",
                     .example = "{ score: 'probabilities[1]' }",
                     .required = true},
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
                     .fallback = "1, since workers run side by side"}},
    };
    for (const std::string_view name : kPlanned)
      options.options.push_back({.name = name, .shape = {ShapeKind::kJson}, .doc = {}, .planned = true});
    return options;
  }();
  return group;
}

}  // namespace penstock
