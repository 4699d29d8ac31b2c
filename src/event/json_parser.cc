// Two stages. The first is simdjson's: it checks the UTF-8 and finds where every value, bracket, colon and comma
// stands, with the widest instructions the processor has. The second is ours, because it writes nodes that remember
// where in the text they came from: so that what nothing changes is copied to the output as it came, and errors name
// the byte.
#include "event/json_parser.h"

#include <simdjson.h>

#include <algorithm>
#include <span>
#include <string>

#include "event/json_fault.h"
#include "event/json_scanner.h"

namespace penstock {
namespace {

constexpr uint32_t kDepthMax = 1024;
constexpr size_t kBytesMax = size_t{16} << 20;
constexpr size_t kCapacityKept = size_t{1} << 20;  // of the first stage's index, from text to text
constexpr size_t kPadding = 64;

JsonFault DescribeStageOne(simdjson::error_code code, std::string_view source) {
  switch (code) {
    case simdjson::UTF8_ERROR: return FindUtf8Fault(source);
    case simdjson::UNCLOSED_STRING:
    case simdjson::UNESCAPED_CHARS: return FindStringFault(source);
    default: return {0, simdjson::error_message(code)};
  }
}

// Whether numbers and literals can be read without looking for the end of the text: a bracket stands behind them.
bool EndsWithBracket(std::string_view source) {
  const size_t last = source.find_last_not_of(" \t\r\n");
  return last != std::string_view::npos && (source[last] == '}' || source[last] == ']');
}

}  // namespace

struct JsonParser::Scratch {
  JsonLimits limits;
  std::unique_ptr<simdjson::internal::dom_parser_implementation> stage_one;
  JsonScanScratch scan;

  Result<void> Index(std::string_view source);
  Result<const JsonDocument*> Scan(std::string_view source, std::string_view readable, Arena& arena);
};

// Finds the structure of `source`: the first stage.
Result<void> JsonParser::Scratch::Index(std::string_view source) {
  if (stage_one == nullptr || stage_one->capacity() <= source.size() || stage_one->capacity() > kCapacityKept) {
    const size_t capacity = std::max<size_t>(4096, source.size() + source.size() / 4 + 1);
    const auto code =
        simdjson::get_active_implementation()->create_dom_parser_implementation(capacity, limits.depth, stage_one);
    if (code != simdjson::SUCCESS) return Fail(ErrorKind::kUnavailable, "no memory left to parse JSON");
  }
  const auto code =
      stage_one->stage1(reinterpret_cast<const uint8_t*>(source.data()), source.size(), simdjson::stage1_mode::regular);
  if (code == simdjson::SUCCESS) return {};
  const bool empty = source.find_first_not_of(" \t\r\n") == std::string_view::npos;
  const JsonFault fault = empty ? JsonFault{source.size(), "the text is empty"} : DescribeStageOne(code, source);
  return tl::unexpected(AsError(fault));
}

// The second stage. `readable` is the memory that may be looked at: the source, or a copy with room behind it.
Result<const JsonDocument*> JsonParser::Scratch::Scan(std::string_view source, std::string_view readable,
                                                      Arena& arena) {
  const std::span<const uint32_t> index(stage_one->structural_indexes.get(), stage_one->n_structural_indexes);
  return ScanJson({source, readable.data() + readable.size(), index}, scan, arena);
}

JsonParser::JsonParser(JsonLimits limits) : scratch_(std::make_unique<Scratch>()) {
  limits.bytes = std::min(limits.bytes, kBytesMax);
  limits.depth = std::min(limits.depth, kDepthMax);
  scratch_->limits = limits;
  scratch_->scan.frames.resize(limits.depth);
}
JsonParser::~JsonParser() = default;
JsonParser::JsonParser(JsonParser&&) noexcept = default;
JsonParser& JsonParser::operator=(JsonParser&&) noexcept = default;

Result<const JsonDocument*> JsonParser::Parse(std::string_view source, Arena& arena) {
  if (source.size() > scratch_->limits.bytes)
    return Fail(ErrorKind::kLimit, "the JSON text has " + std::to_string(source.size()) + " bytes; the limit is " +
                                       std::to_string(scratch_->limits.bytes));
  TRY(scratch_->Index(source));
  if (EndsWithBracket(source)) [[likely]]
    return scratch_->Scan(source, source, arena);
  // A single scalar, or a text that was cut: reading must not run over its end.
  char* const padded = arena.AllocateArray<char>(source.size() + kPadding).data();
  std::copy(source.begin(), source.end(), padded);
  std::fill_n(padded + source.size(), kPadding, '\0');
  return scratch_->Scan({padded, source.size()}, {padded, source.size() + kPadding}, arena);
}

}  // namespace penstock
