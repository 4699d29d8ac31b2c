#include "expr/compiler.h"

#include <algorithm>
#include <cassert>
#include <optional>
#include <string>

#include "event/collection.h"
#include "expr/call_site.h"
#include "expr/calls.h"
#include "expr/operators.h"
#include "expr/tree_compiler.h"

namespace penstock::expr {
namespace {

constexpr uint32_t kRegistersMax = 60'000;

}  // namespace

size_t TreeCompiler::Add(Instruction instruction) {
  code_->instructions.push_back(instruction);
  return code_->instructions.size() - 1;
}

uint32_t TreeCompiler::Reserve(uint32_t reg) {
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

Operand TreeCompiler::Constant(const Value& value) { return ~static_cast<int32_t>(environment_.AddConstant(value)); }

Operand TreeCompiler::Emit(NodeId id, uint32_t top) {
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
    case NodeKind::kBind: return EmitBind(id, top);
    case NodeKind::kOptionalEntry: return Emit(ast_.Child(id, 0), top);
    case NodeKind::kInvalid: return ConstantError("invalid expression");
  }
  __builtin_unreachable();
}

// The same, with the value in the register `top`.
Operand TreeCompiler::EmitTo(NodeId id, uint32_t top) {
  const Operand operand = Emit(id, top);
  if (operand != static_cast<Operand>(top))
    Add({.code = OpCode::kMove, .target = static_cast<uint16_t>(top), .a = operand});
  return static_cast<Operand>(top);
}

Operand TreeCompiler::EmitName(NodeId id, uint32_t top) {
  const Node& node = ast_.node(id);
  if (!node.global)
    if (const uint32_t* const local = locals_.Find(node.name)) return static_cast<Operand>(*local);
  const auto meaning = MeaningOf(ast_, id, environment_, locals_);
  if (!meaning) return ConstantError("unknown name '" + std::string(node.name) + "'");
  if (!meaning->variable) return Constant(Value::Type(meaning->type_name));
  return EmitPath({true, *meaning->variable}, top);
}

Operand TreeCompiler::EmitPath(const Path& path, uint32_t top) {
  if (path.variable) environment_.MarkUsed(path.number);
  Add({.code = path.variable ? OpCode::kVariable : OpCode::kSlot,
       .target = static_cast<uint16_t>(top),
       .a = static_cast<int32_t>(path.number)});
  return static_cast<Operand>(top);
}

Operand TreeCompiler::EmitSelect(NodeId id, uint32_t top) {
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

Operand TreeCompiler::EmitHas(NodeId id, uint32_t top) {
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

Operand TreeCompiler::EmitOperator(NodeId id, uint32_t top) {
  if (const std::optional<Path> path = PathAt(id)) return EmitPath(*path, top);
  const Node& node = ast_.node(id);
  const std::span<const NodeId> children = ast_.ChildrenOf(id);
  const Operand left = Emit(children[0], top);
  if (IsNotIn(id) && !IsConstant(left)) {
    code_->instructions.back().flag ^= kNegated;
    return left;
  }
  if (children.size() == 1) return EmitBinary(node, left, left, top);
  const size_t after_left = code_->instructions.size();
  // A left value that stands in a macro's variable or is a constant leaves `top` free.
  const Operand right = Emit(children[1], left == static_cast<Operand>(top) ? top + 1 : top);
  const bool left_is_slot = !PathAt(children[0]).value_or(Path{true, 0}).variable;
  const bool left_is_last = code_->instructions.size() == after_left;
  if (left_is_slot && left_is_last && FuseSlot(node, right, top)) return static_cast<Operand>(top);
  return EmitBinary(node, left, right, top);
}

Operand TreeCompiler::EmitBinary(const Node& node, Operand left, Operand right, uint32_t top) {
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
// the slot, where it is the last. It is not, if the constant is the body of a binding.
bool TreeCompiler::FuseSlot(const Node& node, Operand right, uint32_t top) {
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
// added: it is not, if its operands were constants, though these may have added instructions of bindings.
bool TreeCompiler::FuseLogical(NodeId operand, Operand value, uint32_t top, bool is_and, bool first) {
  const Node& node = ast_.node(operand);
  const bool comparison = node.kind == NodeKind::kOperator && node.op >= Operator::kEqual && node.op <= Operator::kIn;
  if ((!comparison && !IsNotIn(operand)) || IsConstant(value)) return false;
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
Operand TreeCompiler::EmitLogical(NodeId id, uint32_t top) {
  const bool is_and = ast_.node(id).kind == NodeKind::kAnd;
  const auto target = static_cast<uint16_t>(top);
  const auto value = static_cast<Operand>(top);
  std::vector<size_t> jumps;
  for (const NodeId child : ast_.ChildrenOf(id)) {
    const bool first = child == ast_.Child(id, 0);
    const Operand operand = first ? EmitTo(child, top) : Emit(child, top + 1);
    if (FuseLogical(child, operand, top, is_and, first)) {
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

Operand TreeCompiler::EmitConditional(NodeId id, uint32_t top) {
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

Operand TreeCompiler::EmitCall(NodeId id, uint32_t top) {
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
  CallSite site = MakeCallSite(*callee.function, known, environment_.limits(), node.offset, diagnostics_);
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
Operand TreeCompiler::EmitCollection(NodeId id, uint32_t top) {
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

std::unique_ptr<Code> Compile(const Ast& ast, Environment& environment, std::vector<Diagnostic>& diagnostics) {
  return TreeCompiler(ast, environment, diagnostics).Run();
}

}  // namespace penstock::expr
