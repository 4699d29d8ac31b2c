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

void AddCollectionFunctions(Library& library) {
  const Type size = Type::Of(TypeKind::kInt);
  const Type a = Type::Parameter("A");
  const Type b = Type::Parameter("B");
  for (const bool receiver : {false, true}) {
    library.Add({"size",
                 receiver,
                 {{{Type::Of(TypeKind::kString)}, size, SizeOfString},
                  {{Type::Of(TypeKind::kBytes)}, size, SizeOfBytes},
                  {{Type::List(a)}, size, SizeOfList},
                  {{Type::Map(a, b)}, size, SizeOfMap}}});
  }
}

}  // namespace penstock::expr
