// JSON: whatever the bytes, the parser accepts what simdjson accepts and reads the same from it; and what is written of
// a document reads back as the same document.
#include <simdjson.h>

#include <cstdio>
#include <cstdlib>
#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "event/collection.h"
#include "event/compare.h"
#include "event/json_parser.h"
#include "event/json_writer.h"

namespace penstock {
namespace {

void Check(bool holds, const char* what, std::string_view detail = {}) {
  if (holds) return;
  std::fprintf(stderr, "%s: %.*s\n", what, static_cast<int>(detail.size()), detail.data());
  std::abort();
}

using simdjson::dom::element_type;

bool SameScalar(const simdjson::dom::element& theirs, const Value& ours) {
  switch (theirs.type()) {
    case element_type::BOOL: return bool(theirs) ? ours.is_true() : ours.is_false();
    case element_type::INT64: return ours.Is(ValueKind::kInt) && ours.as_int() == int64_t(theirs);
    case element_type::UINT64: return ours.Is(ValueKind::kUint) && ours.as_uint() == uint64_t(theirs);
    case element_type::DOUBLE: return ours.Is(ValueKind::kDouble) && ours.as_double() == double(theirs);
    case element_type::STRING: return ours.Is(ValueKind::kString) && ours.text() == std::string_view(theirs);
    default: return ours.Is(ValueKind::kNull);
  }
}

bool Same(const simdjson::dom::element& theirs, const Value& ours);

bool SameList(const simdjson::dom::array& theirs, const Value& ours) {
  if (!ours.Is(ValueKind::kList)) return false;
  ListCursor cursor(ours);
  Value element;
  for (const simdjson::dom::element their : theirs)
    if (!cursor.Next(element) || !Same(their, element)) return false;
  return !cursor.Next(element);
}

// They keep every member; of ours the last of a name counts.
bool SameMap(const simdjson::dom::object& theirs, const Value& ours) {
  if (!ours.Is(ValueKind::kMap)) return false;
  std::map<std::string_view, simdjson::dom::element> last;
  for (const auto member : theirs) last[member.key] = member.value;
  if (last.size() != MapSize(ours)) return false;
  for (const auto& [name, their] : last) {
    const std::optional<Value> value = MapFind(ours, name);
    if (!value || !Same(their, *value)) return false;
  }
  return true;
}

bool Same(const simdjson::dom::element& theirs, const Value& ours) {
  if (theirs.type() == element_type::ARRAY) return SameList(theirs.get_array(), ours);
  if (theirs.type() == element_type::OBJECT) return SameMap(theirs.get_object(), ours);
  return SameScalar(theirs, ours);
}

// Whether the text has an integer that no 64 bits hold: they refuse it, we read it as a double.
bool HasBigInteger(std::string_view text) {
  size_t digits = 0;
  for (const char c : text) {
    digits = c >= '0' && c <= '9' ? digits + 1 : 0;
    if (digits >= 19) return true;
  }
  return false;
}

void CompareWithSimdjson(std::string_view text, const Result<const JsonDocument*>& ours) {
  if (!ours && ours.error().kind == ErrorKind::kLimit) return;
  static simdjson::dom::parser parser;
  const auto theirs = parser.parse(text.data(), text.size());
  if (theirs.error() == simdjson::SUCCESS) {
    Check(ours.has_value(), "refused what simdjson accepts", ours ? "" : ours.error().message);
    Check(Same(theirs.value_unsafe(), (*ours)->root()), "read something else than simdjson", text);
  } else if (ours) {
    Check(HasBigInteger(text), "accepted what simdjson refuses", simdjson::error_message(theirs.error()));
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
