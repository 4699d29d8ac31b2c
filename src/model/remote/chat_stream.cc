#include "model/remote/chat_stream.h"

#include <utility>

#include "model/remote/chat_answer.h"
#include "model/remote/event_stream.h"
#include "model/remote/status_outcome.h"

namespace penstock::remote {
namespace {

class ChatStream final : public StreamReader {
 public:
  explicit ChatStream(int status) { answer_.status = status; }

  bool Feed(std::string_view bytes, JsonParser& parser, Arena& arena) override {
    events_.Feed(bytes);
    return TakeEvents(parser, arena);
  }
  bool has_begun() const override { return has_begun_; }
  bool is_complete() const override { return is_done_ || failure_.has_value(); }
  AttemptOutcome Finish() override;

 private:
  bool TakeEvents(JsonParser& parser, Arena& arena);
  void TakeChunk(std::string_view data, JsonParser& parser, Arena& arena);
  void TakeDelta(const Value& choice);

  EventStream events_;
  ModelAnswer answer_;
  std::string refusal_;
  std::optional<Usage> usage_;
  std::optional<AttemptOutcome> failure_;
  bool has_begun_ = false;
  bool is_done_ = false;
};

bool ChatStream::TakeEvents(JsonParser& parser, Arena& arena) {
  while (!is_complete()) {
    const std::optional<std::string_view> data = events_.Next();
    if (!data) break;
    if (*data == "[DONE]") {
      is_done_ = true;
    } else {
      TakeChunk(*data, parser, arena);
    }
  }
  return !failure_;
}

void ChatStream::TakeChunk(std::string_view data, JsonParser& parser, Arena& arena) {
  arena.Reset();
  const Result<const JsonDocument*> parsed = parser.Parse(data, arena);
  if (!parsed || !(*parsed)->root().Is(ValueKind::kMap)) {
    failure_ = Failed("envelope", "a part of its streamed answer is no JSON object");
    return;
  }
  const Value root = (*parsed)->root();
  const Value error = MapMember(root, "error");
  if (error.Is(ValueKind::kMap)) {
    failure_ = OutcomeOfError(error);
    return;
  }
  if (answer_.version.empty()) answer_.version = TextMember(root, "model");
  if (const std::optional<Usage> usage = ReadUsage(root)) usage_ = usage;
  TakeDelta(FirstChoice(root));
}

void ChatStream::TakeDelta(const Value& choice) {
  const std::string_view finish_reason = TextMember(choice, "finish_reason");
  if (!finish_reason.empty()) answer_.finish_reason = finish_reason;
  const Value delta = MapMember(choice, "delta");
  const std::string_view content = TextMember(delta, "content");
  const std::string_view refusal = RefusalOf(delta);
  answer_.text += content;
  refusal_ += refusal;
  has_begun_ = has_begun_ || !content.empty() || !refusal.empty();
}

AttemptOutcome ChatStream::Finish() {
  Arena arena;
  JsonParser parser;
  events_.End();
  TakeEvents(parser, arena);
  if (failure_) {
    failure_->usage = usage_;
    return *std::move(failure_);
  }
  if (!is_done_ && answer_.finish_reason.empty()) {
    AttemptOutcome cut = Failed("cut", "its streamed answer ended before it was complete");
    cut.usage = usage_;
    return cut;
  }
  answer_.is_refusal = !refusal_.empty();
  if (answer_.is_refusal) answer_.text = std::move(refusal_);
  return Answered(answer_, usage_);
}

}  // namespace

std::unique_ptr<StreamReader> MakeChatStream(int status) { return std::make_unique<ChatStream>(status); }

}  // namespace penstock::remote
