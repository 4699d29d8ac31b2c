#include "expr/functions/lists.h"

#include <algorithm>

#include "event/collection.h"
#include "expr/functions/ordering.h"
#include "expr/functions/value_set.h"

namespace penstock::expr {
namespace {

// Copies elements number `begin` to `end` of a list. They are not paid for here.
Value Copy(CallContext& context, const Value& list, uint32_t begin, uint32_t end) {
  const std::span<Value> items = context.arena().AllocateArray<Value>(end - begin);
  ListCursor cursor(list);
  Value element;
  for (uint32_t i = 0; i < end && cursor.Next(element); ++i)
    if (i >= begin) items[i - begin] = element;
  return Value::List(items.data(), end - begin);
}

Value Slice(CallContext& context, const Value* arguments) {
  const int64_t begin = arguments[1].as_int();
  const int64_t end = arguments[2].as_int();
  const uint32_t size = ListSize(arguments[0]);
  if (begin < 0 || end < begin || end > size)
    return context.Fail("a slice from " + std::to_string(begin) + " to " + std::to_string(end) +
                        " is not within a list of " + std::to_string(size) + " elements");
  const auto first = static_cast<uint32_t>(begin);
  const auto last = static_cast<uint32_t>(end);
  if (!arguments[0].is_json()) return Value::List(arguments[0].items() + first, last - first);
  if (!context.Charge(last)) return context.OverBudget();
  return Copy(context, arguments[0], first, last);
}

Value Reverse(CallContext& context, const Value* arguments) {
  const uint32_t size = ListSize(arguments[0]);
  if (!context.Charge(size)) return context.OverBudget();
  const Value copy = Copy(context, arguments[0], 0, size);
  auto* const items = const_cast<Value*>(copy.items());
  std::reverse(items, items + size);
  return copy;
}

// Lists within a list, to a depth.
class Flattening {
 public:
  explicit Flattening(CallContext& context) : context_(context) {}

  // Counts what is left when `depth` levels are taken away. False where that cannot be paid for.
  bool Count(const Value& list, int64_t depth) {
    Value element;
    for (ListCursor cursor(list); cursor.Next(element);) {
      const bool within = depth > 0 && element.Is(ValueKind::kList);
      if (!context_.Charge(2) || (within && !Count(element, depth - 1))) return false;
      count_ += within ? 0 : 1;
    }
    return true;
  }
  Value Flatten(const Value& list, int64_t depth) {
    items_ = context_.arena().AllocateArray<Value>(count_);
    count_ = 0;
    Append(list, depth);
    return Value::List(items_.data(), count_);
  }

 private:
  void Append(const Value& list, int64_t depth) {
    Value element;
    for (ListCursor cursor(list); cursor.Next(element);) {
      if (depth > 0 && element.Is(ValueKind::kList)) {
        Append(element, depth - 1);
      } else {
        items_[count_++] = element;
      }
    }
  }

  CallContext& context_;
  std::span<Value> items_;
  uint32_t count_ = 0;
};

Value FlattenTo(CallContext& context, const Value& list, int64_t depth) {
  if (depth < 0) return Value::Error("lists are not flattened to a negative depth");
  Flattening flattening(context);
  return flattening.Count(list, depth) ? flattening.Flatten(list, depth) : context.OverBudget();
}
Value FlattenOnce(CallContext& context, const Value* arguments) { return FlattenTo(context, arguments[0], 1); }
Value Flatten(CallContext& context, const Value* arguments) {
  return FlattenTo(context, arguments[0], arguments[1].as_int());
}

Value Distinct(CallContext& context, const Value* arguments) {
  const uint32_t size = ListSize(arguments[0]);
  ValueSet seen(context, size);
  if (!seen.paid() || !context.Charge(size)) return context.OverBudget();
  const std::span<Value> items = context.arena().AllocateArray<Value>(size);
  uint32_t count = 0;
  Value element;
  for (ListCursor cursor(arguments[0]); cursor.Next(element);)
    if (seen.Add(element)) items[count++] = element;
  return seen.paid() ? Value::List(items.data(), count) : context.OverBudget();
}

Value Range(CallContext& context, const Value* arguments) {
  const int64_t size = arguments[0].as_int();
  if (size < 0) return Value::Error("a range has no negative number of elements");
  if (size > UINT32_MAX || !context.Charge(static_cast<uint64_t>(size))) return context.OverBudget();
  const std::span<Value> items = context.arena().AllocateArray<Value>(static_cast<size_t>(size));
  for (int64_t i = 0; i < size; ++i) items[static_cast<size_t>(i)] = Value::Int(i);
  return Value::List(items.data(), static_cast<uint32_t>(size));
}

Value End(CallContext& context, const Value& list, bool first) {
  const uint32_t size = ListSize(list);
  if (size == 0) return Value::OptionalNone();
  if (!context.Charge(list.is_json() ? 1 + size / 64 : 1)) return context.OverBudget();
  return Value::Optional(context.arena().New(ListAt(list, first ? 0 : size - 1)));
}
Value First(CallContext& context, const Value* arguments) { return End(context, arguments[0], true); }
Value Last(CallContext& context, const Value* arguments) { return End(context, arguments[0], false); }

Value Sort(CallContext& context, const Value* arguments) { return SortByKeys(context, arguments[0], arguments[0]); }
Value SortWithKeys(CallContext& context, const Value* arguments) {
  return SortByKeys(context, arguments[0], arguments[1]);
}

Type Int() { return Type::Of(TypeKind::kInt); }
Type ListOfA() { return Type::List(Type::Parameter("A")); }

std::vector<Function> Orders() {
  return {
      {"sort",
       true,
       {{{ListOfA()}, ListOfA(), Sort}},
       "The elements from the least to the greatest: all numbers, or all of one type that has an order. Other lists, "
       "and NaN, are errors. By a key: sortBy.",
       {{"[3, 1, 2].sort()", "[1,2,3]"},
        {"['b', 'a'].sort()", R"(["a","b"])"},
        {"[1, 'a'].sort()", "error: int and string have no common order"}}},
      {std::string(kSortWithKeys), false, {{{ListOfA(), Type::List(Type::Parameter("B"))}, ListOfA(), SortWithKeys}}},
      {"reverse",
       true,
       {{{ListOfA()}, ListOfA(), Reverse}},
       "The elements from the last to the first.",
       {{"[1, 2, 3].reverse()", "[3,2,1]"}}},
      {"first",
       true,
       {{{ListOfA()}, Type::Optional(Type::Parameter("A")), First}},
       "An optional with the first element; nothing of an empty list.",
       {{"[1, 2, 3].first().value()", "1"}, {"[].first().hasValue()", "false"}}},
      {"last",
       true,
       {{{ListOfA()}, Type::Optional(Type::Parameter("A")), Last}},
       "An optional with the last element; nothing of an empty list.",
       {{"[1, 2, 3].last().value()", "3"}}},
  };
}

}  // namespace

std::vector<Function> ListFunctions() {
  const Type dyn = Type::List(Type::Dyn());
  std::vector<Function> functions = {
      {"slice",
       true,
       {{{ListOfA(), Int(), Int()}, ListOfA(), Slice}},
       "The elements from one position on, and before another one. Positions outside the list are errors.",
       {{"[1, 2, 3, 4].slice(1, 3)", "[2,3]"},
        {"[1, 2].slice(1, 3)", "error: a slice from 1 to 3 is not within a list of 2 elements"}}},
      {"flatten",
       true,
       {{{dyn}, dyn, FlattenOnce}, {{dyn, Int()}, dyn, Flatten}},
       "The list with the elements of the lists within it in their place: of one level, or of as many as are given.",
       {{"[1, [2, [3]]].flatten()", "[1,2,[3]]"}, {"[1, [2, [3]]].flatten(2)", "[1,2,3]"}}},
      {"distinct",
       true,
       {{{ListOfA()}, ListOfA(), Distinct}},
       "The elements without those that equal an earlier one.",
       {{"[1, 2, 2, 1.0, 3].distinct()", "[1,2,3]"}}},
      {"lists.range",
       false,
       {{{Int()}, Type::List(Int()), Range}},
       "The numbers from 0 on, as many as are given. A negative number is an error, and so is one that costs too much.",
       {{"lists.range(4)", "[0,1,2,3]"}, {"lists.range(2000000000)", "error: the expression costs more than it may"}}},
  };
  for (Function& function : Orders()) functions.push_back(std::move(function));
  return functions;
}

}  // namespace penstock::expr
