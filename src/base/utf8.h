// UTF-8, one character at a time.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace penstock {

inline constexpr char32_t kReplacementCharacter = 0xFFFD;

struct Utf8Character {
  char32_t code_point;
  size_t bytes;

  // U+FFFD itself takes three bytes.
  bool valid() const { return code_point != kReplacementCharacter || bytes != 1; }
  bool operator==(const Utf8Character&) const = default;
};

// The first character of `text`, which is not empty. A byte that begins no well-formed character (Unicode 15, table
// 3-7: no surrogates, no overlong forms, nothing above U+10FFFF) counts as the replacement character, of one byte.
Utf8Character DecodeUtf8(std::string_view text);

// `code_point` is at most U+10FFFF. A surrogate is written as the replacement character.
void AppendUtf8(std::string& out, char32_t code_point);

// How many bytes from the start on are well-formed; all of them, where `bytes` is valid.
size_t ValidUtf8Prefix(std::string_view bytes);
inline bool IsValidUtf8(std::string_view bytes) { return ValidUtf8Prefix(bytes) == bytes.size(); }

// Characters of a valid text.
size_t CountCodePoints(std::string_view text);

// Bytes of the character that begins with `lead`, in a valid text.
inline size_t CodePointBytes(char lead) {
  const auto byte = static_cast<unsigned char>(lead);
  return byte < 0x80 ? 1 : byte < 0xE0 ? 2 : byte < 0xF0 ? 3 : 4;
}

inline constexpr char32_t kMaxCodePoint = 0x10FFFF;
inline bool IsSurrogate(char32_t code_point) { return code_point >= 0xD800 && code_point <= 0xDFFF; }

// Writes one to four bytes and returns the byte after them. `code_point` is no surrogate, and at most kMaxCodePoint.
char* EncodeUtf8(char32_t code_point, char* out);

// The value of a hexadecimal digit, or -1.
inline int HexDigit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  const char lower = static_cast<char>(c | 0x20);
  return lower >= 'a' && lower <= 'f' ? lower - 'a' + 10 : -1;
}

}  // namespace penstock
