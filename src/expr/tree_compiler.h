// The compiler's walk over a tree. Its own header, because macros are compiled in a file of their own.
#pragma once

#include <memory>
#include <optional>
#include <string_view>
#include <vector>

#include "expr/ast.h"
#include "expr/code.h"
#include "expr/diagnostic.h"
#include "expr/environment.h"
#include "expr/function.h"
#include "expr/names.h"
#include "expr/path.h"

namespace penstock::expr {

// A value that an instruction can take: a register, or ~constant.
using Operand = int32_t;

// Every expression is compiled with `top`, the first register that is free: its value is left there, unless it is a
// constant or stands in a register already.
class TreeCompiler {
 public:
  TreeCompiler(const Ast& ast, Environment& environment, std::vector<Diagnostic>& diagnostics)
      : ast_(ast),
        environment_(environment),
        diagnostics_(diagnostics),
        folding_(environment.arena(), environment.limits()) {}

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
  bool FuseLogical(NodeId operand, Operand value, uint32_t top, bool is_and, bool first);
  // !(a in b), which is one instruction.
  bool IsNotIn(NodeId id) const {
    return ast_.IsOperator(id, Operator::kNot) && ast_.IsOperator(ast_.Child(id, 0), Operator::kIn);
  }
  Operand EmitLogical(NodeId id, uint32_t top);
  Operand EmitConditional(NodeId id, uint32_t top);
  Operand EmitCall(NodeId id, uint32_t top);
  Operand EmitCollection(NodeId id, uint32_t top);
  Operand EmitComprehension(NodeId id, uint32_t top);
  size_t EmitNext(const Node& node, uint32_t top, int32_t iterator);
  void EmitSteps(const Node& node, std::span<const NodeId> steps, uint32_t top, size_t next);
  Operand EmitBind(NodeId id, uint32_t top);
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
  CallContext folding_;      // of all literals together: what one evaluation may cost
  Locals<uint32_t> locals_;  // the registers of macros' variables
  uint32_t iterators_ = 0;   // in use around the place that is being compiled
  uint32_t iterators_max_ = 0;
  uint32_t registers_ = 1;
  bool too_large_ = false;
};

}  // namespace penstock::expr
