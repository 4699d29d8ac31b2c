#include "app/line_key.h"

#include "event/json_writer.h"
#include "expr/functions/standard_library.h"

namespace penstock::app {

LineKey::LineKey() : environment_(expr::StandardLibrary()) {}

Result<std::unique_ptr<LineKey>> LineKey::Compile(const std::string& expression) {
  std::unique_ptr<LineKey> key(new LineKey());
  key->environment_.AddVariable("event");
  Result<expr::Program> program = expr::Program::Compile(expression, key->environment_);
  if (!program) return Fail(program.error().kind, "--key: " + program.error().message);
  key->program_ = *std::move(program);
  key->activation_ = std::make_unique<expr::Activation>(key->environment_, key->arena_);
  return key;
}

Result<std::optional<std::string_view>> LineKey::Of(std::string_view line) {
  arena_.Reset();
  activation_->NextEvent();
  TRY_ASSIGN(const JsonDocument* const document, parser_.Parse(line, arena_));
  activation_->Set(0, document->root());
  const Value value = program_->Evaluate(*activation_);
  if (value.is_error()) return Invalid(std::string(value.text()));
  if (value.Is(ValueKind::kNull)) return std::nullopt;
  if (value.Is(ValueKind::kString) || value.Is(ValueKind::kBytes)) return value.text();
  json_.clear();
  AppendJson(value, json_);
  return json_;
}

}  // namespace penstock::app
