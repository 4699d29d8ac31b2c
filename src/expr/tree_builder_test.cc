#include "expr/tree_builder.h"

#include <gtest/gtest.h>

namespace penstock::expr {
namespace {

TEST(TreeBuilderTest, KeepsChildrenInOrder) {
  Ast ast;
  std::vector<Diagnostic> diagnostics;
  TreeBuilder tree(ast, 10, diagnostics);
  const NodeId one = tree.Literal(Value::Int(1), 0);
  const NodeId two = tree.Literal(Value::Int(2), 2);
  const NodeId list = tree.Add({.kind = NodeKind::kList, .offset = 4}, {one, two});
  EXPECT_EQ(ast.Child(list, 0), one);
  EXPECT_EQ(ast.Child(list, 1), two);
  EXPECT_EQ(ast.node(list).depth, 2);
  EXPECT_TRUE(diagnostics.empty());
}

TEST(TreeBuilderTest, SaysOnceThatATreeIsTooDeep) {
  Ast ast;
  std::vector<Diagnostic> diagnostics;
  TreeBuilder tree(ast, 3, diagnostics);
  NodeId node = tree.Literal(Value::Int(1), 0);
  for (uint32_t i = 1; i <= 10; ++i)
    node = tree.Add({.kind = NodeKind::kOperator, .op = Operator::kNegate, .offset = i}, {node});
  ASSERT_EQ(diagnostics.size(), 1U);
  EXPECT_EQ(diagnostics[0].offset, 3U);
  EXPECT_EQ(diagnostics[0].message, "the expression is more than 3 operations deep here");
}

TEST(TreeBuilderTest, LeavesAnInvalidNodeWhereItReports) {
  Ast ast;
  std::vector<Diagnostic> diagnostics;
  TreeBuilder tree(ast, 3, diagnostics);
  EXPECT_EQ(ast.node(tree.Report(7, "wrong")).kind, NodeKind::kInvalid);
  ASSERT_EQ(diagnostics.size(), 1U);
  EXPECT_EQ(diagnostics[0].offset, 7U);
}

}  // namespace
}  // namespace penstock::expr
