#include "base/utf8.h"

#include <array>
#include <cassert>

namespace penstock {
namespace {

constexpr Utf8Character kInvalid{kReplacementCharacter, 1};

bool IsWellFormed(Utf8Character character) {
  constexpr std::array<char32_t, 5> kSmallest = {0, 0, 0x80, 0x800, 0x10000};  // by the number of bytes
  return character.code_point >= kSmallest[character.bytes] && character.code_point <= kMaxCodePoint &&
         !IsSurrogate(character.code_point);
}

}  // namespace

Utf8Character DecodeUtf8(std::string_view text) {
  assert(!text.empty());
  const auto first = static_cast<unsigned char>(text[0]);
  if (first < 0x80) return {first, 1};
  const size_t bytes = first >= 0xF0 ? 4 : first >= 0xE0 ? 3 : 2;
  if (first < 0xC0 || first >= 0xF8 || text.size() < bytes) return kInvalid;
  char32_t code_point = first & (0x7FU >> bytes);
  for (size_t i = 1; i < bytes; ++i) {
    const auto next = static_cast<unsigned char>(text[i]);
    if ((next & 0xC0) != 0x80) return kInvalid;
    code_point = (code_point << 6) | (next & 0x3FU);
  }
  const Utf8Character character{code_point, bytes};
  return IsWellFormed(character) ? character : kInvalid;
}

size_t ValidUtf8Prefix(std::string_view bytes) {
  size_t valid = 0;
  while (valid < bytes.size()) {
    const Utf8Character character = DecodeUtf8(bytes.substr(valid));
    if (!character.valid()) break;
    valid += character.bytes;
  }
  return valid;
}

size_t CountCodePoints(std::string_view text) {
  size_t count = 0;
  for (const char c : text) count += (static_cast<unsigned char>(c) & 0xC0) == 0x80 ? 0 : 1;
  return count;
}

char* EncodeUtf8(char32_t code_point, char* out) {
  assert(code_point <= kMaxCodePoint && !IsSurrogate(code_point));
  const auto continuation = [&](int shift) { *out++ = static_cast<char>(0x80 | ((code_point >> shift) & 0x3F)); };
  if (code_point < 0x80) {
    *out++ = static_cast<char>(code_point);
    return out;
  }
  if (code_point < 0x800) {
    *out++ = static_cast<char>(0xC0 | (code_point >> 6));
  } else if (code_point < 0x10000) {
    *out++ = static_cast<char>(0xE0 | (code_point >> 12));
    continuation(6);
  } else {
    *out++ = static_cast<char>(0xF0 | (code_point >> 18));
    continuation(12);
    continuation(6);
  }
  continuation(0);
  return out;
}

void AppendUtf8(std::string& out, char32_t code_point) {
  char bytes[4];
  const char* const end = EncodeUtf8(IsSurrogate(code_point) ? kReplacementCharacter : code_point, bytes);
  out.append(static_cast<const char*>(bytes), end);
}

}  // namespace penstock
