// A pipeline's file, compiled.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "base/clock.h"
#include "base/result.h"
#include "config/problems.h"
#include "config/yaml.h"
#include "expr/environment.h"
#include "expr/program.h"
#include "expr/route_table.h"
#include "model/model.h"
#include "model/remote/remote_model.h"
#include "pipeline/prompt.h"
#include "pipeline/settings.h"
#include "steps/step.h"
#include "steps/step_context.h"
#include "steps/variables.h"

namespace penstock {

struct FieldType {
  std::string text;                // as in the file: event.amount
  std::vector<std::string> names;  // below the event
  ValueKind kind;
};

struct ContractRule {
  std::string place;  // as in event.rules.amount-known
  std::optional<expr::Program> when;
  expr::Program that;
  std::string that_text;
};

// How a record becomes an event.
struct EventContract {
  std::optional<expr::Program> id;
  std::optional<expr::Program> key;
  std::optional<expr::Program> time;
  Duration max_ahead = std::chrono::hours(1);
  std::vector<FieldType> types;
  std::vector<ContractRule> rules;
};

// What a model is given for one of its inputs.
class ModelInput {
 public:
  explicit ModelInput(expr::Program program) : source_(std::move(program)) {}
  explicit ModelInput(PromptTemplate prompt) : source_(std::move(prompt)) {}

  // Of the row that was entered last; an error that says why there is none.
  Value Evaluate(StepContext& context) const {
    if (const auto* const program = std::get_if<expr::Program>(&source_)) return context.Evaluate(*program);
    return std::get<PromptTemplate>(source_).Render(context);
  }

 private:
  std::variant<expr::Program, PromptTemplate> source_;
};

// Of a million tokens, in whatever currency the user counts in.
struct Price {
  double input = 0;
  double output = 0;

  double Of(uint64_t input_tokens, uint64_t output_tokens) const {
    return (static_cast<double>(input_tokens) * input + static_cast<double>(output_tokens) * output) / 1e6;
  }
};

// A model, and the expressions between it and events.
struct BoundModel {
  std::string name;
  std::unique_ptr<Model> model;
  std::vector<ModelInput> inputs;  // one for each of the model's inputs, in its order; over the event
  std::vector<uint32_t> outputs;   // the model's outputs that somebody looks at
  // The answer's expressions have an environment of their own: the model's outputs, by name.
  std::unique_ptr<expr::Environment> environment;
  std::vector<std::optional<uint32_t>> variables;  // by entry of `outputs`: the variable, if its name can be one
  std::optional<uint32_t> outputs_variable;        // `outputs`, if somebody looks at it
  std::vector<std::pair<std::string, expr::Program>> answer;
  bool whole_answer = false;  // the first of `outputs` is the answer, as it is
  std::string prompt;         // id@hash of what it is asked with; empty: nothing to be said
  // Who is asked, one after another, as numbers among the plan's models: this one, then its fallbacks.
  std::vector<uint32_t> chain;
  bool for_infer = false;  // events of this route are answered in the stage `infer`
  int64_t in_flight = 0;   // how many attempts it may get at one time; 0: it answers at once
  Price price;
  std::string files;  // the texts of its prompt and of its schema
};

// Its expression stands in Plan::route_table, under the rule's number.
struct RouteRule {
  std::string when;   // as in the file; empty: always
  size_t offset = 0;  // of the rule in the file
  std::string to;
  int32_t model = -1;            // -1: none
  std::optional<uint32_t> drop;  // the event ends here: its number in Plan::drop_rules
  std::string topic;             // in place of the outputs' topic; empty: that one
  std::string place;             // as in route[2]
};

struct EmitMember {
  std::string name;
  std::string prefix;  // `"name":`
  expr::Program value;
};

struct DeliveryRule {
  std::optional<expr::Program> when;
  bool review = false;
  std::string topic;
  double sample = 1;
};

// Immutable once compiled; any number of workers use it at once, each with activations and predictors of its own.
struct Plan {
  Settings settings;
  std::string revision;  // hash of the file and of its models
  std::unique_ptr<expr::Environment> environment;
  std::unique_ptr<Variables> variables;
  std::vector<std::string> drop_rules;

  EventContract contract;
  std::vector<std::unique_ptr<Step>> prepare;
  std::vector<RouteRule> routes;
  std::optional<expr::RouteTable> route_table;
  std::vector<BoundModel> models;
  std::vector<std::unique_ptr<Step>> postprocess;
  std::optional<std::vector<EmitMember>> emit;  // none: the whole of it
  std::vector<DeliveryRule> deliveries;

  // Whether an event with this route, of the number of its model or -1, is answered in the stage `infer`.
  bool IsForInfer(int32_t model) const {
    return all_in_infer || (model >= 0 && models[static_cast<size_t>(model)].for_infer);
  }
  bool all_in_infer = false;                       // since outputs are to keep their order
  bool has_infer = false;                          // some route leads there
  int32_t FindModel(std::string_view name) const;  // -1 where there is none of this name

  // Every topic that the pipeline may write to.
  std::vector<std::string> WrittenTopics() const;
};

// A model as the file describes it.
// Of the file of a model that runs in this process.
enum class ModelFormat : uint8_t { kOnnx, kXgboost, kLightgbm };

struct ModelFile {
  std::string name;
  std::string path;     // of an embedded one
  std::string version;  // empty: the file's hash
  std::string parity;   // empty: none
  double tolerance = 1e-5;
  int threads = 1;
  ModelFormat format = ModelFormat::kOnnx;
  bool kernel = true;                     // ours takes over the tree ensemble of an ONNX model
  std::optional<std::string> constant{};  // what it always answers, as JSON
  std::optional<RemoteSpec> remote{};     // where it runs elsewhere; secrets in it are still references
};
using ModelLoader = std::function<Result<std::unique_ptr<Model>>(const ModelFile&)>;

// A pipeline's file, read and looked through.
struct PipelineFile {
  Problems problems;
  YamlNode tree;               // what of it is valid
  std::string folder;          // that relative paths start from
  std::unique_ptr<Plan> plan;  // null if there are errors
};

// Everything that is wrong with the file is in its problems. An error only where it cannot be read.
Result<PipelineFile> LoadPipeline(const std::string& path, const ModelLoader& load_model);
// The same, of a text; `path` is what messages call it.
PipelineFile CompilePipeline(const std::string& path, std::string text, const ModelLoader& load_model);

}  // namespace penstock
