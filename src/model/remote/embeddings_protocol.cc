#include "model/remote/embeddings_protocol.h"

#include <array>
#include <utility>

#include "event/collection.h"
#include "event/json_writer.h"
#include "model/remote/chat_answer.h"
#include "model/remote/request_parameters.h"
#include "model/remote/status_outcome.h"

namespace penstock::remote {
namespace {

// The answer is read as a list of numbers, and base64 is none.
constexpr std::array<std::string_view, 3> kReserved = {"model", "input", "encoding_format"};

// The text of a JSON list or map, as it came.
std::string_view SourceOf(const Value& value) { return value.document()->SourceAt(value.node()); }

bool IsListOfNumbers(const Value& value) {
  if (!value.Is(ValueKind::kList) || ListSize(value) == 0) return false;
  ListCursor cursor(value);
  for (Value number; cursor.Next(number);)
    if (!number.is_number()) return false;
  return true;
}

class EmbeddingsProtocol final : public Protocol {
 public:
  EmbeddingsProtocol(const RemoteSpec& spec, const RequestParameters& parameters) {
    head_ = "{\"model\":";
    AppendJsonString(spec.model, head_);
    head_ += ',' + parameters.members + "\"input\":";
  }

  std::vector<Port> inputs() const override { return {{"input", "string", {}}}; }
  std::vector<Port> outputs() const override { return {{"embedding", "float64", {-1}}}; }
  std::string_view path_suffix() const override { return "/embeddings"; }

  Result<Prompt> Write(std::span<const Value> inputs) const override {
    const Value& input = inputs.front();
    if (!input.Is(ValueKind::kString))
      return Invalid("the input 'input' is of type " + std::string(TypeName(input.kind())) + ", and is to be a string");
    Prompt prompt{head_, TokensOf(input.text().size())};
    AppendJsonString(input.text(), prompt.payload);
    prompt.payload += '}';
    return prompt;
  }

  AttemptOutcome Read(int status, std::string_view body, JsonParser& parser, Arena& arena) const override;
  std::optional<Failure> Outputs(const UnpackedAnswer& answer, JsonParser& parser, Arena& arena,
                                 std::span<Value> outputs) const override;

 private:
  std::string head_;
};

AttemptOutcome EmbeddingsProtocol::Read(int status, std::string_view body, JsonParser& parser, Arena& arena) const {
  const Result<const JsonDocument*> parsed = parser.Parse(body, arena);
  if (!parsed) return Failed("envelope", "its answer is no JSON: " + parsed.error().message);
  const Value root = (*parsed)->root();
  const Value error = MapMember(root, "error");
  if (error.Is(ValueKind::kMap)) return OutcomeOfError(error);
  const std::optional<Value> data = root.Is(ValueKind::kMap) ? MapFind(root, "data") : std::nullopt;
  const bool has_item = data && data->Is(ValueKind::kList) && ListSize(*data) > 0;
  const Value item = has_item ? ListAt(*data, 0) : Value();
  const std::optional<Value> embedding = item.Is(ValueKind::kMap) ? MapFind(item, "embedding") : std::nullopt;
  if (!embedding || !IsListOfNumbers(*embedding))
    return Failed("envelope", "its answer holds no embedding: data[0].embedding is no list of numbers");
  ModelAnswer answer;
  answer.status = status;
  answer.version = TextMember(root, "model");
  answer.text = SourceOf(*embedding);
  return Answered(answer, ReadUsage(root));
}

std::optional<Failure> EmbeddingsProtocol::Outputs(const UnpackedAnswer& answer, JsonParser& parser, Arena& arena,
                                                   std::span<Value> outputs) const {
  Result<const JsonDocument*> parsed = parser.Parse(answer.text, arena);
  if (!parsed) return Failure{FailureKind::kAnswer, std::move(parsed.error())};
  const Value list = (*parsed)->root();
  const auto numbers = arena.AllocateArray<double>(ListSize(list));
  const auto values = arena.AllocateArray<Value>(numbers.size());
  CopyNumbers(list, numbers);
  for (size_t i = 0; i < numbers.size(); ++i) values[i] = Value::Double(numbers[i]);
  outputs[0] = Value::List(values.data(), static_cast<uint32_t>(values.size()));
  return std::nullopt;
}

}  // namespace

Result<std::unique_ptr<Protocol>> MakeEmbeddingsProtocol(const RemoteSpec& spec) {
  if (spec.model.empty()) return Invalid("an embeddings model needs the name by which its provider knows it");
  if (spec.has_system || spec.stream || !spec.answer_schema.empty())
    return Invalid("an embeddings model takes no system prompt, no answer schema, and does not stream");
  TRY_ASSIGN(const RequestParameters parameters, ReadParameters(spec.parameters, kReserved));
  return std::make_unique<EmbeddingsProtocol>(spec, parameters);
}

}  // namespace penstock::remote
