#include "model/remote/model_answer.h"

#include <charconv>

namespace penstock::remote {
namespace {

constexpr size_t kNameBytesMax = 128;

// Names hold no line feed, so that it separates them.
void AppendName(std::string_view name, std::string& out) {
  for (const char c : name.substr(0, kNameBytesMax))
    if (c >= ' ' && c <= '~') out += c;
  out += '\n';
}

std::string_view TakeLine(std::string_view& rest) {
  const size_t end = rest.find('\n');
  const std::string_view line = rest.substr(0, end);
  rest = end == std::string_view::npos ? std::string_view() : rest.substr(end + 1);
  return line;
}

}  // namespace

std::string Pack(const ModelAnswer& answer) {
  std::string packed;
  packed.reserve(answer.text.size() + answer.finish_reason.size() + answer.version.size() + 16);
  AppendName(std::to_string(answer.status), packed);
  AppendName(answer.finish_reason, packed);
  AppendName(answer.version, packed);
  AppendName(answer.is_refusal ? "refusal" : "answer", packed);
  packed += answer.text;
  return packed;
}

UnpackedAnswer Unpack(std::string_view packed) {
  UnpackedAnswer answer;
  const std::string_view status = TakeLine(packed);
  std::from_chars(status.data(), status.data() + status.size(), answer.status);
  answer.finish_reason = TakeLine(packed);
  answer.version = TakeLine(packed);
  answer.is_refusal = TakeLine(packed) == "refusal";
  answer.text = packed;
  return answer;
}

}  // namespace penstock::remote
