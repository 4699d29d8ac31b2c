#include "pipeline/model_binding.h"

#include <algorithm>
#include <array>
#include <filesystem>
#include <utility>

#include "config/cel.h"
#include "config/json.h"
#include "config/units.h"
#include "config/validation.h"
#include "expr/diagnostic.h"
#include "expr/functions/standard_library.h"
#include "pipeline/answer_trial.h"
#include "pipeline/model_place.h"
#include "pipeline/remote_binding.h"

namespace penstock {
namespace {

struct EmbeddedFormat {
  std::string_view option;
  ModelFormat format;
  std::string_view called;
};
constexpr std::array kEmbeddedFormats = {EmbeddedFormat{"onnx", ModelFormat::kOnnx, "an ONNX model"},
                                         EmbeddedFormat{"xgboost", ModelFormat::kXgboost, "a model of XGBoost"},
                                         EmbeddedFormat{"lightgbm", ModelFormat::kLightgbm, "a model of LightGBM"}};

// Null where the model runs elsewhere.
const EmbeddedFormat* FormatOf(const YamlNode& model) {
  const auto* const found = std::ranges::find_if(
      kEmbeddedFormats, [&model](const EmbeddedFormat& format) { return model.Find(format.option) != nullptr; });
  return found == kEmbeddedFormats.end() ? nullptr : found;
}

ModelFile FileOf(const YamlEntry& entry, const std::string& folder) {
  const YamlNode& node = entry.value;
  const auto path = [&](const YamlNode* file) {
    return file == nullptr ? std::string() : (std::filesystem::path(folder) / file->text).string();
  };
  const YamlNode* const tolerance = node.Find("tolerance");
  const YamlNode* const threads = node.Find("threads");
  const EmbeddedFormat* const format = FormatOf(node);
  ModelFile file{entry.name, path(format == nullptr ? nullptr : node.Find(format->option)), "",
                 path(node.Find("parity"))};
  if (format != nullptr) file.format = format->format;
  if (const YamlNode* const kernel = node.Find("kernel")) file.kernel = kernel->text != "off";
  if (const YamlNode* const version = node.Find("version")) file.version = version->text;
  if (tolerance != nullptr) file.tolerance = ParseNumber(tolerance->text).value_or(file.tolerance);
  if (threads != nullptr) file.threads = static_cast<int>(std::clamp<int64_t>(*ParseCount(threads->text), 1, 256));
  return file;
}

std::vector<std::string_view> NamesOf(const std::vector<Port>& ports) {
  std::vector<std::string_view> names;
  for (const Port& port : ports) names.push_back(port.name);
  return names;
}

std::string ListOf(const std::vector<Port>& ports) {
  std::string text;
  for (const Port& port : ports) text += (text.empty() ? "'" : ", '") + port.name + "'";
  return text;
}

std::string ShapeText(const Port& port) {
  std::string text = port.type + "[";
  for (size_t i = 0; i < port.shape.size(); ++i)
    text += (i == 0 ? "" : ",") + (port.shape[i] < 0 ? std::string("?") : std::to_string(port.shape[i]));
  return text + "]";
}

// Whether values of the type can ever be what the input takes.
bool Fits(const expr::Type& type, const Port& port) {
  using expr::TypeKind;
  if (type.Is(TypeKind::kDyn) || port.type == "any") return true;
  if (type.Is(TypeKind::kList)) return !port.shape.empty();
  const bool one = port.shape.empty() || (port.shape.size() == 1 && (port.shape[0] == 1 || port.shape[0] < 0));
  if (port.type == "string") return one && type.Is(TypeKind::kString);
  if (port.type == "bool") return one && type.Is(TypeKind::kBool);
  return one && (type.Is(TypeKind::kInt) || type.Is(TypeKind::kUint) || type.Is(TypeKind::kDouble));
}

// An expression for each input, in the model's order. False where one is missing or wrong.
bool BindInputs(const YamlNode& node, const ModelInfo& info, const ModelBinding& binding, BoundModel& bound) {
  bool good = true;
  for (const YamlEntry& entry : node.entries) {
    const std::vector<std::string_view> names = NamesOf(info.inputs);
    if (std::find(names.begin(), names.end(), entry.name) != names.end()) continue;
    binding.problems.Add(entry.offset, "the model has no input '" + entry.name + "'" +
                                           expr::Suggestion(entry.name, names) + " (it has " + ListOf(info.inputs) +
                                           ")");
    good = false;
  }
  for (const Port& port : info.inputs) {
    const YamlNode* const expression = node.Find(port.name);
    if (expression == nullptr) {
      binding.problems.Add(node.offset,
                           "the model's input '" + port.name + "' " + ShapeText(port) + " is given nothing");
      good = false;
      continue;
    }
    std::optional<expr::Program> program =
        CompileCel(*expression, CelResult::kAny, binding.environment, binding.problems);
    if (program && !Fits(program->type(), port)) {
      binding.problems.Add(expression->offset, "the model's input '" + port.name + "' takes " + ShapeText(port) +
                                                   ", and this gives a " + TypeText(program->type()));
      program.reset();
    }
    good = good && program;
    if (program) bound.inputs.emplace_back(*std::move(program));
  }
  return good;
}

expr::Type ScalarTypeOf(std::string_view name) {
  using expr::TypeKind;
  if (name == "string") return expr::Type::Of(TypeKind::kString);
  if (name == "bool") return expr::Type::Of(TypeKind::kBool);
  if (name.starts_with("float") || name == "double") return expr::Type::Of(TypeKind::kDouble);
  return name.starts_with("int") ? expr::Type::Of(TypeKind::kInt) : expr::Type::Dyn();
}

expr::Type TypeOf(const Port& port) {
  expr::Type type = ScalarTypeOf(port.type);
  if (type.Is(expr::TypeKind::kDyn)) return type;
  for (size_t i = 0; i < port.shape.size(); ++i) type = expr::Type::List(std::move(type));
  return type;
}

struct OutputVariables {
  std::vector<std::optional<uint32_t>> by_port;
  uint32_t outputs = 0;
};

OutputVariables DeclareOutputs(const ModelInfo& info, expr::Environment& environment) {
  OutputVariables variables;
  const expr::Type text = expr::Type::Of(expr::TypeKind::kString);
  variables.outputs = environment.AddVariable("outputs", expr::Type::Map(text, expr::Type::Dyn()));
  for (const Port& port : info.outputs) {
    const bool named = IsIdentifier(port.name) && port.name != "outputs";
    variables.by_port.push_back(named ? std::optional(environment.AddVariable(port.name, TypeOf(port))) : std::nullopt);
  }
  return variables;
}

// Of the model's outputs those are asked for that an expression looks at.
void ChooseOutputs(const OutputVariables& variables, BoundModel& bound) {
  const bool all = bound.environment->IsUsed(variables.outputs);
  if (all) bound.outputs_variable = variables.outputs;
  for (uint32_t i = 0; i < variables.by_port.size(); ++i) {
    const std::optional<uint32_t>& variable = variables.by_port[i];
    if (!all && !(variable && bound.environment->IsUsed(*variable))) continue;
    bound.outputs.push_back(i);
    bound.variables.push_back(variable);
  }
}

std::string OutputsText(const ModelInfo& info, const BoundModel& bound) {
  std::string text;
  for (const uint32_t output : bound.outputs)
    text += (text.empty() ? "'" : ", '") + info.outputs[output].name + "' " + ShapeText(info.outputs[output]);
  return text;
}

bool BindOutputs(const YamlNode& node, const ModelInfo& info, const ModelBinding& binding, BoundModel& bound) {
  bound.environment = std::make_unique<expr::Environment>(expr::StandardLibrary(), binding.environment.limits());
  const OutputVariables variables = DeclareOutputs(info, *bound.environment);
  bool good = true;
  for (const YamlEntry& entry : node.entries) {
    std::optional<expr::Program> program =
        CompileCel(entry.value, CelResult::kAny, *bound.environment, binding.problems);
    good = good && program;
    if (program) bound.answer.emplace_back(entry.name, *std::move(program));
  }
  ChooseOutputs(variables, bound);
  for (const AnswerFault& fault : TryAnswer(bound)) {
    binding.problems.Add(node.Find(fault.name)->offset, "over what the model gives, " + OutputsText(info, bound) +
                                                            ", this cannot be evaluated: " + fault.message);
    good = false;
  }
  return good;
}

// What the answer is where no expressions make it: an output of the model as it is, or an object with that one member.
struct DefaultAnswer {
  std::string_view port;
  bool is_member = false;
};

DefaultAnswer DefaultAnswerOf(const ModelFile& file) {
  if (file.constant) return {"answer"};
  switch (file.remote->kind) {
    case RemoteKind::kChat:
      return file.remote->answer_schema.empty() ? DefaultAnswer{"text", true} : DefaultAnswer{"answer"};
    case RemoteKind::kEmbeddings: return {"embedding", true};
    case RemoteKind::kHttp: return {"response"};
  }
  return {};
}

bool BindDefaultAnswer(const ModelFile& file, const ModelInfo& info, const ModelBinding& binding, BoundModel& bound) {
  const DefaultAnswer answer = DefaultAnswerOf(file);
  if (answer.is_member) {
    YamlNode node{.kind = YamlNode::Kind::kMapping, .text = {}, .items = {}, .entries = {}};
    const std::string name(answer.port);
    node.entries.push_back({name, 0, {.text = name, .items = {}, .entries = {}}});
    return BindOutputs(node, info, binding, bound);
  }
  const auto port = std::ranges::find(info.outputs, answer.port, &Port::name);
  bound.environment = std::make_unique<expr::Environment>(expr::StandardLibrary());
  bound.outputs = {static_cast<uint32_t>(port - info.outputs.begin())};
  bound.variables = {std::nullopt};
  bound.whole_answer = true;
  return true;
}

Price PriceOf(const YamlNode& model) {
  const YamlNode* const node = model.Find("price");
  const auto number = [&](std::string_view name) {
    const YamlNode* const part = node == nullptr ? nullptr : node->Find(name);
    return part == nullptr ? 0 : ParseNumber(part->text).value_or(0);
  };
  return {number("input"), number("output")};
}

// Everything that a kind of model may be given and say.
bool BindPorts(const YamlNode& node, const ModelFile& file, const ModelBinding& binding, BoundModel& bound) {
  YamlNode nothing;
  nothing.offset = node.offset;
  const YamlNode* const input = node.Find("input");
  const YamlNode* const output = node.Find("output");
  const ModelInfo& info = bound.model->info();
  bool good = true;
  const EmbeddedFormat* const format = FormatOf(node);
  if (format != nullptr && input == nullptr) {
    binding.problems.Add(
        node.offset, std::string(format->called) + " needs `input`: an expression for each of " + ListOf(info.inputs));
    good = false;
  } else if (bound.inputs.empty()) {
    good = BindInputs(input == nullptr ? nothing : *input, info, binding, bound);
  }
  if (format != nullptr && output == nullptr) {
    binding.problems.Add(node.offset,
                         std::string(format->called) + " needs `output`: expressions over " + ListOf(info.outputs));
    return false;
  }
  const bool answer =
      output == nullptr ? BindDefaultAnswer(file, info, binding, bound) : BindOutputs(*output, info, binding, bound);
  return answer && good;
}

}  // namespace

std::optional<BoundModel> BindModel(const YamlEntry& entry, const ModelBinding& binding) {
  const YamlNode* const place = FindPlace(entry, binding.problems);
  if (place == nullptr) return std::nullopt;
  ModelFile file = FileOf(entry, binding.folder);
  BoundModel bound;
  bound.name = entry.name;
  bound.price = PriceOf(entry.value);
  if (const YamlNode* const constant = entry.value.Find("constant")) file.constant = JsonOf(*constant);
  const bool is_remote = entry.value.Find("openai") != nullptr || entry.value.Find("http") != nullptr;
  if (is_remote && !BindRemote(entry, binding, file.remote.emplace(), bound)) return std::nullopt;
  Result<std::unique_ptr<Model>> model = binding.load_model(file);
  if (!model) {
    binding.problems.Add(place->offset, model.error().message);
    return std::nullopt;
  }
  bound.model = *std::move(model);
  if (file.remote) bound.in_flight = file.remote->policy.limits.in_flight;
  if (!BindPorts(entry.value, file, binding, bound)) return std::nullopt;
  return bound;
}

}  // namespace penstock
