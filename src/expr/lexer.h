// Text -> tokens of CEL (cel-spec doc/langdef.md, section Syntax).
#pragma once

#include <cstdint>
#include <string_view>

namespace penstock::expr {

enum class TokenKind : uint8_t {
  kEnd,
  kIdentifier,
  kQuotedIdentifier,  // `a-b`, without the backticks
  kReserved,          // a word that may name a field, but nothing else
  kTrue,
  kFalse,
  kNull,
  kInt,
  kUint,
  kDouble,
  kString,
  kBytes,
  kIn,
  kPunctuation,  // its text says which
  kInvalid,      // its text says what is wrong
};

struct Token {
  TokenKind kind = TokenKind::kEnd;
  uint32_t offset = 0;
  uint32_t end = 0;
  // The token as written. Of a quoted identifier, what stands between the backticks; of an invalid token, the message.
  std::string_view text;

  bool Is(std::string_view punctuation) const { return kind == TokenKind::kPunctuation && text == punctuation; }
};

// Reads one token after another. Borrows the source.
class Lexer {
 public:
  explicit Lexer(std::string_view source) : source_(source) {}

  Token Next();

 private:
  void SkipSpaceAndComments();
  Token ReadNumber();
  Token ReadWord();
  Token ReadString(size_t prefix_bytes);
  Token ReadQuotedIdentifier();
  Token ReadPunctuation();
  size_t StringPrefix() const;
  Token Make(TokenKind kind, size_t begin) const;
  Token Invalid(size_t begin, std::string_view message);
  char At(size_t index) const { return index < source_.size() ? source_[index] : '\0'; }

  std::string_view source_;
  size_t next_ = 0;
};

}  // namespace penstock::expr
