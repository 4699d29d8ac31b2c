// The flat form that an expression runs in: instructions over registers.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "expr/ast.h"
#include "expr/call_site.h"
#include "expr/type.h"

namespace penstock::expr {

enum class OpCode : uint8_t {
  kMove,            // target = a
  kVariable,        // target = variable a
  kSlot,            // target = slot a
  kHasSlot,         // target = has(slot a)
  kSelect,          // target = a . the field of lookup b
  kOptionalSelect,  // target = a .? the field of lookup b
  kHas,             // target = has(a . the field of lookup b)
  kApply,           // target = operator flag of a, b
  kEqual,           // the operators that most rules are made of: target = a == b .., and to c, if c is not 0 and the
                    // result is the bool that flag kJumpOnTrue says
  kNotEqual,
  kLess,
  kLessEqual,
  kGreater,
  kGreaterEqual,
  kAdd,
  kMultiply,
  kIn,  // the same of `in`
  kNot,
  kSlotEqual,    // target = slot a == b, and to c likewise
  kSlotCompare,  // target = slot a < b, by operator flag, and to c likewise
  kCall,         // target = call b of the c registers from a on
  kList,         // target = list of the b registers from a on; flag: some are optional, as `optionals` c says
  kMap,          // target = map of the b pairs of registers from a on; likewise
  kJump,         // to a
  kJumpIfFalse,  // to c, if a is false
  kJumpIfTrue,   // to c, if a is true
  kAnd,          // target = a && b, and to c if that is false
  kOr,           // target = a || b, and to c if that is true
  kBranch,       // on if a is true; to b if false; else target = error and to c
  kIterate,      // begin iterator b over a, target being what the macro (flag) collects; to c if a is no collection
  kNext,         // target = next of iterator b, at the price of a; to c if there is none
  kNextPair,     // the same of a position and an element, or a key and a value: of target and the register after it
  kAllStep,      // a is the condition of one round, target what is collected; to b for the next round, or c for the end
  kExistsStep,
  kExistsOneStep,
  kFilterStep,  // the round's element is the register after target
  kSkipUnless,  // to b if a is false; to c, target = error, if it is no bool
  kMapStep,     // a is what the round adds
  kEntryStep,   // a is the value that the round adds, behind the key in the register after target
  kIsOne,       // target = (target == 1), unless it is an error
  kMakeMap,     // target = the map of the keys and values in the list target, unless that is an error
  kMergeMaps,   // target = the map of all entries of the maps in the list target, likewise
  kReturn,      // a
};

constexpr uint8_t kJumpOnTrue = 0x80;

// Set in the flag of a comparison that is an operand of && or ||, but not the first: target = target && result, and to
// c if that decides.
constexpr uint8_t kCombines = 0x40;
// Set in the flag of kIn: target = !(a in b).
constexpr uint8_t kNegated = 0x20;
constexpr uint8_t kOperatorBits = 0x1F;

// Operands a and b that are values: a register, or ~ the number of a constant of the environment.
struct Instruction {
  OpCode code;
  uint8_t flag = 0;
  uint16_t target = 0;
  int32_t a = 0;
  int32_t b = 0;
  int32_t c = 0;
};
static_assert(sizeof(Instruction) == 16);

struct Code {
  std::vector<Instruction> instructions;
  std::vector<CallSite> calls;
  std::vector<std::vector<bool>> optionals;
  Type type;  // of the value; dyn where it was not checked
};

// Of the operators that have an instruction of their own; the others are kApply.
std::optional<OpCode> OwnInstruction(Operator op);

// That which ends a round of a macro.
OpCode StepInstruction(ComprehensionKind kind);

}  // namespace penstock::expr
