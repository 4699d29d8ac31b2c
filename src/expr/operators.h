// What the operators do with values. Errors are values too: an operator over an error is that error.
#pragma once

#include <string_view>

#include "event/value.h"
#include "expr/ast.h"
#include "expr/function.h"

namespace penstock::expr {

Value Add(CallContext& context, const Value& a, const Value& b);
Value Subtract(CallContext& context, const Value& a, const Value& b);
Value Multiply(CallContext& context, const Value& a, const Value& b);
Value Divide(CallContext& context, const Value& a, const Value& b);
Value Modulo(CallContext& context, const Value& a, const Value& b);
Value Negate(CallContext& context, const Value& a);
Value Not(CallContext& context, const Value& a);
Value In(CallContext& context, const Value& element, const Value& collection);

// <, <=, >, >=.
Value CompareBy(CallContext& context, Operator op, const Value& a, const Value& b);
// == and !=.
Value EqualBy(CallContext& context, Operator op, const Value& a, const Value& b);

// `b` is ignored by operators of one operand.
Value Apply(CallContext& context, Operator op, const Value& a, const Value& b);

// operand[index] and operand[?index]; of an optional operand, the optional of what it holds.
Value Index(CallContext& context, const Value& operand, const Value& index);
Value OptionalIndex(CallContext& context, const Value& operand, const Value& index);
// operand.field and operand.?field, likewise.
Value Select(CallContext& context, const Value& operand, std::string_view field);
Value OptionalSelect(CallContext& context, const Value& operand, std::string_view field);
// has(operand.field)
Value Has(CallContext& context, const Value& operand, std::string_view field);

// "no such overload: '+' of (int, string)". Gives the first operand that is an error instead, if one is.
Value NoOverload(CallContext& context, std::string_view name, const Value* arguments, size_t count);

}  // namespace penstock::expr
