#include "expr/parser.h"

#include <algorithm>
#include <optional>

#include "base/utf8.h"
#include "expr/binary_operator.h"
#include "expr/lexer.h"
#include "expr/literal.h"
#include "expr/macro.h"
#include "expr/token_text.h"
#include "expr/tree_builder.h"

namespace penstock::expr {
namespace {

// Recursive descent. Chains (a + b + c, a.b.c, !!a) are loops, so that only brackets and conditionals use the stack.
class Parser {
 public:
  Parser(std::string_view source, const Limits& limits, Ast& ast, std::vector<Diagnostic>& diagnostics)
      : lexer_(source), limits_(limits), ast_(ast), diagnostics_(diagnostics), tree_(ast, kTreeDepthMax, diagnostics) {
    Advance();
  }

  void Run() {
    ast_.root = ParseExpression();
    if (panicking_ || token_.kind == TokenKind::kEnd) return;
    const Node& root = ast_.node(ast_.root);
    if (root.kind == NodeKind::kIdentifier && root.name == "not") {
      Report(root.offset, "expected '!' for what is not so, found 'not'");
    } else {
      Expected("an operator or the end");
    }
  }

 private:
  NodeId ParseExpression();
  NodeId ParseConditional();
  NodeId ParseLogical(std::string_view text, NodeKind kind);
  NodeId ParseBinary(int level);
  NodeId ParseUnary();
  NodeId ParseChain(NodeId node);
  NodeId ParsePrimary();
  NodeId ParseNumber(bool negative, uint32_t offset);
  NodeId ParseLiteral();
  NodeId ParseIdentifier(bool global);
  NodeId ParseSelect(NodeId operand);
  NodeId ParseIndex(NodeId operand);
  NodeId ParseReceiverCall(NodeId target, const Token& name);
  NodeId ParseListLiteral();
  NodeId ParseMapLiteral();
  std::vector<NodeId> ParseArguments(std::string_view closing);
  NodeId Operand(Operator op, uint32_t offset, std::vector<NodeId> operands);

  void Advance();
  bool Take(std::string_view punctuation);
  void Require(std::string_view punctuation, std::string_view purpose);
  NodeId Expected(std::string_view what);
  NodeId Report(uint32_t offset, std::string message);
  void SkipTo(std::string_view closing);
  void Close(std::string_view closing, std::string_view purpose);
  bool IsName(NodeId node) const {
    return ast_.node(node).kind == NodeKind::kIdentifier || ast_.node(node).kind == NodeKind::kSelect;
  }
  NodeId FromResult(Result<Value> value, uint32_t offset);

  Lexer lexer_;
  Token token_;
  uint32_t previous_end_ = 0;
  const Limits& limits_;
  Ast& ast_;
  std::vector<Diagnostic>& diagnostics_;
  TreeBuilder tree_;
  uint32_t nesting_ = 0;
  bool panicking_ = false;  // after a mistake, until reading is in step again
};

void Parser::Advance() {
  previous_end_ = token_.end;
  token_ = lexer_.Next();
  if (token_.kind != TokenKind::kInvalid) return;
  if (!panicking_) Report(token_.offset, std::string(token_.text));
  token_.kind = TokenKind::kEnd;  // what follows a broken token would only be guessed at
}

NodeId Parser::Report(uint32_t offset, std::string message) {
  if (!panicking_) diagnostics_.push_back({offset, std::move(message)});
  panicking_ = true;
  return tree_.Invalid(offset);
}

NodeId Parser::Expected(std::string_view what) {
  return Report(token_.offset, "expected " + std::string(what) + ", " + DescribeToken(token_));
}

bool Parser::Take(std::string_view punctuation) {
  if (!token_.Is(punctuation)) return false;
  Advance();
  return true;
}

void Parser::Require(std::string_view punctuation, std::string_view purpose) {
  if (panicking_ || Take(punctuation)) return;
  Expected("'" + std::string(punctuation) + "' " + std::string(purpose));
}

// After a mistake: skips to a comma or to the closing bracket of the list that is being read.
void Parser::SkipTo(std::string_view closing) {
  uint32_t open = 0;
  for (; token_.kind != TokenKind::kEnd; Advance()) {
    const bool opens = token_.Is("(") || token_.Is("[") || token_.Is("{");
    const bool closes = token_.Is(")") || token_.Is("]") || token_.Is("}");
    if (open == 0 && (token_.Is(",") || token_.Is(closing))) {
      panicking_ = false;
      return;
    }
    if (open == 0 && closes) return;
    if (opens) ++open;
    if (closes) --open;
  }
}

// Requires the bracket that ends a group of one expression. After a mistake in there, reading goes on behind it.
void Parser::Close(std::string_view closing, std::string_view purpose) {
  Require(closing, purpose);
  while (panicking_ && token_.kind != TokenKind::kEnd) {
    SkipTo(closing);
    if (panicking_ || Take(closing)) return;
    panicking_ = true;
    Advance();
  }
}

NodeId Parser::ParseExpression() {
  if (nesting_ >= limits_.nesting)
    return Report(token_.offset, "the expression is nested more than " + std::to_string(limits_.nesting) + " deep");
  ++nesting_;
  const NodeId node = ParseConditional();
  --nesting_;
  return node;
}

NodeId Parser::ParseConditional() {
  const NodeId condition = ParseLogical("||", NodeKind::kOr);
  const uint32_t offset = token_.offset;
  if (panicking_ || !Take("?")) return condition;
  const bool field = token_.Is(".") && token_.offset == offset + 1;
  const NodeId then = ParseLogical("||", NodeKind::kOr);
  if (!panicking_ && token_.Is("?"))
    return Report(token_.offset, "expected ':', found '?'; a conditional before ':' stands in parentheses");
  if (!panicking_ && field && !token_.Is(":"))
    return Report(offset, "expected '.?' before the name of a field that may be missing, found '?.'");
  Require(":", "and the value for when the condition is false");
  if (panicking_) return condition;
  const NodeId otherwise = ParseExpression();
  return tree_.Add({.kind = NodeKind::kConditional, .offset = offset}, {condition, then, otherwise});
}

// `a || b || c` and `a && b && c` become one node each.
NodeId Parser::ParseLogical(std::string_view text, NodeKind kind) {
  const auto operand = [&] {
    return kind == NodeKind::kOr ? ParseLogical("&&", NodeKind::kAnd) : ParseBinary(kRelationLevel);
  };
  std::vector<NodeId> operands = {operand()};
  const uint32_t offset = token_.offset;
  while (!panicking_ && Take(text)) operands.push_back(operand());
  if (operands.size() == 1) return operands.front();
  return tree_.Add({.kind = kind, .offset = offset}, operands);
}

NodeId Parser::ParseBinary(int level) {
  if (level > kHighestLevel) return ParseUnary();
  NodeId left = ParseBinary(level + 1);
  while (!panicking_) {
    const BinaryOperator* const binary = FindBinaryOperator(token_, level);
    if (binary == nullptr) break;
    const uint32_t offset = token_.offset;
    Advance();
    const NodeId right = ParseBinary(level + 1);
    left = Operand(binary->op, offset, {left, right});
  }
  return left;
}

NodeId Parser::Operand(Operator op, uint32_t offset, std::vector<NodeId> operands) {
  return tree_.Add({.kind = NodeKind::kOperator, .op = op, .offset = offset}, operands);
}

// Of any number of `!` and `-`. The last minus before a number belongs to it, so that the smallest int can be written.
NodeId Parser::ParseUnary() {
  std::vector<Token> signs;
  for (; token_.Is("!") || token_.Is("-"); Advance()) signs.push_back(token_);
  const bool number = token_.kind == TokenKind::kInt || token_.kind == TokenKind::kDouble;
  const bool negative = number && !signs.empty() && signs.back().Is("-");
  const uint32_t offset = negative ? signs.back().offset : token_.offset;
  if (negative) signs.pop_back();
  NodeId node = ParseChain(negative ? ParseNumber(true, offset) : ParsePrimary());
  for (auto sign = signs.rbegin(); sign != signs.rend(); ++sign)
    node = Operand(sign->Is("!") ? Operator::kNot : Operator::kNegate, sign->offset, {node});
  return node;
}

NodeId Parser::ParseChain(NodeId node) {
  while (!panicking_) {
    if (Take(".")) {
      node = ParseSelect(node);
    } else if (token_.Is("[")) {
      node = ParseIndex(node);
    } else if (token_.Is("{") && IsName(node)) {
      Report(token_.offset, "messages cannot be constructed here; a map is written {'key': value}");
    } else {
      break;
    }
  }
  return node;
}

NodeId Parser::ParseSelect(NodeId operand) {
  const bool optional = Take("?");
  const Token name = token_;
  const bool named = name.kind == TokenKind::kIdentifier || name.kind == TokenKind::kReserved;
  if (!named && name.kind != TokenKind::kQuotedIdentifier) return Expected("a field's name");
  Advance();
  if (token_.Is("(") && named && !optional) return ParseReceiverCall(operand, name);
  return tree_.Add({.kind = NodeKind::kSelect, .optional = optional, .offset = name.offset, .name = name.text},
                   {operand});
}

NodeId Parser::ParseIndex(NodeId operand) {
  const uint32_t offset = token_.offset;
  Advance();
  const bool optional = Take("?");
  const NodeId index = ParseExpression();
  Close("]", "after an index");
  return Operand(optional ? Operator::kOptionalIndex : Operator::kIndex, offset, {operand, index});
}

std::vector<NodeId> Parser::ParseArguments(std::string_view closing) {
  std::vector<NodeId> arguments;
  while (!panicking_ && !token_.Is(closing)) {
    const uint32_t offset = token_.offset;
    const bool optional = closing == "]" && Take("?");
    NodeId argument = ParseExpression();
    if (optional) argument = tree_.Add({.kind = NodeKind::kOptionalEntry, .offset = offset}, {argument});
    arguments.push_back(argument);
    if (panicking_) SkipTo(closing);
    if (panicking_ || !Take(",")) break;
    const bool well = ast_.node(arguments.back()).kind != NodeKind::kInvalid;
    if (closing == ")" && token_.Is(closing) && well) Expected("an argument");
  }
  Require(closing, closing == ")" ? "or ',' after an argument" : "or ',' after an element");
  return arguments;
}

NodeId Parser::ParseReceiverCall(NodeId target, const Token& name) {
  Advance();
  std::vector<NodeId> operands = ParseArguments(")");
  operands.insert(operands.begin(), target);
  if (panicking_) return tree_.Invalid(name.offset);
  if (const std::optional<NodeId> expanded = ExpandReceiverMacro(tree_, name.text, name.offset, operands))
    return *expanded;
  return tree_.Add({.kind = NodeKind::kCall, .receiver = true, .offset = name.offset, .name = name.text}, operands);
}

NodeId Parser::ParsePrimary() {
  switch (token_.kind) {
    case TokenKind::kTrue:
    case TokenKind::kFalse:
    case TokenKind::kNull:
    case TokenKind::kString:
    case TokenKind::kBytes: return ParseLiteral();
    case TokenKind::kInt:
    case TokenKind::kUint:
    case TokenKind::kDouble: return ParseNumber(false, token_.offset);
    case TokenKind::kIdentifier: return ParseIdentifier(false);
    case TokenKind::kReserved:
      return Report(token_.offset, "'" + std::string(token_.text) + "' is a reserved word; it can only name a field" +
                                       (token_.text == "if" ? "; a choice is written x ? a : b" : ""));
    case TokenKind::kQuotedIdentifier:
      return Report(token_.offset, "names in backticks can only stand after a dot, as in event.`a-b`");
    default: break;
  }
  if (token_.Is("[")) return ParseListLiteral();
  if (token_.Is("{")) return ParseMapLiteral();
  if (Take("(")) {
    const NodeId inner = ParseExpression();
    Close(")", "to close '('");
    return inner;
  }
  if (Take(".")) {
    if (token_.kind == TokenKind::kIdentifier) return ParseIdentifier(true);
    return Expected("a name");
  }
  return Expected("an expression");
}

NodeId Parser::FromResult(Result<Value> value, uint32_t offset) {
  if (!value) return Report(offset, value.error().message);
  return tree_.Literal(*value, offset);
}

NodeId Parser::ParseNumber(bool negative, uint32_t offset) {
  const Token number = token_;
  Advance();
  const TokenKind after = token_.kind;
  const bool joined = token_.offset == number.end && (after == TokenKind::kIdentifier || after == TokenKind::kInt);
  if (joined) return Report(token_.offset, "expected an operator after a number, " + DescribeToken(token_));
  if (number.kind == TokenKind::kInt) return FromResult(ReadIntLiteral(number.text, negative), offset);
  if (number.kind == TokenKind::kUint) return FromResult(ReadUintLiteral(number.text), offset);
  return FromResult(ReadDoubleLiteral(number.text, negative), offset);
}

NodeId Parser::ParseLiteral() {
  const Token literal = token_;
  Advance();
  switch (literal.kind) {
    case TokenKind::kTrue: return tree_.Literal(Value::Bool(true), literal.offset);
    case TokenKind::kFalse: return tree_.Literal(Value::Bool(false), literal.offset);
    case TokenKind::kNull: return tree_.Literal(Value::Null(), literal.offset);
    case TokenKind::kBytes: return FromResult(ReadBytesLiteral(literal.text, ast_.arena), literal.offset);
    default: return FromResult(ReadStringLiteral(literal.text, ast_.arena), literal.offset);
  }
}

NodeId Parser::ParseIdentifier(bool global) {
  const Token name = token_;
  Advance();
  if (!Take("("))
    return tree_.Add({.kind = NodeKind::kIdentifier, .global = global, .offset = name.offset, .name = name.text}, {});
  const std::vector<NodeId> arguments = ParseArguments(")");
  if (panicking_) return tree_.Invalid(name.offset);
  if (!global) {
    if (const std::optional<NodeId> expanded = ExpandGlobalMacro(tree_, name.text, name.offset, arguments))
      return *expanded;
  }
  return tree_.Add({.kind = NodeKind::kCall, .global = global, .offset = name.offset, .name = name.text}, arguments);
}

NodeId Parser::ParseListLiteral() {
  const uint32_t offset = token_.offset;
  Advance();
  const std::vector<NodeId> elements = ParseArguments("]");
  return tree_.Add({.kind = NodeKind::kList, .offset = offset}, elements);
}

NodeId Parser::ParseMapLiteral() {
  const uint32_t offset = token_.offset;
  Advance();
  std::vector<NodeId> entries;
  while (!panicking_ && !token_.Is("}")) {
    const uint32_t key_offset = token_.offset;
    const bool optional = Take("?");
    NodeId key = ParseExpression();
    if (optional) key = tree_.Add({.kind = NodeKind::kOptionalEntry, .offset = key_offset}, {key});
    Require(":", "and a value after a key");
    if (!panicking_) {
      entries.push_back(key);
      entries.push_back(ParseExpression());
    }
    if (panicking_) SkipTo("}");
    if (panicking_ || !Take(",")) break;
  }
  Require("}", "or ',' after an entry");
  if (entries.size() % 2 != 0) return tree_.Invalid(offset);
  return tree_.Add({.kind = NodeKind::kMap, .offset = offset}, entries);
}

}  // namespace

std::unique_ptr<Ast> Parse(std::string_view source, const Limits& limits, std::vector<Diagnostic>& diagnostics) {
  auto ast = std::make_unique<Ast>();
  ast->source = source;
  if (source.size() > limits.source_bytes) {
    diagnostics.push_back({0, "the expression has " + std::to_string(source.size()) + " bytes; the limit is " +
                                  std::to_string(limits.source_bytes)});
  } else if (const size_t valid = ValidUtf8Prefix(source); valid != source.size()) {
    diagnostics.push_back({static_cast<uint32_t>(valid), "the expression is not valid UTF-8"});
  } else {
    Parser(source, limits, *ast, diagnostics).Run();
  }
  return ast;
}

}  // namespace penstock::expr
