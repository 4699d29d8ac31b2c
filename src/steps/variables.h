// The names that a pipeline's expressions may use.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "expr/environment.h"

namespace penstock {

// Filled while a plan is compiled, in the order of its steps: an expression sees what earlier steps added. Then
// immutable.
class Variables {
 public:
  explicit Variables(expr::Environment& environment);

  // From now on there is an answer to look at: output, of this type; route, which is the name of one of these models or
  // none; and model, which is one of them or empty. Where no models are given, both are any texts.
  void AddAnswer(expr::Type output = expr::Type::Dyn(), const std::vector<std::string>& models = {});

  // What is known of the event and of the output by now, at `path` below them: later expressions are checked by it.
  // Without a type, nothing stands there from now on.
  void SetEventField(std::span<const std::string> path, const std::optional<expr::Type>& type);
  void SetOutputField(std::span<const std::string> path, const expr::Type& type);
  void SetEventType(expr::Type type) { environment_.SetType(event_, std::move(type)); }
  const expr::Type& event_type() const { return TypeOf(event_); }

  // The number of a name among those that steps add; the same one for the same name, whose type becomes this one.
  uint32_t AddName(const std::string& name, const expr::Type& type);
  std::optional<uint32_t> FindName(std::string_view name) const;
  const std::vector<std::string>& added() const { return added_; }
  // So many of the added names are there before there is an answer: they are what the model was given.
  uint32_t given() const { return has_answer() ? given_ : static_cast<uint32_t>(added_.size()); }
  // The variable in expressions of the added name with this number.
  uint32_t VariableOf(uint32_t added) const { return added_variables_[added]; }

  bool IsUsed(uint32_t variable) const { return environment_.IsUsed(variable); }
  const expr::Environment& environment() const { return environment_; }

  uint32_t event() const { return event_; }
  uint32_t key() const { return key_; }
  uint32_t headers() const { return headers_; }
  uint32_t source() const { return source_; }
  bool has_answer() const { return output_ != 0; }
  // After AddAnswer().
  uint32_t output() const { return output_; }
  uint32_t route() const { return route_; }
  uint32_t model() const { return model_; }

 private:
  const expr::Type& TypeOf(uint32_t variable) const { return environment_.variables()[variable].type; }

  expr::Environment& environment_;
  uint32_t event_;
  uint32_t key_;
  uint32_t headers_;
  uint32_t source_;
  uint32_t output_ = 0;
  uint32_t route_ = 0;
  uint32_t model_ = 0;
  uint32_t given_ = 0;
  std::vector<std::string> added_;
  std::vector<uint32_t> added_variables_;
};

// What a step may not add, because it has a meaning already, in events or in expressions.
bool IsReservedName(std::string_view name);

}  // namespace penstock
