#include "model/remote/answer_schema.h"

#include <utility>
#include <vector>

#include "base/arena.h"
#include "event/json_parser.h"
#include "model/remote/schema_checker.h"
#include "model/remote/schema_compiler.h"

namespace penstock::remote {

struct AnswerSchema::Body {
  std::string source;
  Arena arena;
  std::vector<SchemaNode> nodes;  // which borrow from both
};

AnswerSchema::AnswerSchema(std::unique_ptr<Body> body) : body_(std::move(body)) {}
AnswerSchema::~AnswerSchema() = default;
AnswerSchema::AnswerSchema(AnswerSchema&&) noexcept = default;
AnswerSchema& AnswerSchema::operator=(AnswerSchema&&) noexcept = default;

Result<AnswerSchema> AnswerSchema::Compile(std::string_view schema) {
  auto body = std::make_unique<Body>();
  body->source = schema;
  const Result<const JsonDocument*> parsed = JsonParser().Parse(body->source, body->arena);
  if (!parsed) return Invalid("the answer's schema is no JSON: " + parsed.error().message);
  TRY_ASSIGN(body->nodes, CompileSchema((*parsed)->root()));
  return AnswerSchema(std::move(body));
}

std::optional<SchemaFault> AnswerSchema::Check(const Value& value) const { return CheckValue(body_->nodes, value); }

}  // namespace penstock::remote
