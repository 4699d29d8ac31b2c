// Streamed answers: wherever their parts end, the same comes of them; and what comes of them can be read.
#include <algorithm>
#include <memory>
#include <string>
#include <string_view>

#include "base/arena.h"
#include "event/json_parser.h"
#include "fuzz/choices.h"
#include "fuzz/finding.h"
#include "model/remote/chat_stream.h"
#include "model/remote/model_answer.h"

namespace penstock::remote {
namespace {

// The first bytes of the input say how long the parts are; with none, all of it is one part.
AttemptOutcome Stream(std::string_view text, std::string_view lengths) {
  const std::unique_ptr<StreamReader> reader = MakeChatStream(200);
  JsonParser parser;
  Arena arena;
  Choices choices(lengths);
  bool goes_on = true;
  while (goes_on && !text.empty()) {
    const size_t length = choices.is_empty() ? text.size() : std::min(choices.Below(256) + 1, text.size());
    goes_on = reader->Feed(text.substr(0, length), parser, arena);
    text.remove_prefix(length);
  }
  return reader->Finish();
}

void Run(std::string_view input) {
  constexpr size_t kLengths = 8;
  const std::string_view lengths = input.substr(0, kLengths);
  const std::string_view text = input.substr(lengths.size());
  const AttemptOutcome whole = Stream(text, {});
  const AttemptOutcome parts = Stream(text, lengths);
  Expect(whole.end == parts.end && whole.reason == parts.reason, "parts end otherwise than the whole", parts.reason);
  Expect(whole.answer == parts.answer, "parts say something else than the whole", parts.answer);
  if (whole.end != AttemptEnd::kAnswered) return;
  const UnpackedAnswer answer = Unpack(whole.answer);
  Expect(answer.status == 200, "the answer does not unpack", whole.answer);
  Expect(answer.text.size() <= text.size(), "more comes out than went in", answer.text);
}

}  // namespace
}  // namespace penstock::remote

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  penstock::remote::Run({reinterpret_cast<const char*>(data), size});
  return 0;
}
