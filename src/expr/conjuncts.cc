#include "expr/conjuncts.h"

#include <cstdint>

#include "expr/lexer.h"

namespace penstock::expr {
namespace {

bool Opens(const Token& token) { return token.Is("(") || token.Is("[") || token.Is("{"); }
bool Closes(const Token& token) { return token.Is(")") || token.Is("]") || token.Is("}"); }
bool IsEnd(const Token& token) { return token.kind == TokenKind::kEnd || token.kind == TokenKind::kInvalid; }

// From the first token to the last, without the space around them.
struct Part {
  uint32_t begin = UINT32_MAX;
  uint32_t end = 0;

  void Add(const Token& token) {
    if (begin == UINT32_MAX) begin = token.offset;
    end = token.end;
  }
};

}  // namespace

std::vector<std::string_view> Conjuncts(std::string_view source) {
  Lexer lexer(source);
  std::vector<std::string_view> conjuncts;
  Part part;
  Part whole;
  bool joined_otherwise = false;
  int depth = 0;
  for (Token token = lexer.Next(); !IsEnd(token); token = lexer.Next()) {
    depth += Opens(token) ? 1 : 0;
    depth -= Closes(token) ? 1 : 0;
    whole.Add(token);
    joined_otherwise = joined_otherwise || (depth == 0 && (token.Is("||") || token.Is("?")));
    if (depth == 0 && token.Is("&&")) {
      conjuncts.push_back(source.substr(part.begin, part.end - part.begin));
      part = {};
    } else {
      part.Add(token);
    }
  }
  if (whole.end == 0) return {};
  if (joined_otherwise) return {source.substr(whole.begin, whole.end - whole.begin)};
  conjuncts.push_back(source.substr(part.begin, part.end - part.begin));
  return conjuncts;
}

}  // namespace penstock::expr
