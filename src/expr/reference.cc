#include "expr/reference.h"

#include <span>
#include <vector>

#include "expr/macro.h"
#include "expr/operator_list.h"
#include "expr/operator_types.h"

namespace penstock::expr {
namespace {

constexpr std::string_view kHead = R"(# Expressions

Conditions, routes and computed fields are expressions in the Common Expression Language (CEL). They have no side
effects, always end, and cost a bounded amount of work: an evaluation that costs more than its budget ends with an
error. `penstock eval EXPR --event JSON` tries one out.

Types are `int`, `uint` (`7u`), `double`, `bool`, `string`, `bytes` (`b'..'`), `null`, `list(A)`, `map(A, B)`,
`timestamp`, `duration`, `optional(A)`, `type`, and `net.IP` and `net.CIDR`. What comes from an event has the type `dyn`,
which is looked at when the expression runs. `A` and `B` stand for any type.

An error is a value: `&&`, `||`, `all` and `exists` leave it out where another operand decides, and every other
operation over an error is that error. What this page calls a text is a `string`.

This page is written by `penstock schema --expressions`.
)";

std::string Code(std::string_view text) {
  // A code span that holds a backtick stands in two of them.
  if (text.find('`') == std::string_view::npos) return "`" + std::string(text) + "`";
  return "`` " + std::string(text) + " ``";
}

void AppendExamples(std::string& page, std::span<const Example> examples) {
  if (examples.empty()) return;
  page += "\n```\n";
  for (const Example& example : examples)
    page += std::string(example.expression) + "   // " + std::string(example.value) + "\n";
  page += "```\n";
}

std::string ParametersText(std::span<const Type> parameters) {
  std::string text;
  for (const Type& parameter : parameters) text += (text.empty() ? "" : ", ") + TypeText(parameter);
  return text;
}

void AppendLine(std::string& page, std::string_view line) { page += "- " + Code(line) + "\n"; }

void AppendOperator(std::string& page, const OperatorDescription& description) {
  page += "\n### " + Code(description.form) + "\n\n" + std::string(description.summary) + "\n";
  if (description.op) {
    page += "\n";
    for (const Overload& overload : OperatorOverloads(*description.op))
      AppendLine(page, "(" + ParametersText(overload.parameters) + ") -> " + TypeText(overload.result));
  }
  AppendExamples(page, description.examples);
}

void AppendMacro(std::string& page, const Macro& macro) {
  page += "\n### " + Code(macro.form) + "\n\n" + std::string(macro.summary) + "\n";
  AppendExamples(page, macro.examples);
}

// Whether `function` is the one before it in its other style, f(x) and x.f().
bool IsOtherStyle(const Function& function, const Function& before) {
  return function.name == before.name && function.receiver != before.receiver && function.summary == before.summary;
}

void AppendFunction(std::string& page, std::span<const Function> styles) {
  page += "\n### " + Code(styles.front().name) + "\n\n" + std::string(styles.front().summary) + "\n\n";
  for (const Function& style : styles)
    for (const Overload& overload : style.overloads) AppendLine(page, SignatureText(style, overload));
  AppendExamples(page, styles.front().examples);
}

void AppendFamily(std::string& page, const Family& family) {
  page += "\n## " + std::string(family.name) + "\n\n" + std::string(family.summary) + "\n";
  const std::span<const Function> functions(family.functions);
  for (size_t i = 0; i < functions.size();) {
    size_t styles = 1;
    if (i + 1 < functions.size() && IsOtherStyle(functions[i + 1], functions[i])) ++styles;
    if (!functions[i].is_internal()) AppendFunction(page, functions.subspan(i, styles));
    i += styles;
  }
}

}  // namespace

std::string SignatureText(const Function& function, const Overload& overload) {
  std::span<const Type> parameters = overload.parameters;
  std::string text = function.name;
  if (function.receiver) {
    text = TypeText(parameters.front()) + "." + text;
    parameters = parameters.subspan(1);
  }
  return text + "(" + ParametersText(parameters) + ") -> " + TypeText(overload.result);
}

std::string ExpressionReference(const Library& library) {
  std::string page(kHead);
  page += "\n## Operators\n\nFrom those that bind tightest to those that bind loosest.\n";
  for (const OperatorDescription& description : OperatorDescriptions()) AppendOperator(page, description);
  page += "\n## Macros\n\nThey take names and expressions, and not only values.\n";
  for (const Macro& macro : Macros()) AppendMacro(page, macro);
  for (const Family& family : library.families()) AppendFamily(page, family);
  return page;
}

}  // namespace penstock::expr
