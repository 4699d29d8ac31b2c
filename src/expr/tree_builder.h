// Adds nodes to a tree.
#pragma once

#include <cstdint>
#include <initializer_list>
#include <span>
#include <string>
#include <vector>

#include "expr/ast.h"
#include "expr/diagnostic.h"

namespace penstock::expr {

// Keeps the depth of the tree below a limit: whoever walks it later may recurse.
class TreeBuilder {
 public:
  TreeBuilder(Ast& ast, uint32_t depth_max, std::vector<Diagnostic>& diagnostics)
      : ast_(ast), depth_max_(depth_max), diagnostics_(diagnostics) {}

  NodeId Add(Node node, std::span<const NodeId> children);
  NodeId Add(Node node, std::initializer_list<NodeId> children) {
    return Add(node, std::span<const NodeId>(children.begin(), children.size()));
  }
  NodeId Literal(const Value& value, uint32_t offset) {
    return Add({.kind = NodeKind::kLiteral, .offset = offset, .literal = value}, {});
  }
  NodeId Invalid(uint32_t offset) { return Add({.kind = NodeKind::kInvalid, .offset = offset}, {}); }
  // Reports a mistake; what stands there becomes invalid.
  NodeId Report(uint32_t offset, std::string message);

  const Ast& ast() const { return ast_; }

 private:
  Ast& ast_;
  uint32_t depth_max_;
  std::vector<Diagnostic>& diagnostics_;
  bool too_deep_ = false;
};

}  // namespace penstock::expr
