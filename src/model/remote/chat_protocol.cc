#include "model/remote/chat_protocol.h"

#include <array>
#include <utility>

#include "event/json_writer.h"
#include "model/remote/answer_schema.h"
#include "model/remote/chat_answer.h"
#include "model/remote/chat_stream.h"
#include "model/remote/json_answer.h"
#include "model/remote/request_parameters.h"

namespace penstock::remote {
namespace {

constexpr std::array<std::string_view, 5> kReserved = {"model", "messages", "stream", "stream_options", "n"};
constexpr std::array<std::string_view, 6> kReservedWithSchema = {"model",          "messages", "stream",
                                                                 "stream_options", "n",        "response_format"};

void AppendMessage(std::string_view role, const Value& content, std::string& out) {
  out += "{\"role\":\"";
  out += role;
  out += "\",\"content\":";
  AppendJsonString(content.text(), out);
  out += '}';
}

class ChatProtocol final : public Protocol {
 public:
  ChatProtocol(const RemoteSpec& spec, const RequestParameters& parameters, std::optional<AnswerSchema> schema)
      : schema_(std::move(schema)),
        has_system_(spec.has_system),
        is_stream_(spec.stream),
        max_tokens_(parameters.max_tokens) {
    head_ = "{\"model\":";
    AppendJsonString(spec.model, head_);
    head_ += ',' + parameters.members;
    if (schema_ && spec.structured)
      head_ += R"("response_format":{"type":"json_schema","json_schema":{"name":"answer","strict":true,"schema":)" +
               spec.answer_schema + "}},";
    if (is_stream_) head_ += R"("stream":true,"stream_options":{"include_usage":true},)";
    head_ += "\"messages\":[";
  }

  std::vector<Port> inputs() const override {
    std::vector<Port> ports;
    if (has_system_) ports.push_back({"system", "string", {}});
    ports.push_back({"user", "string", {}});
    return ports;
  }
  std::vector<Port> outputs() const override {
    return {{"text", "string", {}}, {"answer", "any", {}}, {"finish_reason", "string", {}}};
  }
  std::string_view path_suffix() const override { return "/chat/completions"; }
  std::string_view accept() const override { return is_stream_ ? "text/event-stream" : "application/json"; }

  Result<Prompt> Write(std::span<const Value> inputs) const override;
  AttemptOutcome Read(int status, std::string_view body, JsonParser& parser, Arena& arena) const override {
    return ReadChatAnswer(status, body, parser, arena);
  }
  std::unique_ptr<StreamReader> NewStream(int status) const override {
    return is_stream_ ? MakeChatStream(status) : nullptr;
  }
  std::optional<Failure> Outputs(const UnpackedAnswer& answer, JsonParser& parser, Arena& arena,
                                 std::span<Value> outputs) const override;

 private:
  const std::optional<AnswerSchema> schema_;
  const bool has_system_;
  const bool is_stream_;
  const int64_t max_tokens_;
  std::string head_;
};

Result<Prompt> ChatProtocol::Write(std::span<const Value> inputs) const {
  size_t bytes = 0;
  for (const Value& input : inputs) {
    const bool is_user = &input == &inputs.back();
    if (!input.Is(ValueKind::kString))
      return Invalid("the input '" + std::string(is_user ? "user" : "system") + "' is of type " +
                     std::string(TypeName(input.kind())) + ", and is to be a string");
    bytes += input.text().size();
  }
  Prompt prompt;
  prompt.payload.reserve(head_.size() + bytes + bytes / 8 + 96);
  prompt.payload = head_;
  if (has_system_) {
    AppendMessage("system", inputs.front(), prompt.payload);
    prompt.payload += ',';
  }
  AppendMessage("user", inputs.back(), prompt.payload);
  prompt.payload += "]}";
  prompt.tokens = TokensOf(bytes) + max_tokens_;
  return prompt;
}

std::optional<Failure> NoAnswer(FailureKind kind, std::string message) {
  return Failure{kind, {ErrorKind::kUnavailable, std::move(message)}};
}

std::optional<Failure> ChatProtocol::Outputs(const UnpackedAnswer& answer, JsonParser& parser, Arena& arena,
                                             std::span<Value> outputs) const {
  if (answer.is_refusal) return NoAnswer(FailureKind::kRefusal, "it refused to answer");
  if (answer.finish_reason == "length")
    return NoAnswer(FailureKind::kTruncated, "its answer was cut for length; allow it more tokens, or ask for less");
  if (answer.finish_reason == "content_filter")
    return NoAnswer(FailureKind::kFiltered, "a content filter of the provider kept the answer back");
  const std::string_view text = arena.Copy(answer.text);
  outputs[0] = Value::String(text);
  outputs[1] = Value::Null();
  outputs[2] = Value::String(arena.Copy(answer.finish_reason));
  if (!schema_) return std::nullopt;
  Result<Value> read = ReadJsonAnswer(text, *schema_, parser, arena);
  if (!read) return Failure{FailureKind::kAnswer, std::move(read.error())};
  outputs[1] = *read;
  return std::nullopt;
}

}  // namespace

Result<std::unique_ptr<Protocol>> MakeChatProtocol(const RemoteSpec& spec) {
  if (spec.model.empty()) return Invalid("a chat model needs the name by which its provider knows it");
  const bool sends_schema = !spec.answer_schema.empty() && spec.structured;
  TRY_ASSIGN(const RequestParameters parameters,
             ReadParameters(spec.parameters, sends_schema ? std::span<const std::string_view>(kReservedWithSchema)
                                                          : std::span<const std::string_view>(kReserved)));
  std::optional<AnswerSchema> schema;
  if (!spec.answer_schema.empty()) {
    TRY_ASSIGN(AnswerSchema compiled, AnswerSchema::Compile(spec.answer_schema));
    schema = std::move(compiled);
  }
  return std::make_unique<ChatProtocol>(spec, parameters, std::move(schema));
}

}  // namespace penstock::remote
