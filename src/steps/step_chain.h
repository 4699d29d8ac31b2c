// For tests: steps as they stand in a file, and events for them.
#pragma once

#include <deque>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "config/validation.h"
#include "event/json_parser.h"
#include "event/json_writer.h"
#include "expr/functions/standard_library.h"
#include "steps/step_list.h"

namespace penstock {

class StepChain {
 public:
  // Lists of steps, in YAML.
  explicit StepChain(const std::string& prepare, const std::string& postprocess = "[]") {
    Build(prepare, PrepareStepOptions(), false, prepare_);
    variables_.AddAnswer();
    Build(postprocess, PostprocessStepOptions(), true, postprocess_);
    drops_ = std::vector<Counter>(drop_rules_.size());
    activation_ = std::make_unique<expr::Activation>(environment_, batch_.arena);
    context_ = std::make_unique<StepContext>(variables_, *activation_, batch_.arena, drops_);
  }

  // What is wrong with the lists; empty where nothing is.
  const std::string& problems() const { return problems_; }

  // The rows' number. `output` is the model's answer.
  size_t Add(std::string_view event, std::string_view output = "null") {
    Row row;
    row.event.body = Parse(event);
    row.event.added = batch_.arena.AllocateArray<Value>(variables_.added().size());
    for (Value& value : row.event.added) value = Value::Null();
    row.output = Parse(output);
    batch_.rows.push_back(row);
    return batch_.rows.size() - 1;
  }

  void Prepare() {
    for (const std::unique_ptr<Step>& step : prepare_) step->Run(batch_, *context_);
  }
  void Postprocess() {
    for (const std::unique_ptr<Step>& step : postprocess_) step->Run(batch_, *context_);
  }

  // What became of a row: its event, or why there is none any more.
  std::string FateOf(size_t row) const {
    const Row& found = batch_.rows.at(row);
    if (found.fate == Fate::kDropped) return "dropped by " + drop_rules_.at(found.drop_rule);
    if (found.fate == Fate::kLive) return ToJson(found.event.body);
    return std::string(DeadKindName(found.dead->kind)) + " at " + std::string(found.dead->step) + ": " +
           std::string(found.dead->message);
  }
  std::string Added(size_t row, std::string_view name) const {
    return ToJson(batch_.rows.at(row).event.added[variables_.FindName(name).value()]);
  }
  std::string Output(size_t row) const { return ToJson(batch_.rows.at(row).output); }

  // What becomes of one event in `prepare`.
  std::string After(std::string_view event) {
    const size_t row = Add(event);
    Prepare();
    return FateOf(row);
  }

  Row& row(size_t number) { return batch_.rows.at(number); }
  StepContext& context() { return *context_; }
  uint64_t drops(size_t rule) const { return drops_.at(rule).value(); }

 private:
  void Build(const std::string& yaml, const Group& options, bool after_answer,
             std::vector<std::unique_ptr<Step>>& steps) {
    Problems problems("f", yaml);
    YamlNode list = ParseYaml(problems.text(), problems);
    const Shape shape{.kind = ShapeKind::kGroup, .group = &options};
    Validate(list, {.kind = ShapeKind::kList, .element = &shape}, problems);
    for (size_t i = 0; i < list.items.size(); ++i) {
      const YamlEntry& entry = list.items[i].entries.front();
      StepBuilder builder{
          environment_, variables_,  problems, drop_rules_, "list[" + std::to_string(i) + "]." + entry.name,
          "",           after_answer};
      if (std::unique_ptr<Step> step = FindStepKind(entry.name)->build(entry.value, builder))
        steps.push_back(std::move(step));
    }
    problems_ += problems.Text();
  }

  Value Parse(std::string_view json) {
    return (*parser_.Parse(texts_.emplace_back(json), batch_.arena).value()).root();
  }

  expr::Environment environment_{expr::StandardLibrary()};
  Variables variables_{environment_};
  std::vector<std::string> drop_rules_;
  std::vector<std::unique_ptr<Step>> prepare_;
  std::vector<std::unique_ptr<Step>> postprocess_;
  std::string problems_;
  std::vector<Counter> drops_;
  std::deque<std::string> texts_;  // of stable addresses: documents borrow from them
  JsonParser parser_;
  Batch batch_;
  std::unique_ptr<expr::Activation> activation_;
  std::unique_ptr<StepContext> context_;
};

}  // namespace penstock
