// Every macro, with its description.
#include "expr/macro.h"
#include "expr/macro_expansion.h"

namespace penstock::expr {
namespace {

using enum ComprehensionKind;

std::vector<Macro> Tests() {
  return {
      {"has",
       false,
       1,
       false,
       ExpandHas,
       "has(x.field)",
       "Whether a map has the field. What is no map is an error, and so is a field on the way there that is missing.",
       {{"has({'a': null}.a)", "true"}, {"has({'a': 1}.b)", "false"}}},
      {"all",
       true,
       3,
       false,
       Comprehend<kAll, 1>,
       "x.all(y, condition)",
       "Whether the condition holds for every element of a list, or key of a map. Errors count only where no element "
       "decides.",
       {{"[1, 2, 3].all(n, n > 0)", "true"}, {"[0, 2].all(n, 4 / n == 3)", "false"}}},
      {"all",
       true,
       4,
       false,
       Comprehend<kAll, 2>,
       "x.all(i, y, condition)",
       "The same, with the position and the element of a list, or the key and the value of a map.",
       {{"[1, 2].all(i, n, n == i + 1)", "true"}, {"{'a': 1}.all(k, v, k == 'a' && v == 2)", "false"}}},
      {"exists",
       true,
       3,
       false,
       Comprehend<kExists, 1>,
       "x.exists(y, condition)",
       "Whether the condition holds for any element of a list, or key of a map. Errors count only where no element "
       "decides.",
       {{"[1, 2, 3].exists(n, n > 2)", "true"}}},
      {"exists",
       true,
       4,
       false,
       Comprehend<kExists, 2>,
       "x.exists(i, y, condition)",
       "The same, with position and element, or key and value.",
       {{"{'a': 1, 'b': 2}.exists(k, v, v == 2)", "true"}}},
  };
}

std::vector<Macro> ExactlyOne() {
  return {
      {"exists_one",
       true,
       3,
       false,
       Comprehend<kExistsOne, 1>,
       "x.exists_one(y, condition)",
       "Whether the condition holds for exactly one element of a list, or key of a map.",
       {{"[1, 2, 3].exists_one(n, n > 2)", "true"}}},
      {"exists_one",
       true,
       4,
       false,
       Comprehend<kExistsOne, 2>,
       "x.exists_one(i, y, condition)",
       "The same, with position and element, or key and value.",
       {{"[5, 7].exists_one(i, n, n == 7 && i == 1)", "true"}}},
      {"existsOne",
       true,
       3,
       false,
       Comprehend<kExistsOne, 1>,
       "x.existsOne(y, condition)",
       "Another name of exists_one.",
       {{"[1, 2, 3].existsOne(n, n > 1)", "false"}}},
      {"existsOne",
       true,
       4,
       false,
       Comprehend<kExistsOne, 2>,
       "x.existsOne(i, y, condition)",
       "Another name of exists_one, with position and element, or key and value.",
       {{"[5, 7].existsOne(i, n, n > i)", "false"}}},
  };
}

std::vector<Macro> Transformations() {
  return {
      {"filter",
       true,
       3,
       false,
       Comprehend<kFilter, 1>,
       "x.filter(y, condition)",
       "A list of the elements, or keys, for which the condition holds.",
       {{"[1, 2, 3].filter(n, n != 2)", "[1,3]"}}},
      {"map",
       true,
       3,
       false,
       Comprehend<kMap, 1>,
       "x.map(y, value)",
       "A list of what each element, or key, becomes.",
       {{"[1, 2, 3].map(n, n * n)", "[1,4,9]"}, {"{'a': 1}.map(k, k + '!')", R"(["a!"])"}}},
      {"map",
       true,
       4,
       false,
       Comprehend<kFilterMap, 1>,
       "x.map(y, condition, value)",
       "The same, of the elements for which the condition holds.",
       {{"[1, 2, 3].map(n, n > 1, n * n)", "[4,9]"}}},
      {"transformList",
       true,
       4,
       false,
       Comprehend<kMap, 2>,
       "x.transformList(i, y, value)",
       "A list of what each position and element of a list, or key and value of a map, becomes.",
       {{"[5, 7].transformList(i, n, n + i)", "[5,8]"}}},
      {"transformList",
       true,
       5,
       false,
       Comprehend<kFilterMap, 2>,
       "x.transformList(i, y, condition, value)",
       "The same, of those for which the condition holds.",
       {{"{'a': 1, 'b': 2}.transformList(k, v, v > 1, k)", R"(["b"])"}}},
  };
}

std::vector<Macro> MapTransformations() {
  return {
      {"transformMap",
       true,
       4,
       false,
       Comprehend<kTransformMap, 2>,
       "x.transformMap(i, y, value)",
       "A map with the same keys (of a list: the positions), and what each value becomes.",
       {{"{'a': 1, 'b': 2}.transformMap(k, v, v * 10)", R"({"a":10,"b":20})"}}},
      {"transformMap",
       true,
       5,
       false,
       Comprehend<kFilterTransformMap, 2>,
       "x.transformMap(i, y, condition, value)",
       "The same, of those for which the condition holds.",
       {{"{'a': 1, 'b': 2}.transformMap(k, v, v > 1, v * 10)", R"({"b":20})"}}},
      {"transformMapEntry",
       true,
       4,
       false,
       Comprehend<kTransformEntry, 2>,
       "x.transformMapEntry(i, y, entries)",
       "A map of the entries that each key and value (of a list: position and element) becomes. The same key twice is "
       "an error.",
       {{"{'a': 'x', 'b': 'y'}.transformMapEntry(k, v, {v: k})", R"({"x":"a","y":"b"})"},
        {"[1, 1].transformMapEntry(i, n, {n: i})", "error: the map has the same key twice"}}},
      {"transformMapEntry",
       true,
       5,
       false,
       Comprehend<kFilterTransformEntry, 2>,
       "x.transformMapEntry(i, y, condition, entries)",
       "The same, of those for which the condition holds.",
       {{"['a', 'b'].transformMapEntry(i, s, i > 0, {s: i})", R"({"b":1})"}}},
      {"sortBy",
       true,
       3,
       false,
       ExpandSortBy,
       "x.sortBy(y, key)",
       "The elements of a list in the order of their keys, those of equal keys as they came. Keys are all numbers, or "
       "all of one type that has an order; others are an error.",
       {{"['ccc', 'a', 'bb'].sortBy(s, size(s))", R"(["a","bb","ccc"])"}, {"[1, 2, 3].sortBy(n, -n)", "[3,2,1]"}}},
  };
}

std::vector<Macro> Bindings() {
  return {
      {"cel.bind",
       false,
       3,
       false,
       ExpandBind,
       "cel.bind(x, value, expression)",
       "The expression, in which x stands for the value, which is evaluated once.",
       {{"cel.bind(n, 3 + 4, n * n)", "49"}}},
      {"optMap",
       true,
       3,
       false,
       ExpandOptionalMap,
       "x.optMap(y, value)",
       "An optional with what the held value becomes; none of none.",
       {{"{'a': 1}.?a.optMap(n, n + 1).orValue(0)", "2"}, {"{'a': 1}.?b.optMap(n, n + 1).orValue(0)", "0"}}},
      {"optFlatMap",
       true,
       3,
       false,
       ExpandOptionalFlatMap,
       "x.optFlatMap(y, optional)",
       "The optional that the held value becomes; none of none.",
       {{"{'a': {'b': 1}}.?a.optFlatMap(m, m.?b).orValue(0)", "1"}}},
      {"math.greatest",
       false,
       2,
       true,
       ExpandToList,
       "math.greatest(x, y, ..)",
       "The greatest of the numbers.",
       {{"math.greatest(1, 2.5, 2u)", "2.5"}}},
      {"math.least",
       false,
       2,
       true,
       ExpandToList,
       "math.least(x, y, ..)",
       "The least of the numbers.",
       {{"math.least(1, 2.5, 2u)", "1"}}},
  };
}

}  // namespace

const std::vector<Macro>& Macros() {
  static const std::vector<Macro> kMacros = [] {
    std::vector<Macro> macros;
    for (const auto part : {Tests, ExactlyOne, Transformations, MapTransformations, Bindings})
      for (Macro& macro : part()) macros.push_back(std::move(macro));
    return macros;
  }();
  return kMacros;
}

}  // namespace penstock::expr
