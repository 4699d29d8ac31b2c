#include "expr/code.h"

namespace penstock::expr {

std::optional<OpCode> OwnInstruction(Operator op) {
  switch (op) {
    case Operator::kEqual: return OpCode::kEqual;
    case Operator::kNotEqual: return OpCode::kNotEqual;
    case Operator::kLess: return OpCode::kLess;
    case Operator::kLessEqual: return OpCode::kLessEqual;
    case Operator::kGreater: return OpCode::kGreater;
    case Operator::kGreaterEqual: return OpCode::kGreaterEqual;
    case Operator::kAdd: return OpCode::kAdd;
    case Operator::kMultiply: return OpCode::kMultiply;
    case Operator::kNot: return OpCode::kNot;
    case Operator::kIn: return OpCode::kIn;
    default: return std::nullopt;
  }
}

OpCode StepInstruction(ComprehensionKind kind) {
  switch (kind) {
    case ComprehensionKind::kAll: return OpCode::kAllStep;
    case ComprehensionKind::kExists: return OpCode::kExistsStep;
    case ComprehensionKind::kExistsOne: return OpCode::kExistsOneStep;
    case ComprehensionKind::kFilter: return OpCode::kFilterStep;
    case ComprehensionKind::kTransformMap:
    case ComprehensionKind::kFilterTransformMap: return OpCode::kEntryStep;
    case ComprehensionKind::kMap:
    case ComprehensionKind::kFilterMap:
    case ComprehensionKind::kTransformEntry:
    case ComprehensionKind::kFilterTransformEntry: return OpCode::kMapStep;
  }
  __builtin_unreachable();
}

}  // namespace penstock::expr
