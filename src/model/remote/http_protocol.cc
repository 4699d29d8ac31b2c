#include "model/remote/http_protocol.h"

#include <utility>

#include "event/json_writer.h"
#include "model/remote/chat_answer.h"
#include "model/remote/status_outcome.h"

namespace penstock::remote {
namespace {

class HttpProtocol final : public Protocol {
 public:
  std::vector<Port> inputs() const override { return {{"body", "any", {}}}; }
  std::vector<Port> outputs() const override { return {{"response", "any", {}}, {"status", "int64", {}}}; }
  std::string_view path_suffix() const override { return {}; }

  Result<Prompt> Write(std::span<const Value> inputs) const override {
    Prompt prompt;
    if (!inputs.front().Is(ValueKind::kNull)) AppendJson(inputs.front(), prompt.payload);
    prompt.tokens = TokensOf(prompt.payload.size());
    return prompt;
  }

  // An answer without a body, as of status 204, is null.
  AttemptOutcome Read(int status, std::string_view body, JsonParser& parser, Arena& arena) const override {
    const Result<const JsonDocument*> parsed = parser.Parse(body.empty() ? "null" : body, arena);
    if (!parsed) return Failed("envelope", "its answer is no JSON: " + parsed.error().message);
    ModelAnswer answer;
    answer.status = status;
    answer.text = body.empty() ? "null" : body;
    return Answered(answer, std::nullopt);
  }

  std::optional<Failure> Outputs(const UnpackedAnswer& answer, JsonParser& parser, Arena& arena,
                                 std::span<Value> outputs) const override {
    Result<const JsonDocument*> parsed = parser.Parse(arena.Copy(answer.text), arena);
    if (!parsed) return Failure{FailureKind::kAnswer, std::move(parsed.error())};
    outputs[0] = (*parsed)->root();
    outputs[1] = Value::Int(answer.status);
    return std::nullopt;
  }
};

}  // namespace

Result<std::unique_ptr<Protocol>> MakeHttpProtocol(const RemoteSpec& spec) {
  if (spec.has_system || spec.stream || !spec.answer_schema.empty() || !spec.parameters.empty())
    return Invalid(
        "an http model sends its body as it is: it takes no system prompt, no parameters, no answer schema, and does "
        "not stream");
  return std::make_unique<HttpProtocol>();
}

}  // namespace penstock::remote
