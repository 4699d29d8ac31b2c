#include "pipeline/plan_compiler.h"

#include <algorithm>
#include <array>
#include <filesystem>
#include <set>

#include "base/hash.h"
#include "config/cel.h"
#include "config/field_path.h"
#include "config/file.h"
#include "config/units.h"
#include "event/json_writer.h"
#include "expr/diagnostic.h"
#include "expr/functions/standard_library.h"
#include "expr/member_types.h"
#include "expr/schema_type.h"
#include "pipeline/expression_limits.h"
#include "pipeline/model_binding.h"
#include "steps/step_list.h"

namespace penstock {
namespace {

ValueKind KindOfTypeName(std::string_view name) {
  if (name == "double") return ValueKind::kDouble;
  if (name == "int") return ValueKind::kInt;
  if (name == "uint") return ValueKind::kUint;
  return name == "string" ? ValueKind::kString : ValueKind::kBool;
}

expr::Type TypeOfTypeName(std::string_view name) {
  using expr::TypeKind;
  if (name == "double") return expr::Type::Of(TypeKind::kDouble);
  if (name == "int") return expr::Type::Of(TypeKind::kInt);
  if (name == "uint") return expr::Type::Of(TypeKind::kUint);
  return expr::Type::Of(name == "string" ? TypeKind::kString : TypeKind::kBool);
}

constexpr size_t kSchemaBytesMax = size_t{4} << 20;

// Compiles in the order in which events meet the parts, so that expressions see what was added before them.
class PlanCompiler {
 public:
  PlanCompiler(const YamlNode& file, std::string folder, const ModelLoader& load_model, Problems& problems)
      : file_(file), folder_(std::move(folder)), load_model_(load_model), problems_(problems) {
    const YamlNode* const expressions = file_.Find("expressions");
    const expr::Limits limits = expressions == nullptr ? expr::Limits() : ReadExpressionLimits(*expressions, problems_);
    plan_->environment = std::make_unique<expr::Environment>(expr::StandardLibrary(), limits);
    plan_->variables = std::make_unique<Variables>(*plan_->environment);
  }

  std::unique_ptr<Plan> Compile() {
    plan_->settings = ReadSettings(file_, problems_);
    CompileContract();
    plan_->prepare = CompileSteps("prepare", false);
    CompileModels();
    CompileRoutes();
    ChooseStages();
    plan_->route_table.emplace(std::move(route_conditions_), *plan_->environment);
    plan_->variables->AddAnswer(OutputType(), model_names_);
    plan_->postprocess = CompileSteps("postprocess", true);
    CompileEmit();
    CompileDeliveries();
    if (problems_.has_errors()) return nullptr;
    plan_->revision = Revision();
    return std::move(plan_);
  }

 private:
  std::optional<expr::Program> Cel(const YamlNode* node, CelResult result) {
    if (node == nullptr) return std::nullopt;
    return CompileCel(*node, result, *plan_->environment, problems_);
  }

  void CompileContract() {
    const YamlNode* const event = file_.Find("event");
    if (event == nullptr) return;
    EventContract& contract = plan_->contract;
    if (const YamlNode* const schema = event->Find("schema")) CompileSchema(*schema);
    if (const YamlNode* const types = event->Find("types"))
      for (const YamlEntry& entry : types->entries) CompileType(entry);
    if (const YamlNode* const rules = event->Find("rules"))
      for (const YamlNode& rule : rules->items) CompileContractRule(rule);
    contract.id = Cel(event->Find("id"), CelResult::kAny);
    contract.key = Cel(event->Find("key"), CelResult::kAny);
    contract.time = Cel(event->Find("time"), CelResult::kTimestamp);
    if (const YamlNode* const ahead = event->Find("max_ahead"))
      contract.max_ahead = ParsePositiveDuration(ahead->text).value_or(contract.max_ahead);
  }

  void CompileSchema(const YamlNode& node) {
    const std::string path = (std::filesystem::path(folder_) / node.text).string();
    Result<std::string> text = ReadSmallFile(path, kSchemaBytesMax, "the schema");
    if (!text) return problems_.Add(node.offset, text.error().message);
    Result<expr::SchemaTypes> schema = expr::ReadSchema(*text);
    if (!schema) return problems_.Add(node.offset, path + ": " + schema.error().message);
    if (schema->type.members == nullptr)
      return problems_.Add(node.offset, path + ": an event is an object: the schema has no \"properties\"");
    plan_->variables->SetEventType(schema->type);
    for (expr::SchemaField& field : schema->fields)
      plan_->contract.types.push_back({FieldPath{"event", field.names}.Text(), std::move(field.names), field.kind});
    schema_text_ = *std::move(text);
  }

  void CompileType(const YamlEntry& entry) {
    std::optional<FieldPath> path = ParseFieldPath(entry.name);
    if (!path || path->root != "event" || path->names.empty()) {
      problems_.Add(entry.offset, "only fields of the event have types here, such as event.amount");
      return;
    }
    expr::Type type = TypeOfTypeName(entry.value.text);
    type.nullable = true;
    plan_->variables->SetEventField(path->names, type);
    plan_->contract.types.push_back({entry.name, std::move(path->names), KindOfTypeName(entry.value.text)});
  }

  // What the models say, all of them. Null, where the route leads to none.
  expr::Type OutputType() const {
    if (plan_->models.empty() || plan_->models.size() != model_names_.size()) return expr::Type::Dyn();
    std::optional<expr::Type> output;
    for (const BoundModel& model : plan_->models) {
      if (model.whole_answer) return expr::Type::Dyn();
      expr::Members members{.types = {}, .closed = true};
      for (const auto& [name, program] : model.answer) members.types.insert_or_assign(name, program.type());
      const expr::Type type = expr::MapOf(std::move(members));
      output = output ? expr::CommonType(*output, type) : type;
    }
    output->nullable = true;
    return *output;
  }

  void CompileContractRule(const YamlNode& rule) {
    const YamlNode* const name = rule.Find("name");
    const YamlNode* const that = rule.Find("that");
    std::optional<expr::Program> when = Cel(rule.Find("when"), CelResult::kBool);
    std::optional<expr::Program> program = Cel(that, CelResult::kBool);
    if (name == nullptr || !program) return;
    plan_->contract.rules.push_back({"event.rules." + name->text, std::move(when), *std::move(program), that->text});
  }

  std::vector<std::unique_ptr<Step>> CompileSteps(const std::string& list, bool after_answer) {
    std::vector<std::unique_ptr<Step>> steps;
    const YamlNode* const nodes = file_.Find(list);
    if (nodes == nullptr) return steps;
    for (size_t i = 0; i < nodes->items.size(); ++i) {
      const YamlEntry& entry = nodes->items[i].entries.front();
      StepBuilder builder{*plan_->environment,
                          *plan_->variables,
                          problems_,
                          plan_->drop_rules,
                          list + "[" + std::to_string(i) + "]." + entry.name,
                          folder_,
                          after_answer};
      if (std::unique_ptr<Step> step = FindStepKind(entry.name)->build(entry.value, builder))
        steps.push_back(std::move(step));
    }
    return steps;
  }

  void CompileModels() {
    const YamlNode* const models = file_.Find("models");
    if (models == nullptr) return;
    for (const YamlEntry& entry : models->entries) {
      if (entry.name == "none" || entry.name == "drop")
        problems_.Add(entry.offset, "'" + entry.name + "' is a route without a model, and no model's name");
      model_names_.push_back(entry.name);
      ModelBinding binding{*plan_->environment, load_model_, folder_, problems_};
      if (std::optional<BoundModel> model = BindModel(entry, binding)) plan_->models.push_back(*std::move(model));
    }
    for (const YamlEntry& entry : models->entries) CompileFallbacks(entry);
    for (BoundModel& model : plan_->models)
      model.for_infer = std::any_of(model.chain.begin(), model.chain.end(),
                                    [&](uint32_t number) { return plan_->models[number].model->answers_later(); });
  }

  void CompileFallbacks(const YamlEntry& entry) {
    const int32_t own = plan_->FindModel(entry.name);
    std::vector<uint32_t> chain = {static_cast<uint32_t>(own)};
    const YamlNode* const fallbacks = entry.value.Find("fallback");
    for (size_t i = 0; fallbacks != nullptr && i < fallbacks->items.size(); ++i) {
      const YamlNode& name = fallbacks->items[i];
      const int32_t number = plan_->FindModel(name.text);
      fallbacks_.insert(name.text);
      if (std::find(model_names_.begin(), model_names_.end(), name.text) == model_names_.end()) {
        const std::vector<std::string_view> names(model_names_.begin(), model_names_.end());
        problems_.Add(name.offset, "there is no model '" + name.text + "'" + expr::Suggestion(name.text, names));
      } else if (number >= 0 && std::find(chain.begin(), chain.end(), number) != chain.end()) {
        problems_.Add(name.offset, "'" + name.text + "' was asked before");
      } else {
        chain.push_back(static_cast<uint32_t>(number));
      }
    }
    if (own >= 0) plan_->models[static_cast<size_t>(own)].chain = std::move(chain);
  }

  // Which events are answered in a stage of their own, and whether they can be.
  void ChooseStages() {
    if (problems_.has_errors()) return;
    for (const RouteRule& rule : plan_->routes)
      plan_->has_infer = plan_->has_infer || (!rule.drop && plan_->IsForInfer(rule.model));
    plan_->all_in_infer = plan_->has_infer && plan_->settings.order != Order::kNone;
    if (!plan_->has_infer || plan_->settings.topics.context) return;
    problems_.Add(file_.Find("topics")->Find("context")->offset,
                  "models that answer later read what they are given from the context topic: it cannot be off");
  }

  void CompileRoutes() {
    const YamlNode* const routes = file_.Find("route");
    if (routes == nullptr) return;
    if (routes->items.empty()) problems_.Add(routes->offset, "without a rule, every event would become a dead letter");
    std::set<std::string> used;
    const YamlNode* catch_all = nullptr;
    for (size_t i = 0; i < routes->items.size(); ++i) {
      const YamlNode& rule = routes->items[i];
      if (catch_all != nullptr) problems_.Warn(rule.offset, "no event comes here: the rule before it matches all");
      if (rule.Find("when") == nullptr) catch_all = &rule;
      CompileRoute(rule, "route[" + std::to_string(i) + "]", used);
    }
    WarnOfUnusedModels(used);
  }

  void CompileRoute(const YamlNode& rule, std::string place, std::set<std::string>& used) {
    const YamlNode* const to = rule.Find("to");
    const YamlNode* const when = rule.Find("when");
    std::optional<expr::Program> program = Cel(when, CelResult::kBool);
    if (to == nullptr) return;
    used.insert(to->text);
    const bool known = std::find(model_names_.begin(), model_names_.end(), to->text) != model_names_.end();
    if (to->text != "none" && to->text != "drop" && !known) {
      std::vector<std::string_view> names(model_names_.begin(), model_names_.end());
      names.insert(names.end(), {"none", "drop"});
      problems_.Add(to->offset, "there is no model '" + to->text + "'" + expr::Suggestion(to->text, names));
      return;
    }
    RouteRule& compiled = plan_->routes.emplace_back();
    compiled.when = when == nullptr ? "" : when->text;
    compiled.offset = rule.offset;
    route_conditions_.push_back({std::move(program), when == nullptr ? std::string_view() : when->text});
    compiled.to = to->text;
    compiled.model = plan_->FindModel(to->text);
    compiled.place = std::move(place);
    if (to->text == "drop") {
      plan_->drop_rules.push_back(compiled.place);
      compiled.drop = static_cast<uint32_t>(plan_->drop_rules.size() - 1);
    }
    const YamlNode* const topic = rule.Find("topic");
    if (topic == nullptr) return;
    CheckOutputTopic(*topic);
    compiled.topic = topic->text;
  }

  // One that the pipeline may write outputs to.
  void CheckOutputTopic(const YamlNode& node) {
    const Topics& topics = plan_->settings.topics;
    if (std::find(topics.raw.begin(), topics.raw.end(), node.text) != topics.raw.end())
      problems_.Add(node.offset, "the pipeline reads '" + node.text + "': it would never end");
    if (node.text == topics.dead || node.text == topics.review || node.text == topics.context)
      problems_.Add(node.offset, "'" + node.text + "' has a use of its own in this pipeline");
  }

  void WarnOfUnusedModels(const std::set<std::string>& used) {
    const YamlNode* const models = file_.Find("models");
    if (models == nullptr) return;
    for (const YamlEntry& entry : models->entries)
      if (!used.contains(entry.name) && !fallbacks_.contains(entry.name))
        problems_.Warn(entry.offset, "no route leads to the model '" + entry.name + "'");
  }

  void CompileEmit() {
    const YamlNode* const emit = file_.Find("emit");
    if (emit == nullptr) return;
    std::vector<EmitMember>& members = plan_->emit.emplace();
    for (const YamlEntry& entry : emit->entries) {
      std::optional<expr::Program> program = Cel(&entry.value, CelResult::kAny);
      if (!program) continue;
      std::string prefix;
      AppendJsonString(entry.name, prefix);
      members.push_back({entry.name, prefix + ":", *std::move(program)});
    }
  }

  void CompileDeliveries() {
    const YamlNode* const deliveries = file_.Find("deliver");
    if (deliveries == nullptr) return;
    for (const YamlNode& rule : deliveries->items) {
      const YamlNode* const to = rule.Find("to");
      const YamlNode* const review = rule.Find("review");
      if ((to == nullptr) == (review == nullptr) || (review != nullptr && rule.Find("when") != nullptr))
        problems_.Add(rule.offset, "a delivery is { to: TOPIC, when: .. } or { review: { when: .., sample: .. } }");
      else if (to != nullptr)
        CompileDelivery(rule, to->text);
      else
        CompileReview(*review);
    }
  }

  void CompileDelivery(const YamlNode& rule, const std::string& topic) {
    CheckOutputTopic(*rule.Find("to"));
    if (topic == plan_->settings.topics.outputs)
      problems_.Warn(rule.Find("to")->offset, "'" + topic + "' gets every output in any case: matches come twice");
    plan_->deliveries.push_back({Cel(rule.Find("when"), CelResult::kBool), false, topic, 1});
  }

  void CompileReview(const YamlNode& review) {
    const YamlNode* const sample = review.Find("sample");
    const double share = sample == nullptr ? 1 : ParseShare(sample->text).value_or(1);
    plan_->deliveries.push_back(
        {Cel(review.Find("when"), CelResult::kBool), true, plan_->settings.topics.review, share});
  }

  std::string Revision() const {
    std::string all(problems_.text());
    all += schema_text_;
    for (const BoundModel& model : plan_->models)
      all += "\n" + model.name + "=" + model.model->info().version + model.files;
    return ContentName(all);
  }

  const YamlNode& file_;
  std::string folder_;
  const ModelLoader& load_model_;
  Problems& problems_;
  std::string schema_text_;
  std::unique_ptr<Plan> plan_ = std::make_unique<Plan>();
  std::vector<expr::Rule> route_conditions_;
  std::set<std::string> fallbacks_;       // those that some model falls back on
  std::vector<std::string> model_names_;  // all that the file describes, also those that cannot be used
};

}  // namespace

std::unique_ptr<Plan> CompilePlan(const YamlNode& file, const std::string& folder, const ModelLoader& load_model,
                                  Problems& problems) {
  return PlanCompiler(file, folder, load_model, problems).Compile();
}

}  // namespace penstock
