// The checker, against what a schema declares: the input is a JSON Schema, a NUL byte, an expression, a NUL byte, and
// the event's JSON, of which the part counts that conforms. Then a value has the type that the checker promised, the
// check changes no value, and a field that it says is not there is indeed not there.
#include <algorithm>
#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "event/json_parser.h"
#include "event/json_writer.h"
#include "expr/parser.h"
#include "expr/schema_type.h"
#include "fuzz/checked_expression.h"
#include "fuzz/conforming.h"
#include "fuzz/finding.h"

namespace penstock::expr {
namespace {

constexpr uint64_t kBudget = 20'000;

struct Input {
  std::string_view schema;
  std::string_view expression;
  std::string_view event;
};

std::string_view TakeToNul(std::string_view& rest) {
  const std::string_view part = rest.substr(0, rest.find('\0'));
  rest.remove_prefix(std::min(part.size() + 1, rest.size()));
  return part;
}

Input Split(std::string_view bytes) {
  Input input;
  input.schema = TakeToNul(bytes);
  input.expression = TakeToNul(bytes);
  input.event = bytes;
  return input;
}

// Whether a macro's variable hides the event somewhere.
bool HidesEvent(const Ast& ast) {
  return std::any_of(ast.nodes.begin(), ast.nodes.end(), [](const Node& node) {
    const bool declares = node.kind == NodeKind::kBind || node.kind == NodeKind::kComprehension;
    return declares && (node.name == "event" || node.second_name == "event");
  });
}

// A field, or an element by a text that is written out.
std::optional<std::string_view> MemberName(const Ast& ast, NodeId id) {
  const Node& node = ast.node(id);
  if (node.kind == NodeKind::kSelect || node.kind == NodeKind::kHas) return node.name;
  if (!ast.IsOperator(id, Operator::kIndex)) return std::nullopt;
  const Node& index = ast.node(ast.Child(id, 1));
  if (index.kind != NodeKind::kLiteral || !index.literal.Is(ValueKind::kString)) return std::nullopt;
  return index.literal.text();
}

// The names on the way from the event to what the node takes of it; nothing where it takes it of something else.
std::optional<std::vector<std::string_view>> PathOf(const Ast& ast, NodeId id) {
  std::vector<std::string_view> names;
  while (ast.node(id).kind != NodeKind::kIdentifier) {
    const std::optional<std::string_view> name = MemberName(ast, id);
    if (!name) return std::nullopt;
    names.insert(names.begin(), *name);
    id = ast.Child(id, 0);
  }
  if (ast.node(id).name != "event") return std::nullopt;
  return names;
}

// event["a"]["b"]
std::string PathText(const std::vector<std::string_view>& names) {
  std::string text = "event";
  for (const std::string_view name : names) {
    text += "[\"";
    for (const char c : name) {
      constexpr std::array kEscaped = {'\\', '"', '\n', '\r'};
      const bool escaped = std::find(kEscaped.begin(), kEscaped.end(), c) != kEscaped.end();
      if (escaped) text += '\\';
      text += c == '\n' ? 'n' : c == '\r' ? 'r' : c;
    }
    text += "\"]";
  }
  return text;
}

// The place of a message about a member: its name.
uint32_t NameOffset(const Ast& ast, NodeId id) {
  return ast.node(ast.IsOperator(id, Operator::kIndex) ? ast.Child(id, 1) : id).offset;
}

void ExpectNothingAt(const std::vector<std::string_view>& names, const Value& event) {
  const std::string path = PathText(names);
  const std::optional<Outcome> outcome = CheckedExpression(path, kBudget).Evaluate(event);
  Expect(outcome.has_value(), "the path to a field does not compile", path);
  Expect(outcome->failed, "a field that the checker says is not there", path + " of " + ToJson(event));
}

void CheckMissingFields(std::string_view source, const std::vector<Diagnostic>& diagnostics, const Value& event) {
  std::vector<Diagnostic> mistakes;
  const std::unique_ptr<Ast> ast = Parse(source, {}, mistakes);
  if (!mistakes.empty() || HidesEvent(*ast)) return;
  for (const Diagnostic& diagnostic : diagnostics) {
    if (diagnostic.message.find(" has no field ") == std::string::npos) continue;
    for (NodeId id = 0; id < ast->nodes.size(); ++id) {
      if (!MemberName(*ast, id) || NameOffset(*ast, id) != diagnostic.offset) continue;
      if (const auto path = PathOf(*ast, id)) ExpectNothingAt(*path, event);
    }
  }
}

void Run(const Input& input) {
  const Result<SchemaTypes> schema = ReadSchema(input.schema);
  if (!schema) return Expect(!schema.error().message.empty(), "a refused schema without a message", input.schema);
  Arena arena;
  JsonParser parser;
  const Result<const JsonDocument*> document = parser.Parse(input.event, arena);
  const CheckedExpression expression(input.expression, kBudget, schema->type);
  const std::optional<Value> event =
      document ? Conforming((*document)->root(), schema->type, arena) : std::optional<Value>();
  if (!event) return;
  Expect(Fits(*event, schema->type), "conforms, and does not fit " + TypeText(schema->type), ToJson(*event));
  if (expression.is_checked())
    expression.Evaluate(*event);
  else
    CheckMissingFields(input.expression, expression.diagnostics(), *event);
}

}  // namespace
}  // namespace penstock::expr

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  penstock::expr::Run(penstock::expr::Split({reinterpret_cast<const char*>(data), size}));
  return 0;
}
