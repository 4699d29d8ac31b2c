#include "expr/literal.h"

#include <charconv>
#include <cmath>
#include <cstdlib>
#include <cstring>

#include "base/utf8.h"

namespace penstock::expr {
namespace {

// Reads the digits of an int or uint, without sign and suffix.
bool ReadMagnitude(std::string_view text, uint64_t& magnitude) {
  const bool hexadecimal = text.starts_with("0x") || text.starts_with("0X");
  if (hexadecimal) text.remove_prefix(2);
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), magnitude, hexadecimal ? 16 : 10);
  return error == std::errc{} && end == text.data() + text.size();
}

// Takes prefix and quotes off a string literal.
struct Quoted {
  bool raw;
  std::string_view body;
};
Quoted Unquote(std::string_view text) {
  const size_t quote = text.find_first_of("'\"");
  const bool raw = text.substr(0, quote).find_first_of("rR") != std::string_view::npos;
  text.remove_prefix(quote);
  const std::string_view three = text.substr(0, 3);
  const bool triple = text.size() >= 6 && (three == "'''" || three == "\"\"\"");
  const size_t quotes = triple ? 3 : 1;
  return {raw, text.substr(quotes, text.size() - 2 * quotes)};
}

char ShortEscape(char c) {
  switch (c) {
    case 'a': return '\a';
    case 'b': return '\b';
    case 'f': return '\f';
    case 'n': return '\n';
    case 'r': return '\r';
    case 't': return '\t';
    case 'v': return '\v';
    case '\\':
    case '?':
    case '"':
    case '\'':
    case '`': return c;
    default: return 0;
  }
}

// Decodes the escapes of one literal. In strings, \x and octal escapes are code points; in bytes, they are bytes.
class Unescaper {
 public:
  Unescaper(std::string_view body, bool bytes, char* out) : body_(body), bytes_(bytes), begin_(out), out_(out) {}

  Result<size_t> Run() {
    while (at_ < body_.size()) {
      const size_t plain = std::min(body_.find('\\', at_), body_.size()) - at_;
      std::memcpy(out_, body_.data() + at_, plain);
      out_ += plain;
      at_ += plain;
      if (at_ < body_.size()) TRY(Escape());
    }
    return static_cast<size_t>(out_ - begin_);
  }

 private:
  Result<void> Escape() {
    const char c = at_ + 1 < body_.size() ? body_[at_ + 1] : '\0';
    if (c == 'x' || c == 'X') return Number(at_ + 2, 2, 16);
    if (c == 'u' && !bytes_) return Number(at_ + 2, 4, 16);
    if (c == 'U' && !bytes_) return Number(at_ + 2, 8, 16);
    if (c >= '0' && c <= '3') return Number(at_ + 1, 3, 8);
    const char decoded = ShortEscape(c);
    if (decoded == 0) return Invalid("'" + Shown(at_ + 1) + "' is no escape; write '\\\\' for a backslash, or r'...'");
    *out_++ = decoded;
    at_ += 2;
    return {};
  }

  Result<void> Number(size_t begin, size_t digits, int base) {
    const std::string_view text = body_.substr(std::min(begin, body_.size()), digits);
    uint32_t number = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number, base);
    if (text.size() != digits || error != std::errc{} || end != text.data() + digits)
      return Invalid("'" + Shown(at_ + 1) + "' needs " + std::to_string(digits) +
                     (base == 8 ? " octal" : " hexadecimal") + " digits");
    if (bytes_) {
      *out_++ = static_cast<char>(number);
      at_ = begin + digits;
      return {};
    }
    if (number > kMaxCodePoint || IsSurrogate(number))
      return Invalid("'" + Shown(begin + digits - 1) + "' is no Unicode character");
    out_ = EncodeUtf8(number, out_);
    at_ = begin + digits;
    return {};
  }

  // The escape up to and including the character that begins at `last`.
  std::string Shown(size_t last) const {
    const size_t end = last < body_.size() ? last + CodePointBytes(body_[last]) : body_.size();
    return std::string(body_.substr(at_, end - at_));
  }

  std::string_view body_;
  bool bytes_;
  size_t at_ = 0;
  char* begin_;
  char* out_;
};

Result<std::string_view> ReadQuoted(std::string_view text, bool bytes, Arena& arena) {
  const Quoted quoted = Unquote(text);
  if (quoted.raw || quoted.body.find('\\') == std::string_view::npos) return arena.Copy(quoted.body);
  char* const out = arena.AllocateArray<char>(quoted.body.size()).data();
  TRY_ASSIGN(const size_t size, Unescaper(quoted.body, bytes, out).Run());
  return std::string_view(out, size);
}

}  // namespace

Result<Value> ReadIntLiteral(std::string_view text, bool negative) {
  uint64_t magnitude = 0;
  const uint64_t limit = static_cast<uint64_t>(INT64_MAX) + (negative ? 1 : 0);
  if (!ReadMagnitude(text, magnitude) || magnitude > limit)
    return Invalid("this int is out of range; uints are written with a u: 18446744073709551615u");
  return Value::Int(static_cast<int64_t>(negative ? ~magnitude + 1 : magnitude));
}

Result<Value> ReadUintLiteral(std::string_view text) {
  uint64_t magnitude = 0;
  if (!ReadMagnitude(text.substr(0, text.size() - 1), magnitude)) return Invalid("this uint is out of range");
  return Value::Uint(magnitude);
}

Result<Value> ReadDoubleLiteral(std::string_view text, bool negative) {
  const double value = std::strtod(std::string(text).c_str(), nullptr);
  if (std::isinf(value)) return Invalid("this double is out of range; infinity is written double('Infinity')");
  return Value::Double(negative ? -value : value);
}

Result<Value> ReadStringLiteral(std::string_view text, Arena& arena) {
  TRY_ASSIGN(const std::string_view decoded, ReadQuoted(text, false, arena));
  return Value::String(decoded);
}

Result<Value> ReadBytesLiteral(std::string_view text, Arena& arena) {
  TRY_ASSIGN(const std::string_view decoded, ReadQuoted(text, true, arena));
  return Value::Bytes(decoded);
}

}  // namespace penstock::expr
