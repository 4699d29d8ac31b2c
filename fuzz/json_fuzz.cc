// JSON: whatever the bytes, the parser accepts what simdjson accepts and reads the same from it; and what is written of
// a document reads back as the same document.
#include <simdjson.h>

#include <cstdio>
#include <cstdlib>
#include <string>
#include <string_view>

#include "event/collection.h"
#include "event/compare.h"
#include "event/json_parser.h"
#include "event/json_writer.h"
#include "event/simdjson_oracle.h"

namespace penstock {
namespace {

void Check(bool holds, const char* what, std::string_view detail = {}) {
  if (holds) return;
  std::fprintf(stderr, "%s: %.*s\n", what, static_cast<int>(detail.size()), detail.data());
  std::abort();
}

void CompareWithSimdjson(std::string_view text, const Result<const JsonDocument*>& ours) {
  if (!ours && ours.error().kind == ErrorKind::kLimit) return;
  static simdjson::dom::parser parser;
  const auto theirs = parser.parse(text.data(), text.size());
  if (theirs.error() == simdjson::SUCCESS) {
    Check(ours.has_value(), "refused what simdjson accepts", ours ? "" : ours.error().message);
    Check(SameAsSimdjson(theirs.value_unsafe(), (*ours)->root()), "read something else than simdjson", text);
  } else if (ours) {
    Check(MayHaveBigInteger(text), "accepted what simdjson refuses", simdjson::error_message(theirs.error()));
  }
}

void CheckRoundTrips(const Value& root, JsonParser& parser, Arena& arena) {
  const std::string written = ToJson(root);
  const Result<const JsonDocument*> again = parser.Parse(written, arena);
  Check(again.has_value(), "refused what was written", written);
  Check(Equals((*again)->root(), root), "reads back as something else", written);
  Check((*again)->duplicate_keys() == 0, "wrote a key twice", written);
  Check(ToJson((*again)->root()) == written, "is written otherwise the second time", written);

  const Value copy = DeepCopy(root, arena);
  Check(Equals(copy, root) && Equals(root, copy), "a copy is not equal", written);
  const std::string copied = ToJson(copy);
  const Result<const JsonDocument*> from_copy = parser.Parse(copied, arena);
  Check(from_copy && Equals((*from_copy)->root(), root), "a copy reads back as something else", copied);
}

void CheckPosition(const Error& error, size_t size) {
  constexpr std::string_view kAt = " at byte ";
  const size_t at = error.message.find(kAt);
  Check(at != std::string::npos, "names no byte", error.message);
  Check(std::strtoull(error.message.c_str() + at + kAt.size(), nullptr, 10) <= size, "names a byte too far",
        error.message);
}

void Run(std::string_view text) {
  static JsonParser parser;
  Arena arena;
  const Result<const JsonDocument*> parsed = parser.Parse(text, arena);
  CompareWithSimdjson(text, parsed);
  if (!parsed) return CheckPosition(parsed.error(), text.size());
  CheckRoundTrips((*parsed)->root(), parser, arena);
}

}  // namespace
}  // namespace penstock

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  penstock::Run({reinterpret_cast<const char*>(data), size});
  return 0;
}
