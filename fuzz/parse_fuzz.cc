// The lexer and the parser alone, on any bytes. Tokens follow each other within the source; a mistake points into it;
// the tree is one, within its limits; and reading twice gives the same.
#include <algorithm>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/escape.h"
#include "base/utf8.h"
#include "event/compare.h"
#include "expr/lexer.h"
#include "expr/parser.h"
#include "fuzz/finding.h"

namespace penstock::expr {
namespace {

constexpr Limits kNarrowLimits = {.source_bytes = 400, .nesting = 6};

struct Parsed {
  std::unique_ptr<Ast> ast;
  std::vector<Diagnostic> diagnostics;
};

Parsed ParseWithin(std::string_view source, const Limits& limits) {
  Parsed parsed;
  parsed.ast = Parse(source, limits, parsed.diagnostics);
  return parsed;
}

void CheckTokens(std::string_view source) {
  Lexer lexer(source);
  uint32_t last_end = 0;
  for (Token token = lexer.Next(); token.kind != TokenKind::kEnd; token = lexer.Next()) {
    Expect(token.offset >= last_end && token.end >= token.offset, "tokens that overlap", token.text);
    Expect(token.end <= source.size(), "a token beyond the end", token.text);
    if (token.kind == TokenKind::kInvalid) {
      Expect(!token.text.empty(), "a broken token without a message");
      return;
    }
    Expect(token.end > token.offset, "an empty token", token.text);
    const std::string_view whole = source.substr(token.offset, token.end - token.offset);
    Expect(whole.find(token.text) != std::string_view::npos, "a token with another's text", token.text);
    last_end = token.end;
  }
}

void CheckDiagnostics(std::string_view source, const Parsed& parsed) {
  for (const Diagnostic& diagnostic : parsed.diagnostics) {
    Expect(!diagnostic.message.empty(), "a mistake without a message", source);
    Expect(diagnostic.offset <= source.size(), "a mistake beyond the end", diagnostic.message);
  }
  if (parsed.diagnostics.empty()) return;
  const std::string message = DiagnosticsError(source, parsed.diagnostics).message;
  for (size_t begin = 0; begin < message.size();) {
    const size_t end = std::min(message.find('\n', begin), message.size());
    Expect(!HasUnprintable(std::string_view(message).substr(begin, end - begin)), "a message not to be shown", message);
    begin = end + 1;
  }
}

bool HasChildrenOfItsKind(const Node& node) {
  const uint32_t count = node.child_count;
  switch (node.kind) {
    case NodeKind::kInvalid:
    case NodeKind::kLiteral:
    case NodeKind::kIdentifier: return count == 0;
    case NodeKind::kSelect:
    case NodeKind::kHas:
    case NodeKind::kOptionalEntry: return count == 1;
    case NodeKind::kCall: return !node.receiver || count >= 1;
    case NodeKind::kOperator: return count == (node.op == Operator::kNegate || node.op == Operator::kNot ? 1 : 2);
    case NodeKind::kAnd:
    case NodeKind::kOr: return count >= 2;
    case NodeKind::kConditional: return count == 3;
    case NodeKind::kList: return true;
    case NodeKind::kMap: return count % 2 == 0;
    case NodeKind::kComprehension: return count == 2 || count == 3;
    case NodeKind::kBind: return count == 2;
  }
  return false;
}

void CheckNode(const Ast& ast, NodeId id) {
  const Node& node = ast.node(id);
  Expect(node.offset <= ast.source.size(), "a node beyond the end", ast.source);
  Expect(node.depth <= kTreeDepthMax, "a tree that is too deep", ast.source);
  Expect(node.first_child <= ast.children.size() && node.child_count <= ast.children.size() - node.first_child,
         "children that are not there", ast.source);
  Expect(HasChildrenOfItsKind(node), "a node with too few or too many children", ast.source);
  uint32_t depth = 0;
  for (const NodeId child : ast.ChildrenOf(id)) {
    Expect(child < id, "a child that was there after its parent", ast.source);
    depth = std::max<uint32_t>(depth, ast.node(child).depth);
  }
  Expect(node.depth == depth + 1, "a node of another depth than it says", ast.source);
}

// Of an expression without mistakes: nothing in it is invalid, and no part stands in two places, so that who walks it
// takes no longer than it is large.
void CheckWhole(const Ast& ast) {
  Expect(ast.root < ast.nodes.size(), "a tree without a root", ast.source);
  std::vector<bool> reached(ast.nodes.size());
  reached[ast.root] = true;
  for (NodeId id = ast.root + 1; id-- > 0;) {
    if (!reached[id]) continue;
    Expect(ast.node(id).kind != NodeKind::kInvalid, "a mistake that nobody reported", ast.source);
    for (const NodeId child : ast.ChildrenOf(id)) {
      Expect(!reached[child], "a node that stands in two places", ast.source);
      reached[child] = true;
    }
  }
}

void CheckTree(const Parsed& parsed, const Limits& limits) {
  const Ast& ast = *parsed.ast;
  Expect(ast.source.size() <= limits.source_bytes || ast.nodes.empty(), "read what is too long", ast.source);
  for (NodeId id = 0; id < ast.nodes.size(); ++id) CheckNode(ast, id);
  if (parsed.diagnostics.empty()) CheckWhole(ast);
}

bool IsSameNode(const Node& a, const Node& b) {
  return a.kind == b.kind && a.op == b.op && a.comprehension == b.comprehension && a.global == b.global &&
         a.receiver == b.receiver && a.optional == b.optional && a.depth == b.depth && a.offset == b.offset &&
         a.name == b.name && a.second_name == b.second_name && a.literal.kind() == b.literal.kind() &&
         Equals(a.literal, b.literal);
}

void CheckSame(const Parsed& a, const Parsed& b) {
  const std::string_view source = a.ast->source;
  Expect(std::equal(a.diagnostics.begin(), a.diagnostics.end(), b.diagnostics.begin(), b.diagnostics.end(),
                    [](const Diagnostic& one, const Diagnostic& other) {
                      return one.offset == other.offset && one.message == other.message;
                    }),
         "other mistakes the second time", source);
  Expect(a.ast->root == b.ast->root && a.ast->children == b.ast->children, "another tree the second time", source);
  Expect(std::equal(a.ast->nodes.begin(), a.ast->nodes.end(), b.ast->nodes.begin(), b.ast->nodes.end(), IsSameNode),
         "other nodes the second time", source);
}

void Run(std::string_view source) {
  CheckTokens(source);
  const Parsed parsed = ParseWithin(source, {});
  CheckDiagnostics(source, parsed);
  CheckTree(parsed, {});
  CheckSame(parsed, ParseWithin(source, {}));
  const Parsed narrow = ParseWithin(source, kNarrowLimits);
  CheckDiagnostics(source, narrow);
  CheckTree(narrow, kNarrowLimits);
  if (narrow.diagnostics.empty()) CheckSame(narrow, parsed);
}

}  // namespace
}  // namespace penstock::expr

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  penstock::expr::Run({reinterpret_cast<const char*>(data), size});
  return 0;
}
