#include "expr/functions/strings.h"

#include <cstring>

namespace penstock::expr {
namespace {

Value Contains(CallContext& context, const Value* arguments) {
  const std::string_view text = arguments[0].text();
  const std::string_view part = arguments[1].text();
  if (!context.Charge(text.size() / sizeof(Value))) return context.OverBudget();
  if (part.empty()) return Value::Bool(true);
  // find() of the standard library takes the product of both lengths for `aaaa..b` in `aaaaaa..`; memmem() does not.
  return Value::Bool(memmem(text.data(), text.size(), part.data(), part.size()) != nullptr);
}
Value StartsWith(CallContext& context, const Value* arguments) {
  if (!context.ChargeBytes(arguments[1].text().size())) return context.OverBudget();
  return Value::Bool(arguments[0].text().starts_with(arguments[1].text()));
}
Value EndsWith(CallContext& context, const Value* arguments) {
  if (!context.ChargeBytes(arguments[1].text().size())) return context.OverBudget();
  return Value::Bool(arguments[0].text().ends_with(arguments[1].text()));
}

void AddTest(Library& library, std::string name, Implementation implementation) {
  const Type string = Type::Of(TypeKind::kString);
  library.Add({std::move(name), true, {{{string, string}, Type::Of(TypeKind::kBool), implementation}}});
}

}  // namespace

void AddStringFunctions(Library& library) {
  AddTest(library, "contains", Contains);
  AddTest(library, "startsWith", StartsWith);
  AddTest(library, "endsWith", EndsWith);
}

}  // namespace penstock::expr
