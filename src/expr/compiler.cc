#include "expr/compiler.h"

#include <algorithm>
#include <cassert>
#include <optional>
#include <string>

#include "event/collection.h"
#include "expr/call_site.h"
#include "expr/calls.h"
#include "expr/names.h"
#include "expr/operators.h"
#include "expr/path.h"

namespace penstock::expr {
namespace {

constexpr uint32_t kRegistersMax = 60'000;
constexpr int32_t kInstructionsPerUnit = 32;    // of a macro's round
constexpr uint64_t kFoldingBudget = 1'000'000;  // of all literals together: that of one evaluation

// Stands where an instruction leaves a macro, until the place is known.
constexpr int32_t kEndOfMacro = INT32_MIN;

// A value that an instruction can take: a register, or ~constant.
using Operand = int32_t;

// Every expression is compiled with `top`, the first register that is free: its value is left there, unless it is a
// constant or stands in a register already.
class Compiler {
 public:
  Compiler(const Ast& ast, Environment& environment, std::vector<Diagnostic>& diagnostics)
      : ast_(ast),
        environment_(environment),
        diagnostics_(diagnostics),
        folding_(environment.arena(), kFoldingBudget) {}

  std::unique_ptr<Code> Run() {
    const Operand result = Emit(ast_.root, 0);
    Add({.code = OpCode::kReturn, .a = result});
    environment_.Reserve(registers_, iterators_max_);
    return std::move(code_);
  }

 private:
  Operand Emit(NodeId id, uint32_t top);
  Operand EmitTo(NodeId id, uint32_t top);
  Operand EmitName(NodeId id, uint32_t top);
  Operand EmitSelect(NodeId id, uint32_t top);
  Operand EmitHas(NodeId id, uint32_t top);
  Operand EmitPath(const Path& path, uint32_t top);
  Operand EmitOperator(NodeId id, uint32_t top);
  Operand EmitBinary(const Node& node, Operand left, Operand right, uint32_t top);
  bool FuseSlot(const Node& node, Operand right, uint32_t top);
  bool FuseLogical(NodeId operand, size_t begin, uint32_t top, bool is_and, bool first);
  // !(a in b), which is one instruction.
  bool IsNotIn(NodeId id) const {
    return ast_.IsOperator(id, Operator::kNot) && ast_.IsOperator(ast_.Child(id, 0), Operator::kIn);
  }
  Operand EmitLogical(NodeId id, uint32_t top);
  Operand EmitConditional(NodeId id, uint32_t top);
  Operand EmitCall(NodeId id, uint32_t top);
  Operand EmitCollection(NodeId id, uint32_t top);
  Operand EmitComprehension(NodeId id, uint32_t top);
  void EmitStep(const Node& node, std::span<const NodeId> steps, uint32_t top, size_t next);
  std::optional<Path> PathAt(NodeId id) { return PathOf(ast_, id, environment_, locals_); }

  Operand Constant(const Value& value);
  Operand ConstantError(std::string_view message) { return Constant(Value::Error(environment_.arena().Copy(message))); }
  bool IsConstant(Operand operand) const { return operand < 0; }
  const Value& ConstantValue(Operand operand) const {
    return environment_.constants()[static_cast<uint32_t>(~operand)];
  }
  uint32_t Reserve(uint32_t reg);
  size_t Add(Instruction instruction);
  int32_t Here() const { return static_cast<int32_t>(code_->instructions.size()); }
  Instruction& At(size_t index) { return code_->instructions[index]; }

  const Ast& ast_;
  Environment& environment_;
  std::vector<Diagnostic>& diagnostics_;
  std::unique_ptr<Code> code_ = std::make_unique<Code>();
  CallContext folding_;
  Locals<uint32_t> locals_;  // the registers of macros' variables
  uint32_t iterators_ = 0;   // in use around the place that is being compiled
  uint32_t iterators_max_ = 0;
  uint32_t registers_ = 1;
  bool too_large_ = false;
};

size_t Compiler::Add(Instruction instruction) {
  code_->instructions.push_back(instruction);
  return code_->instructions.size() - 1;
}

uint32_t Compiler::Reserve(uint32_t reg) {
  if (reg >= kRegistersMax) {
    if (!too_large_)
      diagnostics_.push_back(
          {0, "the expression needs more than " + std::to_string(kRegistersMax) + " values at once"});
    too_large_ = true;
    return 0;
  }
  registers_ = std::max(registers_, reg + 1);
  return reg;
}

Operand Compiler::Constant(const Value& value) { return ~static_cast<int32_t>(environment_.AddConstant(value)); }

Operand Compiler::Emit(NodeId id, uint32_t top) {
  top = Reserve(top);
  const Node& node = ast_.node(id);
  switch (node.kind) {
    case NodeKind::kLiteral: return Constant(DeepCopy(node.literal, environment_.arena()));
    case NodeKind::kIdentifier: return EmitName(id, top);
    case NodeKind::kSelect: return EmitSelect(id, top);
    case NodeKind::kHas: return EmitHas(id, top);
    case NodeKind::kCall: return EmitCall(id, top);
    case NodeKind::kOperator: return EmitOperator(id, top);
    case NodeKind::kAnd:
    case NodeKind::kOr: return EmitLogical(id, top);
    case NodeKind::kConditional: return EmitConditional(id, top);
    case NodeKind::kList:
    case NodeKind::kMap: return EmitCollection(id, top);
    case NodeKind::kComprehension: return EmitComprehension(id, top);
    case NodeKind::kOptionalEntry: return Emit(ast_.Child(id, 0), top);
    case NodeKind::kInvalid: return ConstantError("invalid expression");
  }
  __builtin_unreachable();
}

// The same, with the value in the register `top`.
Operand Compiler::EmitTo(NodeId id, uint32_t top) {
  const Operand operand = Emit(id, top);
  if (operand != static_cast<Operand>(top))
    Add({.code = OpCode::kMove, .target = static_cast<uint16_t>(top), .a = operand});
  return static_cast<Operand>(top);
}

Operand Compiler::EmitName(NodeId id, uint32_t top) {
  const Node& node = ast_.node(id);
  if (!node.global)
    if (const uint32_t* const local = locals_.Find(node.name)) return static_cast<Operand>(*local);
  const auto meaning = MeaningOf(ast_, id, environment_, locals_);
  if (!meaning) return ConstantError("unknown name '" + std::string(node.name) + "'");
  if (!meaning->variable) return Constant(Value::Type(meaning->type_name));
  return EmitPath({true, *meaning->variable}, top);
}

Operand Compiler::EmitPath(const Path& path, uint32_t top) {
  if (path.variable) environment_.MarkUsed(path.number);
  Add({.code = path.variable ? OpCode::kVariable : OpCode::kSlot,
       .target = static_cast<uint16_t>(top),
       .a = static_cast<int32_t>(path.number)});
  return static_cast<Operand>(top);
}

Operand Compiler::EmitSelect(NodeId id, uint32_t top) {
  const Node& node = ast_.node(id);
  if (const auto meaning = MeaningOf(ast_, id, environment_, locals_); meaning && !meaning->variable)
    return Constant(Value::Type(meaning->type_name));
  if (const std::optional<Path> path = PathAt(id)) return EmitPath(*path, top);
  const Operand operand = Emit(ast_.Child(id, 0), top);
  if (IsConstant(operand)) {
    const Value& value = ConstantValue(operand);
    return Constant(node.optional ? OptionalSelect(folding_, value, node.name) : Select(folding_, value, node.name));
  }
  Add({.code = node.optional ? OpCode::kOptionalSelect : OpCode::kSelect,
       .target = static_cast<uint16_t>(top),
       .a = operand,
       .b = static_cast<int32_t>(environment_.AddLookup(node.name))});
  return static_cast<Operand>(top);
}

Operand Compiler::EmitHas(NodeId id, uint32_t top) {
  const Node& node = ast_.node(id);
  const NodeId child = ast_.Child(id, 0);
  if (const std::optional<Path> parent = PathAt(child)) {
    const uint32_t slot = environment_.SlotFor(parent->variable, parent->number, node.name);
    Add({.code = OpCode::kHasSlot, .target = static_cast<uint16_t>(top), .a = static_cast<int32_t>(slot)});
    return static_cast<Operand>(top);
  }
  const Operand operand = Emit(child, top);
  if (IsConstant(operand)) return Constant(Has(folding_, ConstantValue(operand), node.name));
  Add({.code = OpCode::kHas,
       .target = static_cast<uint16_t>(top),
       .a = operand,
       .b = static_cast<int32_t>(environment_.AddLookup(node.name))});
  return static_cast<Operand>(top);
}

Operand Compiler::EmitOperator(NodeId id, uint32_t top) {
  if (const std::optional<Path> path = PathAt(id)) return EmitPath(*path, top);
  const Node& node = ast_.node(id);
  const std::span<const NodeId> children = ast_.ChildrenOf(id);
  const Operand left = Emit(children[0], top);
  if (IsNotIn(id) && !IsConstant(left)) {
    code_->instructions.back().flag ^= kNegated;
    return left;
  }
  if (children.size() == 1) return EmitBinary(node, left, left, top);
  // A left value that stands in a macro's variable or is a constant leaves `top` free.
  const Operand right = Emit(children[1], left == static_cast<Operand>(top) ? top + 1 : top);
  const bool left_is_slot = !PathAt(children[0]).value_or(Path{true, 0}).variable;
  if (left_is_slot && FuseSlot(node, right, top)) return static_cast<Operand>(top);
  return EmitBinary(node, left, right, top);
}

Operand Compiler::EmitBinary(const Node& node, Operand left, Operand right, uint32_t top) {
  if (IsConstant(left) && IsConstant(right))
    return Constant(Apply(folding_, node.op, ConstantValue(left), ConstantValue(right)));
  const std::optional<OpCode> own = OwnInstruction(node.op);
  Add({.code = own.value_or(OpCode::kApply),
       .flag = static_cast<uint8_t>(node.op),
       .target = static_cast<uint16_t>(top),
       .a = left,
       .b = right});
  return static_cast<Operand>(top);
}

// `event.field == constant` and its like, which most rules are made of, become one instruction: the one that fetched
// the slot, which is the last.
bool Compiler::FuseSlot(const Node& node, Operand right, uint32_t top) {
  const bool order = node.op >= Operator::kLess && node.op <= Operator::kGreaterEqual;
  if ((node.op != Operator::kEqual && !order) || !IsConstant(right)) return false;
  Instruction& last = code_->instructions.back();
  assert(last.code == OpCode::kSlot && last.target == top);
  last.code = order ? OpCode::kSlotCompare : OpCode::kSlotEqual;
  last.flag = static_cast<uint8_t>(node.op);
  last.target = static_cast<uint16_t>(top);
  last.b = right;
  return true;
}

// A comparison that is an operand of && or || combines and jumps by itself, where it is the last instruction that was
// added: it is not, if its operands were constants.
bool Compiler::FuseLogical(NodeId operand, size_t begin, uint32_t top, bool is_and, bool first) {
  const Node& node = ast_.node(operand);
  const bool comparison = node.kind == NodeKind::kOperator && node.op >= Operator::kEqual && node.op <= Operator::kIn;
  if ((!comparison && !IsNotIn(operand)) || code_->instructions.size() == begin) return false;
  Instruction& last = code_->instructions.back();
  const bool own = (last.code >= OpCode::kEqual && last.code <= OpCode::kGreaterEqual) || last.code == OpCode::kIn ||
                   last.code == OpCode::kSlotEqual || last.code == OpCode::kSlotCompare;
  if (!own) return false;
  if (!is_and) last.flag |= kJumpOnTrue;
  if (!first) last.flag |= kCombines;
  last.target = static_cast<uint16_t>(top);
  return true;
}

// The operands so far, combined, stand in `top`. Each operand may decide, and then jumps to the end.
Operand Compiler::EmitLogical(NodeId id, uint32_t top) {
  const bool is_and = ast_.node(id).kind == NodeKind::kAnd;
  const auto target = static_cast<uint16_t>(top);
  const auto value = static_cast<Operand>(top);
  std::vector<size_t> jumps;
  for (const NodeId child : ast_.ChildrenOf(id)) {
    const bool first = child == ast_.Child(id, 0);
    const size_t begin = code_->instructions.size();
    const Operand operand = first ? EmitTo(child, top) : Emit(child, top + 1);
    if (FuseLogical(child, begin, top, is_and, first)) {
      jumps.push_back(code_->instructions.size() - 1);
    } else if (first) {
      jumps.push_back(Add({.code = is_and ? OpCode::kJumpIfFalse : OpCode::kJumpIfTrue, .a = value}));
    } else {
      jumps.push_back(Add({.code = is_and ? OpCode::kAnd : OpCode::kOr, .target = target, .a = value, .b = operand}));
    }
  }
  for (const size_t jump : jumps) At(jump).c = Here();
  return value;
}

Operand Compiler::EmitConditional(NodeId id, uint32_t top) {
  const Operand condition = Emit(ast_.Child(id, 0), top);
  const size_t branch = Add({.code = OpCode::kBranch, .target = static_cast<uint16_t>(top), .a = condition});
  EmitTo(ast_.Child(id, 1), top);
  const size_t jump = Add({.code = OpCode::kJump});
  At(branch).b = Here();
  EmitTo(ast_.Child(id, 2), top);
  At(branch).c = Here();
  At(jump).a = Here();
  return static_cast<Operand>(top);
}

Operand Compiler::EmitCall(NodeId id, uint32_t top) {
  const Node& node = ast_.node(id);
  const Callee callee = CalleeOf(ast_, id, environment_, locals_);
  if (callee.function == nullptr) return ConstantError("unknown function '" + std::string(node.name) + "'");
  const std::span<const NodeId> children =
      ast_.ChildrenOf(id).subspan(node.receiver && !callee.first_is_target ? 1 : 0);
  const size_t begin = code_->instructions.size();
  const auto constants = static_cast<uint32_t>(environment_.constants().size());
  std::vector<Operand> arguments;
  for (uint32_t i = 0; i < children.size(); ++i) {
    arguments.push_back(Emit(children[i], top + i));
    const auto wanted = static_cast<Operand>(Reserve(top + i));
    if (arguments.back() != wanted)
      Add({.code = OpCode::kMove, .target = static_cast<uint16_t>(wanted), .a = arguments.back()});
  }
  std::vector<const Value*> known;
  for (const Operand argument : arguments) known.push_back(IsConstant(argument) ? &ConstantValue(argument) : nullptr);
  CallSite site = MakeCallSite(*callee.function, known, node.offset, diagnostics_);
  const auto count = static_cast<uint32_t>(children.size());
  if (std::all_of(arguments.begin(), arguments.end(), [&](Operand o) { return IsConstant(o); })) {
    std::vector<Value> values;
    for (const Operand argument : arguments) values.push_back(ConstantValue(argument));
    const Value folded = CallFunction(folding_, site, values.data(), count);
    code_->instructions.resize(begin);
    environment_.DropConstants(constants);
    return Constant(folded);
  }
  code_->calls.push_back(std::move(site));
  Add({.code = OpCode::kCall,
       .target = static_cast<uint16_t>(top),
       .a = static_cast<int32_t>(top),
       .b = static_cast<int32_t>(code_->calls.size() - 1),
       .c = static_cast<int32_t>(count)});
  return static_cast<Operand>(top);
}

// A list or map literal. One of literals alone is built here, as most lists after `in` are.
Operand Compiler::EmitCollection(NodeId id, uint32_t top) {
  const Node& node = ast_.node(id);
  const bool list = node.kind == NodeKind::kList;
  const std::span<const NodeId> children = ast_.ChildrenOf(id);
  const size_t begin = code_->instructions.size();
  const auto constants = static_cast<uint32_t>(environment_.constants().size());
  std::vector<bool> optional;
  bool constant = true;
  std::vector<Value> values;
  for (uint32_t i = 0; i < children.size(); ++i) {
    optional.push_back(ast_.node(children[i]).kind == NodeKind::kOptionalEntry);
    const Operand operand = Emit(children[i], top + i);
    const auto wanted = static_cast<Operand>(Reserve(top + i));
    if (operand != wanted) Add({.code = OpCode::kMove, .target = static_cast<uint16_t>(wanted), .a = operand});
    constant = constant && IsConstant(operand);
    if (constant) values.push_back(ConstantValue(operand));
  }
  const auto count = static_cast<uint32_t>(children.size());
  if (constant) {
    code_->instructions.resize(begin);
    environment_.DropConstants(constants);
    return Constant(list ? MakeList(folding_, values, optional) : MakeMap(folding_, values, optional));
  }
  code_->optionals.push_back(std::move(optional));
  Add({.code = list ? OpCode::kList : OpCode::kMap,
       .target = static_cast<uint16_t>(top),
       .a = static_cast<int32_t>(top),
       .b = static_cast<int32_t>(count),
       .c = static_cast<int32_t>(code_->optionals.size() - 1)});
  return static_cast<Operand>(top);
}

// The result is collected in `top`; the macro's variable is the register after it.
Operand Compiler::EmitComprehension(NodeId id, uint32_t top) {
  const Node& node = ast_.node(id);
  const std::span<const NodeId> children = ast_.ChildrenOf(id);
  const uint32_t variable = Reserve(top + 1);
  const auto iterator = static_cast<int32_t>(iterators_);
  const Operand range = Emit(children[0], top);
  const size_t begin = Add({.code = OpCode::kIterate,
                            .flag = static_cast<uint8_t>(node.comprehension),
                            .target = static_cast<uint16_t>(top),
                            .a = range,
                            .b = iterator});
  iterators_max_ = std::max(iterators_max_, ++iterators_);
  const size_t next = Add({.code = OpCode::kNext, .target = static_cast<uint16_t>(variable), .b = iterator});
  locals_.Push(node.name, variable);
  const size_t first_step = code_->instructions.size();
  EmitStep(node, children.subspan(1), top, next);
  locals_.Pop();
  --iterators_;
  At(next).a = 1 + (Here() - static_cast<int32_t>(next)) / kInstructionsPerUnit;
  At(next).c = Here();
  if (node.comprehension == ComprehensionKind::kExistsOne)
    Add({.code = OpCode::kIsOne, .target = static_cast<uint16_t>(top)});
  At(begin).c = Here();
  for (size_t i = first_step; i < code_->instructions.size(); ++i)
    if (At(i).c == kEndOfMacro) At(i).c = Here();
  return static_cast<Operand>(top);
}

void Compiler::EmitStep(const Node& node, std::span<const NodeId> steps, uint32_t top, size_t next) {
  const auto again = static_cast<int32_t>(next);
  const auto target = static_cast<uint16_t>(top);
  if (node.comprehension == ComprehensionKind::kFilterMap) {
    const Operand condition = Emit(steps[0], top + 2);
    Add({.code = OpCode::kSkipUnless, .target = target, .a = condition, .b = again, .c = kEndOfMacro});
  }
  const Operand step = Emit(steps.back(), top + 2);
  Add({.code = StepInstruction(node.comprehension), .target = target, .a = step, .b = again, .c = kEndOfMacro});
}

}  // namespace

std::unique_ptr<Code> Compile(const Ast& ast, Environment& environment, std::vector<Diagnostic>& diagnostics) {
  return Compiler(ast, environment, diagnostics).Run();
}

}  // namespace penstock::expr
