// Runs code.
#pragma once

#include "event/value.h"
#include "expr/activation.h"
#include "expr/code.h"

namespace penstock::expr {

// One evaluation of one program.
class Machine {
 public:
  Machine(const Code& code, Activation& activation);

  Value Run();

 private:
  const Value& At(int32_t operand) const { return registers_[operand]; }
  const Instruction* To(int32_t index) const { return instructions_ + index; }

  // Those that may jump return the instruction that comes next.
  void Apply(const Instruction& i);
  const Instruction* Equal(const Instruction& i, const Value& a, const Value& b, bool wanted);
  const Instruction* Compare(const Instruction& i, Operator op, const Value& a, const Value& b);
  const Instruction* Decide(const Instruction& i, bool result);
  const Instruction* Combine(const Instruction& i, const Value& a, const Value& b, bool decisive);
  const Instruction* DecideSlowly(const Instruction& i, const Value& result);
  void Arithmetic(const Instruction& i);
  void Negate(const Instruction& i);
  const Instruction* In(const Instruction& i);
  void Call(const Instruction& i);
  void List(const Instruction& i);
  void Map(const Instruction& i);
  const Instruction* Logical(const Instruction& i, bool decisive);
  const Instruction* Branch(const Instruction& i);
  const Instruction* Iterate(const Instruction& i);
  const Instruction* Next(const Instruction& i);
  const Instruction* NextPair(const Instruction& i);
  const Instruction* AllOrExistsStep(const Instruction& i, bool decisive);
  const Instruction* ExistsOneStep(const Instruction& i);
  const Instruction* FilterStep(const Instruction& i);
  const Instruction* SkipUnless(const Instruction& i);
  const Instruction* MapStep(const Instruction& i);
  const Instruction* EntryStep(const Instruction& i);
  void Append(Value& list, const Value& element);
  Value NotBool(const Value& value);

  const Code& code_;
  Activation& activation_;
  CallContext& context_;
  const Instruction* instructions_;
  Value* registers_;
};

}  // namespace penstock::expr
