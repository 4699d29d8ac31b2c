#include "expr/functions/sets.h"

#include "event/collection.h"
#include "expr/functions/value_set.h"

namespace penstock::expr {
namespace {

// Whether `set` holds an element of `list` (`any`), or all of them.
bool Holds(ValueSet& set, const Value& list, bool any) {
  Value element;
  for (ListCursor cursor(list); set.paid() && cursor.Next(element);)
    if (set.Contains(element) == any) return any;
  return !any;
}

// The elements of `list`, as far as they can be paid for.
ValueSet SetOf(CallContext& context, const Value& list) {
  ValueSet set(context, ListSize(list));
  Value element;
  for (ListCursor cursor(list); set.paid() && cursor.Next(element);) set.Add(element);
  return set;
}

Value Contains(CallContext& context, const Value* arguments) {
  ValueSet set = SetOf(context, arguments[0]);
  const bool all = set.paid() && Holds(set, arguments[1], false);
  return set.paid() ? Value::Bool(all) : context.OverBudget();
}

Value Equivalent(CallContext& context, const Value* arguments) {
  const Value contains = Contains(context, arguments);
  if (!contains.is_true()) return contains;
  const Value turned[] = {arguments[1], arguments[0]};
  return Contains(context, turned);
}

Value Intersects(CallContext& context, const Value* arguments) {
  ValueSet set = SetOf(context, arguments[0]);
  const bool any = set.paid() && Holds(set, arguments[1], true);
  return set.paid() ? Value::Bool(any) : context.OverBudget();
}

Function OnTwoLists(std::string name, Implementation implementation, std::string_view summary,
                    std::vector<Example> examples) {
  const Type list = Type::List(Type::Parameter("A"));
  return {std::move(name),
          false,
          {{{list, list}, Type::Of(TypeKind::kBool), implementation}},
          summary,
          std::move(examples)};
}

}  // namespace

std::vector<Function> SetFunctions() {
  return {
      OnTwoLists("sets.contains", Contains, "Whether the first list has every element of the second.",
                 {{"sets.contains([1, 2, 3], [2, 3.0])", "true"}, {"sets.contains([], [1])", "false"}}),
      OnTwoLists("sets.equivalent", Equivalent,
                 "Whether each list has every element of the other, in whatever order and however often.",
                 {{"sets.equivalent(['a', 'b'], ['b', 'a', 'a'])", "true"}}),
      OnTwoLists("sets.intersects", Intersects, "Whether the lists have an element in common.",
                 {{"sets.intersects(['a', 'b'], ['b', 'c'])", "true"}, {"sets.intersects([1], [])", "false"}}),
  };
}

}  // namespace penstock::expr
