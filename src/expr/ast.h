// An expression as a tree. Nodes stand in one array and name each other by number.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "base/arena.h"
#include "event/value.h"

namespace penstock::expr {

using NodeId = uint32_t;

enum class NodeKind : uint8_t {
  kInvalid,  // stands where a diagnostic was reported
  kLiteral,
  kIdentifier,     // name; global: written with a leading dot
  kSelect,         // [operand] . name; optional: .?
  kHas,            // has([operand] . name)
  kCall,           // name([arguments]); receiver: [target, arguments] as target.name(arguments)
  kOperator,       // [operands]; name is that of the operator
  kAnd,            // two or more
  kOr,             // two or more
  kConditional,    // [condition, then, else]
  kList,           // [elements]; an optional one is wrapped
  kMap,            // [key, value, key, value ..]; the key of an optional entry is wrapped
  kOptionalEntry,  // [element or key]
  kComprehension,  // [range, step ..]
  kBind,           // [value, body]: name stands for the value in the body
};

// The operators that are functions of their operands.
enum class Operator : uint8_t {
  kAdd,
  kSubtract,
  kMultiply,
  kDivide,
  kModulo,
  kNegate,
  kNot,
  kEqual,
  kNotEqual,
  kLess,
  kLessEqual,
  kGreater,
  kGreaterEqual,
  kIn,
  kIndex,
  kOptionalIndex,
};

// What a macro over a list or map computes.
enum class ComprehensionKind : uint8_t {
  kAll,                   // [range, condition]
  kExists,                // [range, condition]
  kExistsOne,             // [range, condition]
  kFilter,                // [range, condition]
  kMap,                   // [range, transform]
  kFilterMap,             // [range, condition, transform]
  kTransformMap,          // [range, transform]: a map with the transform for each key or position
  kFilterTransformMap,    // [range, condition, transform]
  kTransformEntry,        // [range, transform]: a map of the entries of all transforms, which are maps
  kFilterTransformEntry,  // [range, condition, transform]
};

struct Node {
  NodeKind kind = NodeKind::kInvalid;
  Operator op{};
  ComprehensionKind comprehension{};
  bool global = false;
  bool receiver = false;
  bool optional = false;
  uint16_t depth = 1;   // of the tree below, itself included
  uint32_t offset = 0;  // byte of the source that messages point at
  uint32_t first_child = 0;
  uint32_t child_count = 0;
  std::string_view name{};         // of a comprehension: its variable
  std::string_view second_name{};  // of one with two variables: the second; then the first is a position or key
  Value literal{};
};

// Owns what its literals and names borrow, apart from the source.
struct Ast {
  std::string_view source;
  std::vector<Node> nodes;
  std::vector<NodeId> children;
  NodeId root = 0;
  Arena arena;

  const Node& node(NodeId id) const { return nodes[id]; }
  std::span<const NodeId> ChildrenOf(NodeId id) const {
    return {children.data() + nodes[id].first_child, nodes[id].child_count};
  }
  NodeId Child(NodeId id, size_t index) const { return ChildrenOf(id)[index]; }
  bool IsOperator(NodeId id, Operator op) const { return nodes[id].kind == NodeKind::kOperator && nodes[id].op == op; }
};

// As messages and the specification write it: `+`, `in`, `[]`.
std::string_view OperatorText(Operator op);

}  // namespace penstock::expr
