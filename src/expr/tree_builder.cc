#include "expr/tree_builder.h"

#include <algorithm>

namespace penstock::expr {

NodeId TreeBuilder::Report(uint32_t offset, std::string message) {
  diagnostics_.push_back({offset, std::move(message)});
  return Invalid(offset);
}

NodeId TreeBuilder::Add(Node node, std::span<const NodeId> children) {
  uint32_t depth = 0;
  for (const NodeId child : children) depth = std::max<uint32_t>(depth, ast_.nodes[child].depth);
  if (depth >= depth_max_) {
    // Said once: everything above the node is too deep as well.
    if (!too_deep_)
      diagnostics_.push_back(
          {node.offset, "the expression is more than " + std::to_string(depth_max_) + " operations deep here"});
    too_deep_ = true;
    return Invalid(node.offset);
  }
  node.depth = static_cast<uint16_t>(depth + 1);
  node.first_child = static_cast<uint32_t>(ast_.children.size());
  node.child_count = static_cast<uint32_t>(children.size());
  ast_.children.insert(ast_.children.end(), children.begin(), children.end());
  ast_.nodes.push_back(node);
  return static_cast<NodeId>(ast_.nodes.size() - 1);
}

}  // namespace penstock::expr
