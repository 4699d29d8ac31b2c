#include "expr/functions/collections.h"

#include "base/utf8.h"
#include "event/collection.h"

namespace penstock::expr {
namespace {

Value SizeOfString(CallContext& context, const Value* arguments) {
  if (!context.ChargeBytes(arguments[0].text().size())) return context.OverBudget();
  return Value::Int(static_cast<int64_t>(CountCodePoints(arguments[0].text())));
}
Value SizeOfBytes(CallContext&, const Value* arguments) {
  return Value::Int(static_cast<int64_t>(arguments[0].text().size()));
}
Value SizeOfList(CallContext&, const Value* arguments) { return Value::Int(ListSize(arguments[0])); }
Value SizeOfMap(CallContext&, const Value* arguments) { return Value::Int(MapSize(arguments[0])); }

}  // namespace

std::vector<Function> CollectionFunctions() {
  const Type size = Type::Of(TypeKind::kInt);
  const Type a = Type::Parameter("A");
  const Type b = Type::Parameter("B");
  const Function of{"size",
                    false,
                    {{{Type::Of(TypeKind::kString)}, size, SizeOfString},
                     {{Type::Of(TypeKind::kBytes)}, size, SizeOfBytes},
                     {{Type::List(a)}, size, SizeOfList},
                     {{Type::Map(a, b)}, size, SizeOfMap}},
                    "The number of a text's characters, of bytes, of a list's elements, or of a map's entries.",
                    {{"size('größer')", "6"}, {"[1, 2, 3].size()", "3"}, {"size({'a': 1})", "1"}}};
  Function receiver = of;
  receiver.receiver = true;
  return {of, receiver};
}

}  // namespace penstock::expr
