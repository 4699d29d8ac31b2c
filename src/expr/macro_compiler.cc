// How macros are compiled.
#include <algorithm>

#include "expr/tree_compiler.h"

namespace penstock::expr {
namespace {

constexpr int32_t kInstructionsPerUnit = 32;  // of a macro's round

// Stands where an instruction leaves a macro, until the place is known.
constexpr int32_t kEndOfMacro = INT32_MIN;

bool Filters(ComprehensionKind kind) {
  return kind == ComprehensionKind::kFilterMap || kind == ComprehensionKind::kFilterTransformMap ||
         kind == ComprehensionKind::kFilterTransformEntry;
}

// The instruction that makes a macro's value of what its rounds collected.
std::optional<OpCode> Finish(ComprehensionKind kind) {
  switch (kind) {
    case ComprehensionKind::kExistsOne: return OpCode::kIsOne;
    case ComprehensionKind::kTransformMap:
    case ComprehensionKind::kFilterTransformMap: return OpCode::kMakeMap;
    case ComprehensionKind::kTransformEntry:
    case ComprehensionKind::kFilterTransformEntry: return OpCode::kMergeMaps;
    default: return std::nullopt;
  }
}

}  // namespace

// Takes the next element into the register after `top`; of two variables, the second into the one after that.
size_t TreeCompiler::EmitNext(const Node& node, uint32_t top, int32_t iterator) {
  const bool pair = !node.second_name.empty();
  const uint32_t variable = Reserve(top + 1);
  if (pair) Reserve(top + 2);
  const size_t next =
      Add({.code = pair ? OpCode::kNextPair : OpCode::kNext, .target = static_cast<uint16_t>(variable), .b = iterator});
  locals_.Push(node.name, variable);
  if (pair) locals_.Push(node.second_name, variable + 1);
  return next;
}

// The result is collected in `top`; the macro's variables are the registers after it.
Operand TreeCompiler::EmitComprehension(NodeId id, uint32_t top) {
  const Node& node = ast_.node(id);
  const std::span<const NodeId> children = ast_.ChildrenOf(id);
  const auto iterator = static_cast<int32_t>(iterators_);
  const Operand range = Emit(children[0], top);
  const size_t begin = Add({.code = OpCode::kIterate,
                            .flag = static_cast<uint8_t>(node.comprehension),
                            .target = static_cast<uint16_t>(top),
                            .a = range,
                            .b = iterator});
  iterators_max_ = std::max(iterators_max_, ++iterators_);
  const size_t next = EmitNext(node, top, iterator);
  const size_t first_step = code_->instructions.size();
  EmitSteps(node, children.subspan(1), top, next);
  locals_.Pop();
  if (!node.second_name.empty()) locals_.Pop();
  --iterators_;
  At(next).a = 1 + (Here() - static_cast<int32_t>(next)) / kInstructionsPerUnit;
  At(next).c = Here();
  if (const std::optional<OpCode> finish = Finish(node.comprehension))
    Add({.code = *finish, .target = static_cast<uint16_t>(top)});
  At(begin).c = Here();
  for (size_t i = first_step; i < code_->instructions.size(); ++i)
    if (At(i).c == kEndOfMacro) At(i).c = Here();
  return static_cast<Operand>(top);
}

void TreeCompiler::EmitSteps(const Node& node, std::span<const NodeId> steps, uint32_t top, size_t next) {
  const auto again = static_cast<int32_t>(next);
  const auto target = static_cast<uint16_t>(top);
  const uint32_t free = top + (node.second_name.empty() ? 2 : 3);
  if (Filters(node.comprehension)) {
    const Operand condition = Emit(steps[0], free);
    Add({.code = OpCode::kSkipUnless, .target = target, .a = condition, .b = again, .c = kEndOfMacro});
  }
  const Operand step = Emit(steps.back(), free);
  Add({.code = StepInstruction(node.comprehension), .target = target, .a = step, .b = again, .c = kEndOfMacro});
}

// The value stands in `top`. The body's would be lost in the registers above it: it moves down.
Operand TreeCompiler::EmitBind(NodeId id, uint32_t top) {
  const Node& node = ast_.node(id);
  EmitTo(ast_.Child(id, 0), top);
  locals_.Push(node.name, top);
  const Operand body = Emit(ast_.Child(id, 1), top + 1);
  locals_.Pop();
  if (body <= static_cast<Operand>(top)) return body;
  Add({.code = OpCode::kMove, .target = static_cast<uint16_t>(top), .a = body});
  return static_cast<Operand>(top);
}

}  // namespace penstock::expr
