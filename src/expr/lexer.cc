#include "expr/lexer.h"

#include <algorithm>
#include <array>
#include <string>

#include "base/escape.h"
#include "base/utf8.h"

namespace penstock::expr {
namespace {

constexpr std::array kReservedWords = {"as",       "break",  "const",  "continue", "else", "for",
                                       "function", "if",     "import", "let",      "loop", "namespace",
                                       "package",  "return", "var",    "void",     "while"};
constexpr std::array kTwoCharacterPunctuation = {"==", "!=", "<=", ">=", "&&", "||"};
constexpr std::string_view kOneCharacterPunctuation = "+-*/%!<>?:.,()[]{}";

bool IsDigit(char c) { return c >= '0' && c <= '9'; }
bool IsWordStart(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_'; }
bool IsWordPart(char c) { return IsWordStart(c) || IsDigit(c); }
bool IsQuotedPart(char c) { return IsWordPart(c) || c == '.' || c == '-' || c == '/' || c == ' '; }

TokenKind WordKind(std::string_view word) {
  if (word == "true") return TokenKind::kTrue;
  if (word == "false") return TokenKind::kFalse;
  if (word == "null") return TokenKind::kNull;
  if (word == "in") return TokenKind::kIn;
  const bool reserved = std::find(kReservedWords.begin(), kReservedWords.end(), word) != kReservedWords.end();
  return reserved ? TokenKind::kReserved : TokenKind::kIdentifier;
}

// What is wrong with a character that begins no token.
std::string_view StrangeCharacter(std::string_view character) {
  constexpr std::array kTypographicQuotes = {"\u2018", "\u2019", "\u201C", "\u201D", "\u00AB", "\u00BB"};
  const bool quote =
      std::find(kTypographicQuotes.begin(), kTypographicQuotes.end(), character) != kTypographicQuotes.end();
  if (quote) return "expected a straight quote, ' or \", around a text";
  if (character == "\u00A0" || HasUnprintable(character)) return "an invisible character stands here; delete it";
  return "this character has no meaning in an expression";
}

}  // namespace

Token Lexer::Make(TokenKind kind, size_t begin) const {
  return {kind, static_cast<uint32_t>(begin), static_cast<uint32_t>(next_), source_.substr(begin, next_ - begin)};
}

Token Lexer::Invalid(size_t begin, std::string_view message) {
  return {TokenKind::kInvalid, static_cast<uint32_t>(begin), static_cast<uint32_t>(next_), message};
}

void Lexer::SkipSpaceAndComments() {
  for (;;) {
    const char c = At(next_);
    const bool space = c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == '\f';
    if (space && next_ < source_.size()) {
      ++next_;
    } else if (c == '/' && At(next_ + 1) == '/') {
      next_ = std::min(source_.find('\n', next_), source_.size());
    } else {
      return;
    }
  }
}

Token Lexer::Next() {
  SkipSpaceAndComments();
  if (next_ >= source_.size()) return Make(TokenKind::kEnd, next_);
  const char c = source_[next_];
  if (IsDigit(c) || (c == '.' && IsDigit(At(next_ + 1)))) return ReadNumber();
  if (const size_t prefix = StringPrefix(); At(next_ + prefix) == '"' || At(next_ + prefix) == '\'')
    return ReadString(prefix);
  if (IsWordStart(c)) return ReadWord();
  if (c == '`') return ReadQuotedIdentifier();
  return ReadPunctuation();
}

Token Lexer::ReadWord() {
  const size_t begin = next_;
  while (IsWordPart(At(next_))) ++next_;
  return Make(WordKind(source_.substr(begin, next_ - begin)), begin);
}

// Length of r, b, rb, br in any case before a quote; 0 where there is none.
size_t Lexer::StringPrefix() const {
  bool raw = false;
  bool bytes = false;
  size_t length = 0;
  for (; length < 2; ++length) {
    const char c = static_cast<char>(At(next_ + length) | 0x20);
    bool& seen = c == 'r' ? raw : bytes;
    if ((c != 'r' && c != 'b') || seen) break;
    seen = true;
  }
  const char quote = At(next_ + length);
  return quote == '"' || quote == '\'' ? length : 0;
}

Token Lexer::ReadString(size_t prefix_bytes) {
  const size_t begin = next_;
  const std::string_view prefix = source_.substr(begin, prefix_bytes);
  const bool raw = prefix.find_first_of("rR") != std::string_view::npos;
  const bool bytes = prefix.find_first_of("bB") != std::string_view::npos;
  next_ += prefix_bytes;
  const char quote = source_[next_];
  const bool triple = At(next_ + 1) == quote && At(next_ + 2) == quote;
  const size_t quotes = triple ? 3 : 1;
  next_ += quotes;
  const std::string closing(quotes, quote);
  for (; next_ < source_.size(); ++next_) {
    const char c = source_[next_];
    if (!triple && (c == '\n' || c == '\r')) break;
    if (source_.substr(next_).starts_with(closing)) {
      next_ += quotes;
      return Make(bytes ? TokenKind::kBytes : TokenKind::kString, begin);
    }
    if (c == '\\' && !raw) ++next_;
  }
  next_ = std::min(next_, source_.size());
  return Invalid(begin, "the string that begins here is not closed");
}

Token Lexer::ReadQuotedIdentifier() {
  const size_t begin = next_++;
  while (IsQuotedPart(At(next_))) ++next_;
  if (At(next_) != '`' || next_ == begin + 1)
    return Invalid(
        begin, "a name in backticks holds letters, digits, '_', '-', '.', '/' and spaces, and ends with a backtick");
  ++next_;
  Token token = Make(TokenKind::kQuotedIdentifier, begin);
  token.text = token.text.substr(1, token.text.size() - 2);
  return token;
}

Token Lexer::ReadNumber() {
  const size_t begin = next_;
  if (source_[next_] == '0' && (At(next_ + 1) | 0x20) == 'x') {
    next_ += 2;
    while (HexDigit(At(next_)) >= 0) ++next_;
    if (next_ == begin + 2) return Invalid(begin, "expected hexadecimal digits after 0x");
  } else {
    TokenKind kind = TokenKind::kInt;
    while (IsDigit(At(next_))) ++next_;
    if (At(next_) == '.' && IsDigit(At(next_ + 1))) {
      kind = TokenKind::kDouble;
      ++next_;
      while (IsDigit(At(next_))) ++next_;
    }
    if ((At(next_) | 0x20) == 'e') {
      size_t digits = next_ + 1;
      if (At(digits) == '+' || At(digits) == '-') ++digits;
      if (!IsDigit(At(digits))) return Invalid(begin, "expected digits in the exponent of a number");
      kind = TokenKind::kDouble;
      next_ = digits;
      while (IsDigit(At(next_))) ++next_;
    }
    if (kind == TokenKind::kDouble) return Make(kind, begin);
  }
  if ((At(next_) | 0x20) != 'u') return Make(TokenKind::kInt, begin);
  ++next_;
  return Make(TokenKind::kUint, begin);
}

Token Lexer::ReadPunctuation() {
  const size_t begin = next_;
  if (source_.substr(next_).starts_with("<>")) return Invalid(begin, "expected '!=' for what is not equal");
  for (const std::string_view two : kTwoCharacterPunctuation) {
    if (!source_.substr(next_).starts_with(two)) continue;
    next_ += 2;
    return Make(TokenKind::kPunctuation, begin);
  }
  const char c = source_[next_];
  next_ += CodePointBytes(c);
  next_ = std::min(next_, source_.size());
  if (kOneCharacterPunctuation.find(c) != std::string_view::npos) return Make(TokenKind::kPunctuation, begin);
  const bool third = c == '=' && begin > 0 && source_[begin - 1] == '=';
  if (third) return Invalid(begin, "expected an expression after '==' or '!=', which have no third '='");
  if (c == '=') return Invalid(begin, "expected '==' to compare; CEL has no assignment");
  if (c == '&' || c == '|') return Invalid(begin, c == '&' ? "expected '&&'" : "expected '||'");
  return Invalid(begin, StrangeCharacter(source_.substr(begin, next_ - begin)));
}

}  // namespace penstock::expr
