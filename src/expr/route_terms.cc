// An expression that runs over its budget fails, also where something after that would have made it false. A term may
// therefore stand for evaluation only if evaluating it is free, or if what comes before it costs at most as much as the
// source is long. TermReader walks in the order of evaluation and remembers whether that still holds.
#include "expr/route_terms.h"

#include <algorithm>
#include <memory>
#include <optional>

#include "event/collection.h"
#include "expr/parser.h"
#include "expr/path.h"

namespace penstock::expr {
namespace {

constexpr size_t kAlternativesMax = 16;  // of one rule
constexpr size_t kFreeBytes = 63;        // of a text that is compared for nothing, whatever the budget

bool IsScalar(const Value& value) { return value.kind() <= ValueKind::kString; }

bool IsFree(const Value& literal) { return !literal.Is(ValueKind::kString) || literal.text().size() <= kFreeBytes; }

bool IsOrder(Operator op) { return op >= Operator::kLess && op <= Operator::kGreaterEqual; }

// a < b is b > a.
Operator Mirrored(Operator op) {
  switch (op) {
    case Operator::kLess: return Operator::kGreater;
    case Operator::kLessEqual: return Operator::kGreaterEqual;
    case Operator::kGreater: return Operator::kLess;
    case Operator::kGreaterEqual: return Operator::kLessEqual;
    default: return op;
  }
}

Atom::Kind KindOf(Operator op) {
  switch (op) {
    case Operator::kLess: return Atom::Kind::kLess;
    case Operator::kLessEqual: return Atom::Kind::kLessEqual;
    case Operator::kGreater: return Atom::Kind::kGreater;
    case Operator::kGreaterEqual: return Atom::Kind::kGreaterEqual;
    default: return Atom::Kind::kEqual;
  }
}

class TermReader {
 public:
  TermReader(const Ast& ast, Environment& environment, Arena& arena)
      : ast_(ast), environment_(environment), arena_(arena) {}

  std::vector<Conjunction> Read(NodeId id) {
    switch (ast_.node(id).kind) {
      case NodeKind::kAnd: return ReadAnd(id);
      case NodeKind::kOr: return ReadOr(id);
      default: break;
    }
    std::optional<Term> term = ReadTerm(id);
    if (!term) {
      bounded_ = bounded_ && IsBounded(id);
      return {Conjunction()};
    }
    return {Conjunction{*std::move(term)}};
  }

 private:
  // Every alternative of one operand with every one of the others; an operand that would make too many says nothing.
  std::vector<Conjunction> ReadAnd(NodeId id) {
    std::vector<Conjunction> all{Conjunction()};
    for (const NodeId child : ast_.ChildrenOf(id)) {
      const std::vector<Conjunction> alternatives = Read(child);
      if (alternatives.size() == 1) {
        for (Conjunction& left : all) left.insert(left.end(), alternatives[0].begin(), alternatives[0].end());
        continue;
      }
      if (all.size() * alternatives.size() > kAlternativesMax) continue;
      std::vector<Conjunction> product;
      for (const Conjunction& left : all) {
        for (const Conjunction& right : alternatives) {
          product.push_back(left);
          product.back().insert(product.back().end(), right.begin(), right.end());
        }
      }
      all = std::move(product);
    }
    return all;
  }

  // Terms of one operand become one.
  std::vector<Conjunction> ReadOr(NodeId id) {
    std::vector<Conjunction> all;
    for (const NodeId child : ast_.ChildrenOf(id)) {
      std::vector<Conjunction> alternatives = Read(child);
      if (all.size() > kAlternativesMax) continue;  // they are too many already
      for (Conjunction& alternative : alternatives) {
        Term* const same = alternative.size() == 1 ? FindTerm(all, alternative.front().operand) : nullptr;
        if (same != nullptr)
          same->atoms.insert(same->atoms.end(), alternative.front().atoms.begin(), alternative.front().atoms.end());
        else
          all.push_back(std::move(alternative));
      }
    }
    const bool any = std::any_of(all.begin(), all.end(), [](const Conjunction& c) { return c.empty(); });
    if (any || all.size() > kAlternativesMax) return {Conjunction()};
    return all;
  }

  static Term* FindTerm(std::vector<Conjunction>& alternatives, const Operand& operand) {
    for (Conjunction& alternative : alternatives)
      if (alternative.size() == 1 && alternative.front().operand == operand) return &alternative.front();
    return nullptr;
  }

  std::optional<Term> ReadTerm(NodeId id) {
    const Node& node = ast_.node(id);
    if (node.kind == NodeKind::kHas) return ReadHas(id, true);
    if (node.kind == NodeKind::kCall) return ReadPrefix(id);
    if (node.kind != NodeKind::kOperator) return std::nullopt;
    if (node.op == Operator::kNot) return ReadHas(ast_.Child(id, 0), false);
    if (node.op == Operator::kIn) return ReadIn(id);
    if (node.op == Operator::kEqual || IsOrder(node.op)) return ReadComparison(id);
    return std::nullopt;
  }

  std::optional<Term> ReadHas(NodeId id, bool wanted) {
    if (ast_.node(id).kind != NodeKind::kHas || !bounded_) return std::nullopt;
    const std::optional<Path> parent = PathOf(ast_, ast_.Child(id, 0), environment_, locals_);
    if (!parent) return std::nullopt;
    const uint32_t slot = environment_.SlotFor(parent->variable, parent->number, ast_.node(id).name);
    return Term{{Operand::Kind::kHasSlot, slot}, {{Atom::Kind::kEqual, Value::Bool(wanted)}}};
  }

  std::optional<Term> ReadPrefix(NodeId id) {
    const Node& node = ast_.node(id);
    if (!node.receiver || node.name != "startsWith" || node.child_count != 2) return std::nullopt;
    const std::optional<Operand> operand = OperandAt(ast_.Child(id, 0));
    const std::optional<Value> literal = LiteralAt(ast_.Child(id, 1));
    if (!operand || !literal || !literal->Is(ValueKind::kString)) return std::nullopt;
    return Term{*operand, {{Atom::Kind::kPrefix, *literal}}};
  }

  std::optional<Term> ReadIn(NodeId id) {
    const NodeId list = ast_.Child(id, 1);
    if (ast_.node(list).kind != NodeKind::kList || !bounded_) return std::nullopt;
    const std::optional<Operand> operand = OperandAt(ast_.Child(id, 0));
    if (!operand) return std::nullopt;
    Term term{*operand, {}};
    for (const NodeId element : ast_.ChildrenOf(list)) {
      const std::optional<Value> literal = LiteralAt(element);
      if (!literal) return std::nullopt;
      term.atoms.push_back({Atom::Kind::kEqual, *literal});
    }
    return term;
  }

  std::optional<Term> ReadComparison(NodeId id) {
    const NodeId left = ast_.Child(id, 0);
    const NodeId right = ast_.Child(id, 1);
    const bool mirrored = ast_.node(left).kind == NodeKind::kLiteral;
    const std::optional<Operand> operand = OperandAt(mirrored ? right : left);
    const std::optional<Value> literal = LiteralAt(mirrored ? left : right);
    if (!operand || !literal) return std::nullopt;
    const Operator op = mirrored ? Mirrored(ast_.node(id).op) : ast_.node(id).op;
    if (IsOrder(op) && !literal->is_number()) return std::nullopt;
    return Term{*operand, {{KindOf(op), *literal}}};
  }

  std::optional<Operand> OperandAt(NodeId id) {
    const std::optional<Path> path = PathOf(ast_, id, environment_, locals_);
    if (!path) return std::nullopt;
    return Operand{path->variable ? Operand::Kind::kVariable : Operand::Kind::kSlot, path->number};
  }

  std::optional<Value> LiteralAt(NodeId id) {
    const Node& node = ast_.node(id);
    if (node.kind != NodeKind::kLiteral || !IsScalar(node.literal)) return std::nullopt;
    if (!bounded_ && !IsFree(node.literal)) return std::nullopt;
    return DeepCopy(node.literal, arena_);
  }

  // Whether evaluation costs at most as much as the source is long.
  bool IsBounded(NodeId id) {
    const Node& node = ast_.node(id);
    const std::span<const NodeId> children = ast_.ChildrenOf(id);
    if (node.kind == NodeKind::kLiteral || OperandAt(id)) return true;
    if (node.kind == NodeKind::kHas) return OperandAt(children[0]).has_value();
    if (node.kind == NodeKind::kOperator && node.op >= Operator::kEqual && node.op <= Operator::kGreaterEqual)
      return IsScalarLiteral(children[0]) || IsScalarLiteral(children[1])
                 ? IsBounded(children[0]) && IsBounded(children[1])
                 : false;
    if (node.kind == NodeKind::kOperator && node.op == Operator::kIn)
      return IsBounded(children[0]) && IsLiteralList(children[1]);
    const bool logical = node.kind == NodeKind::kAnd || node.kind == NodeKind::kOr ||
                         (node.kind == NodeKind::kOperator && node.op == Operator::kNot);
    return logical && std::all_of(children.begin(), children.end(), [this](NodeId child) { return IsBounded(child); });
  }

  bool IsScalarLiteral(NodeId id) const {
    return ast_.node(id).kind == NodeKind::kLiteral && IsScalar(ast_.node(id).literal);
  }
  bool IsLiteralList(NodeId id) const {
    const std::span<const NodeId> items = ast_.ChildrenOf(id);
    return ast_.node(id).kind == NodeKind::kList &&
           std::all_of(items.begin(), items.end(), [this](NodeId item) { return IsScalarLiteral(item); });
  }

  const Ast& ast_;
  Environment& environment_;
  Arena& arena_;
  Locals<uint32_t> locals_;  // none: terms stand outside of macros
  bool bounded_ = true;
};

}  // namespace

bool Term::is_set() const {
  return std::all_of(atoms.begin(), atoms.end(), [](const Atom& atom) { return atom.kind == Atom::Kind::kEqual; });
}

std::vector<Conjunction> TermsOf(std::string_view source, Environment& environment, Arena& arena) {
  std::vector<Diagnostic> diagnostics;
  const std::unique_ptr<Ast> ast = Parse(source, environment.limits(), diagnostics);
  if (!diagnostics.empty()) return {Conjunction()};
  return TermReader(*ast, environment, arena).Read(ast->root);
}

}  // namespace penstock::expr
