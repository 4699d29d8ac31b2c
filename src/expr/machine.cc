#include "expr/machine.h"

#include <cstring>

#include "base/bytes.h"
#include "event/compare.h"
#include "expr/calls.h"
#include "expr/operators.h"

namespace penstock::expr {
namespace {

bool CollectsPairs(uint8_t macro) {
  return macro == static_cast<uint8_t>(ComprehensionKind::kTransformMap) ||
         macro == static_cast<uint8_t>(ComprehensionKind::kFilterTransformMap);
}

constexpr size_t kFreeBytes = 256;  // of a string that is compared without being charged for

}  // namespace

Machine::Machine(const Code& code, Activation& activation)
    : code_(code),
      activation_(activation),
      context_(activation.context_),
      instructions_(code.instructions.data()),
      registers_(activation.registers_) {
  context_.Refill();
}

Value Machine::Run() {
  for (const Instruction* next = instructions_;;) {
    const Instruction& i = *next++;
    Value& target = registers_[i.target];
    switch (i.code) {
      case OpCode::kMove: target = At(i.a); break;
      case OpCode::kVariable: target = activation_.variables_[static_cast<uint32_t>(i.a)]; break;
      case OpCode::kSlot: target = activation_.SlotValue(static_cast<uint32_t>(i.a)); break;
      case OpCode::kHasSlot: target = activation_.HasSlot(static_cast<uint32_t>(i.a)); break;
      case OpCode::kSelect: target = activation_.SelectField(At(i.a), static_cast<uint32_t>(i.b)); break;
      case OpCode::kOptionalSelect:
        target = OptionalSelect(context_, At(i.a), activation_.FieldOf(static_cast<uint32_t>(i.b)));
        break;
      case OpCode::kHas: target = Has(context_, At(i.a), activation_.FieldOf(static_cast<uint32_t>(i.b))); break;
      case OpCode::kApply: Apply(i); break;
      case OpCode::kEqual: next = Equal(i, At(i.a), At(i.b), true); break;
      case OpCode::kNotEqual: next = Equal(i, At(i.a), At(i.b), false); break;
      case OpCode::kLess: next = Compare(i, Operator::kLess, At(i.a), At(i.b)); break;
      case OpCode::kLessEqual: next = Compare(i, Operator::kLessEqual, At(i.a), At(i.b)); break;
      case OpCode::kGreater: next = Compare(i, Operator::kGreater, At(i.a), At(i.b)); break;
      case OpCode::kGreaterEqual: next = Compare(i, Operator::kGreaterEqual, At(i.a), At(i.b)); break;
      case OpCode::kAdd:
      case OpCode::kMultiply: Arithmetic(i); break;
      case OpCode::kNot: Negate(i); break;
      case OpCode::kIn: next = In(i); break;
      case OpCode::kSlotEqual: next = Equal(i, activation_.SlotValue(static_cast<uint32_t>(i.a)), At(i.b), true); break;
      case OpCode::kSlotCompare:
        next = Compare(i, static_cast<Operator>(i.flag & kOperatorBits),
                       activation_.SlotValue(static_cast<uint32_t>(i.a)), At(i.b));
        break;
      case OpCode::kCall: Call(i); break;
      case OpCode::kList: List(i); break;
      case OpCode::kMap: Map(i); break;
      case OpCode::kJump: next = To(i.a); break;
      case OpCode::kJumpIfFalse:
        if (At(i.a).is_false()) next = To(i.c);
        break;
      case OpCode::kJumpIfTrue:
        if (At(i.a).is_true()) next = To(i.c);
        break;
      case OpCode::kAnd: next = Logical(i, false); break;
      case OpCode::kOr: next = Logical(i, true); break;
      case OpCode::kBranch: next = Branch(i); break;
      case OpCode::kIterate: next = Iterate(i); break;
      case OpCode::kNext: next = Next(i); break;
      case OpCode::kNextPair: next = NextPair(i); break;
      case OpCode::kAllStep: next = AllOrExistsStep(i, false); break;
      case OpCode::kExistsStep: next = AllOrExistsStep(i, true); break;
      case OpCode::kExistsOneStep: next = ExistsOneStep(i); break;
      case OpCode::kFilterStep: next = FilterStep(i); break;
      case OpCode::kSkipUnless: next = SkipUnless(i); break;
      case OpCode::kMapStep: next = MapStep(i); break;
      case OpCode::kEntryStep: next = EntryStep(i); break;
      case OpCode::kIsOne:
        if (!target.is_error()) target = Value::Bool(target.as_int() == 1);
        break;
      case OpCode::kMakeMap: target = MapOfPairs(context_, target); break;
      case OpCode::kMergeMaps: target = MergeMaps(context_, target); break;
      case OpCode::kReturn: return At(i.a);
    }
  }
}

void Machine::Apply(const Instruction& i) {
  registers_[i.target] = expr::Apply(context_, static_cast<Operator>(i.flag), At(i.a), At(i.b));
}

// The result of a comparison, and where to go on.
inline const Instruction* Machine::Decide(const Instruction& i, bool result) {
  const bool decisive = (i.flag & kJumpOnTrue) != 0;
  Value& target = registers_[i.target];
  if ((i.flag & kCombines) != 0 && !target.Is(ValueKind::kBool)) [[unlikely]]
    return Combine(i, target, Value::Bool(result), decisive);
  // A bool that combines is not the decisive one, or the comparison would not have been reached.
  target = Value::Bool(result);
  return i.c != 0 && result == decisive ? To(i.c) : &i + 1;
}

const Instruction* Machine::DecideSlowly(const Instruction& i, const Value& result) {
  if (result.Is(ValueKind::kBool)) return Decide(i, result.as_bool());
  Value& target = registers_[i.target];
  if ((i.flag & kCombines) != 0) return Combine(i, target, result, (i.flag & kJumpOnTrue) != 0);
  target = result;
  return &i + 1;
}

inline const Instruction* Machine::Equal(const Instruction& i, const Value& a, const Value& b, bool wanted) {
  if (a.Is(ValueKind::kString) && b.Is(ValueKind::kString) && a.text().size() <= kFreeBytes) [[likely]]
    return Decide(i, SameBytes(a.text(), b.text()) == wanted);
  return DecideSlowly(i, EqualBy(context_, wanted ? Operator::kEqual : Operator::kNotEqual, a, b));
}

template <typename Number>
inline bool Holds(Operator op, Number a, Number b) {
  switch (op) {
    case Operator::kLess: return a < b;
    case Operator::kLessEqual: return a <= b;
    case Operator::kGreater: return a > b;
    default: return a >= b;
  }
}

[[gnu::always_inline]] inline const Instruction* Machine::Compare(const Instruction& i, Operator op, const Value& a,
                                                                  const Value& b) {
  if (a.Is(ValueKind::kDouble) && b.Is(ValueKind::kDouble)) return Decide(i, Holds(op, a.as_double(), b.as_double()));
  if (a.Is(ValueKind::kInt) && b.Is(ValueKind::kInt)) return Decide(i, Holds(op, a.as_int(), b.as_int()));
  return DecideSlowly(i, CompareBy(context_, op, a, b));
}

inline void Machine::Arithmetic(const Instruction& i) {
  const Value& a = At(i.a);
  const Value& b = At(i.b);
  const bool add = i.code == OpCode::kAdd;
  if (a.Is(ValueKind::kDouble) && b.Is(ValueKind::kDouble)) [[likely]] {
    registers_[i.target] = Value::Double(add ? a.as_double() + b.as_double() : a.as_double() * b.as_double());
  } else {
    registers_[i.target] = add ? Add(context_, a, b) : Multiply(context_, a, b);
  }
}

inline void Machine::Negate(const Instruction& i) {
  const Value& a = At(i.a);
  registers_[i.target] = a.Is(ValueKind::kBool) ? Value::Bool(!a.as_bool()) : Not(context_, a);
}

// Most often a string among a few literals.
inline const Instruction* Machine::In(const Instruction& i) {
  const Value& element = At(i.a);
  const Value& list = At(i.b);
  const bool negated = (i.flag & kNegated) != 0;
  constexpr uint32_t kFewItems = 16;
  const bool few = list.Is(ValueKind::kList) && !list.is_json() && list.item_count() <= kFewItems;
  if (!few || !element.Is(ValueKind::kString) || element.text().size() > kFreeBytes) {
    const Value found = expr::In(context_, element, list);
    return DecideSlowly(i, negated ? Not(context_, found) : found);
  }
  bool found = false;
  for (uint32_t item = 0; item < list.item_count() && !found; ++item) {
    const Value& candidate = list.items()[item];
    found = candidate.Is(ValueKind::kString) && SameBytes(candidate.text(), element.text());
  }
  return Decide(i, found != negated);
}

inline void Machine::Call(const Instruction& i) {
  registers_[i.target] =
      CallFunction(context_, code_.calls[static_cast<size_t>(i.b)], &registers_[i.a], static_cast<uint32_t>(i.c));
}

void Machine::List(const Instruction& i) {
  registers_[i.target] =
      MakeList(context_, {&registers_[i.a], static_cast<size_t>(i.b)}, code_.optionals[static_cast<size_t>(i.c)]);
}

void Machine::Map(const Instruction& i) {
  registers_[i.target] =
      MakeMap(context_, {&registers_[i.a], static_cast<size_t>(i.b)}, code_.optionals[static_cast<size_t>(i.c)]);
}

// The error that stands for `value` where a bool is needed.
Value Machine::NotBool(const Value& value) { return NoOverload(context_, "bool", &value, 1); }

inline const Instruction* Machine::Logical(const Instruction& i, bool decisive) {
  return Combine(i, At(i.a), At(i.b), decisive);
}

// Of && and ||: `decisive` on either side decides, whatever the other is; otherwise an error on either side is the
// result.
const Instruction* Machine::Combine(const Instruction& i, const Value& a, const Value& b, bool decisive) {
  Value& target = registers_[i.target];
  if (b.Is(ValueKind::kBool) && b.as_bool() == decisive) {
    target = b;
    return To(i.c);
  }
  if (!a.Is(ValueKind::kBool)) {
    target = NotBool(a);
  } else {
    target = b.Is(ValueKind::kBool) ? b : NotBool(b);
  }
  return &i + 1;
}

inline const Instruction* Machine::Branch(const Instruction& i) {
  const Value& condition = At(i.a);
  if (condition.is_true()) return &i + 1;
  if (condition.is_false()) return To(i.b);
  registers_[i.target] = NotBool(condition);
  return To(i.c);
}

const Instruction* Machine::Iterate(const Instruction& i) {
  const Value range = At(i.a);
  Value& target = registers_[i.target];
  if (!range.Is(ValueKind::kList) && !range.Is(ValueKind::kMap)) {
    target = NoOverload(context_, "macro", &range, 1);
    return To(i.c);
  }
  Iterator& iterator = activation_.iterators_[static_cast<size_t>(i.b)];
  iterator.Start(range);
  switch (static_cast<ComprehensionKind>(i.flag)) {
    case ComprehensionKind::kAll: target = Value::Bool(true); return &i + 1;
    case ComprehensionKind::kExists: target = Value::Bool(false); return &i + 1;
    case ComprehensionKind::kExistsOne: target = Value::Int(0); return &i + 1;
    default: break;
  }
  const uint64_t room = uint64_t{iterator.left()} * (CollectsPairs(i.flag) ? 2 : 1);
  if (!context_.Charge(room)) {
    target = context_.OverBudget();
    return To(i.c);
  }
  target = Value::List(context_.arena().AllocateArray<Value>(room).data(), 0);
  return &i + 1;
}

inline const Instruction* Machine::Next(const Instruction& i) {
  if (!activation_.iterators_[static_cast<size_t>(i.b)].Next(registers_[i.target])) return To(i.c);
  if (context_.Charge(static_cast<uint64_t>(i.a))) [[likely]]
    return &i + 1;
  registers_[i.target - 1] = context_.OverBudget();
  return To(i.c);
}

const Instruction* Machine::NextPair(const Instruction& i) {
  Value* const variables = &registers_[i.target];
  if (!activation_.iterators_[static_cast<size_t>(i.b)].NextPair(variables[0], variables[1])) return To(i.c);
  if (context_.Charge(static_cast<uint64_t>(i.a))) [[likely]]
    return &i + 1;
  registers_[i.target - 1] = context_.OverBudget();
  return To(i.c);
}

inline const Instruction* Machine::AllOrExistsStep(const Instruction& i, bool decisive) {
  const Value& condition = At(i.a);
  Value& target = registers_[i.target];
  if (condition.Is(ValueKind::kBool)) [[likely]] {
    if (condition.as_bool() != decisive) return To(i.b);
    target = condition;
    return To(i.c);
  }
  if (!target.is_error()) target = NotBool(condition);
  return To(i.b);
}

inline const Instruction* Machine::ExistsOneStep(const Instruction& i) {
  const Value& condition = At(i.a);
  Value& target = registers_[i.target];
  if (!condition.Is(ValueKind::kBool)) {
    target = NotBool(condition);
    return To(i.c);
  }
  if (condition.as_bool()) target = Value::Int(target.as_int() + 1);
  return To(i.b);
}

// The list was allocated for as many elements as its range has.
inline void Machine::Append(Value& list, const Value& element) {
  auto* const items = const_cast<Value*>(list.items());
  items[list.item_count()] = element;
  list = Value::List(items, list.item_count() + 1);
}

inline const Instruction* Machine::FilterStep(const Instruction& i) {
  const Value& condition = At(i.a);
  if (!condition.Is(ValueKind::kBool)) {
    registers_[i.target] = NotBool(condition);
    return To(i.c);
  }
  if (condition.as_bool()) Append(registers_[i.target], registers_[i.target + 1]);
  return To(i.b);
}

inline const Instruction* Machine::SkipUnless(const Instruction& i) {
  const Value& condition = At(i.a);
  if (condition.is_true()) return &i + 1;
  if (condition.is_false()) return To(i.b);
  registers_[i.target] = NotBool(condition);
  return To(i.c);
}

inline const Instruction* Machine::MapStep(const Instruction& i) {
  const Value element = At(i.a);
  if (element.is_error()) {
    registers_[i.target] = element;
    return To(i.c);
  }
  Append(registers_[i.target], element);
  return To(i.b);
}

const Instruction* Machine::EntryStep(const Instruction& i) {
  const Value value = At(i.a);
  if (value.is_error()) {
    registers_[i.target] = value;
    return To(i.c);
  }
  Append(registers_[i.target], registers_[i.target + 1]);
  Append(registers_[i.target], value);
  return To(i.b);
}

}  // namespace penstock::expr
