// The operators between two operands, as they are written.
#pragma once

#include <array>
#include <string_view>

#include "expr/ast.h"
#include "expr/lexer.h"

namespace penstock::expr {

struct BinaryOperator {
  std::string_view text;
  Operator op;
  int level;  // binds the tighter, the higher
};
inline constexpr int kRelationLevel = 1;
inline constexpr int kHighestLevel = 3;
inline constexpr std::array kBinaryOperators = {
    BinaryOperator{"<", Operator::kLess, 1},     BinaryOperator{"<=", Operator::kLessEqual, 1},
    BinaryOperator{">", Operator::kGreater, 1},  BinaryOperator{">=", Operator::kGreaterEqual, 1},
    BinaryOperator{"==", Operator::kEqual, 1},   BinaryOperator{"!=", Operator::kNotEqual, 1},
    BinaryOperator{"in", Operator::kIn, 1},      BinaryOperator{"+", Operator::kAdd, 2},
    BinaryOperator{"-", Operator::kSubtract, 2}, BinaryOperator{"*", Operator::kMultiply, 3},
    BinaryOperator{"/", Operator::kDivide, 3},   BinaryOperator{"%", Operator::kModulo, 3}};

// The operator of `level` that the token is, or null.
inline const BinaryOperator* FindBinaryOperator(const Token& token, int level) {
  if (token.kind != TokenKind::kPunctuation && token.kind != TokenKind::kIn) return nullptr;
  for (const BinaryOperator& candidate : kBinaryOperators)
    if (candidate.level == level && candidate.text == token.text) return &candidate;
  return nullptr;
}

}  // namespace penstock::expr
