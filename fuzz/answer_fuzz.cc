// Answers by a schema: whatever the text of a model and the schema are, reading ends, and what it gives is JSON that
// fits. An input is a schema, a line feed, and a text.
#include <string>
#include <string_view>

#include "base/arena.h"
#include "event/json_parser.h"
#include "event/json_writer.h"
#include "fuzz/finding.h"
#include "model/remote/answer_schema.h"
#include "model/remote/json_answer.h"

namespace penstock::remote {
namespace {

void Run(std::string_view input) {
  const size_t end = input.find('\n');
  if (end == std::string_view::npos) return;
  const Result<AnswerSchema> schema = AnswerSchema::Compile(input.substr(0, end));
  if (!schema) {
    Expect(schema.error().kind == ErrorKind::kInvalid, "the user is not told", schema.error().message);
    return;
  }
  JsonParser parser;
  Arena arena;
  const Result<Value> read = ReadJsonAnswer(input.substr(end + 1), *schema, parser, arena);
  if (!read) return;
  const std::string again = ToJson(*read);
  const Result<Value> reread = ReadJsonAnswer(again, *schema, parser, arena);
  Expect(reread.has_value(), "what was read does not fit any more", again);
}

}  // namespace
}  // namespace penstock::remote

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  penstock::remote::Run({reinterpret_cast<const char*>(data), size});
  return 0;
}
