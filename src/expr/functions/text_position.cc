#include "expr/functions/text_position.h"

#include "base/utf8.h"

namespace penstock::expr {

std::optional<size_t> ByteOfCharacter(std::string_view text, int64_t index) {
  if (index < 0 || static_cast<uint64_t>(index) > text.size()) return std::nullopt;
  size_t at = 0;
  for (; index > 0 && at < text.size(); --index) at += CodePointBytes(text[at]);
  return index == 0 ? std::optional<size_t>(at) : std::nullopt;
}

Value NoSuchPosition(CallContext& context, int64_t index, std::string_view text) {
  return context.Fail("position " + std::to_string(index) + " is outside the text, which has " +
                      std::to_string(CountCodePoints(text)) + " characters");
}

}  // namespace penstock::expr
