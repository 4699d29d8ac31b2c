#include "expr/ast.h"

namespace penstock::expr {

std::string_view OperatorText(Operator op) {
  switch (op) {
    case Operator::kAdd: return "+";
    case Operator::kSubtract:
    case Operator::kNegate: return "-";
    case Operator::kMultiply: return "*";
    case Operator::kDivide: return "/";
    case Operator::kModulo: return "%";
    case Operator::kNot: return "!";
    case Operator::kEqual: return "==";
    case Operator::kNotEqual: return "!=";
    case Operator::kLess: return "<";
    case Operator::kLessEqual: return "<=";
    case Operator::kGreater: return ">";
    case Operator::kGreaterEqual: return ">=";
    case Operator::kIn: return "in";
    case Operator::kIndex:
    case Operator::kOptionalIndex: return "[]";
  }
  __builtin_unreachable();
}

}  // namespace penstock::expr
