#include "base/escape.h"

#include "base/utf8.h"

namespace penstock {
namespace {

bool IsPrintable(char32_t code_point) {
  const bool control = code_point < 0x20 || (code_point >= 0x7F && code_point < 0xA0);
  const bool separator_or_direction =
      (code_point >= 0x2028 && code_point <= 0x202E) || (code_point >= 0x2066 && code_point <= 0x2069);
  return !control && !separator_or_direction;
}

// The letter of JSON's two-character escape, or 0.
char ShortEscape(char32_t code_point) {
  switch (code_point) {
    case '"': return '"';
    case '\\': return '\\';
    case '\b': return 'b';
    case '\f': return 'f';
    case '\n': return 'n';
    case '\r': return 'r';
    case '\t': return 't';
    default: return 0;
  }
}

// All that is not printable lies below U+10000: four digits do.
void AppendHexEscape(std::string& out, char32_t code_point) {
  out += "\\u";
  for (int shift = 12; shift >= 0; shift -= 4) out += "0123456789abcdef"[(code_point >> shift) & 0xF];
}

}  // namespace

bool HasUnprintable(std::string_view text) {
  while (!text.empty()) {
    const Utf8Character character = DecodeUtf8(text);
    if (!character.valid() || !IsPrintable(character.code_point)) return true;
    text.remove_prefix(character.bytes);
  }
  return false;
}

void AppendJsonEscaped(std::string& out, std::string_view text) {
  while (!text.empty()) {
    const Utf8Character character = DecodeUtf8(text);
    if (const char letter = ShortEscape(character.code_point); letter != 0) {
      out += {'\\', letter};
    } else if (!character.valid() || !IsPrintable(character.code_point)) {
      AppendHexEscape(out, character.code_point);
    } else {
      out += text.substr(0, character.bytes);
    }
    text.remove_prefix(character.bytes);
  }
}

}  // namespace penstock
