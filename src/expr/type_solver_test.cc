#include "expr/type_solver.h"

#include <gtest/gtest.h>

namespace penstock::expr {
namespace {

const Type kInt = Type::Of(TypeKind::kInt);
const Type kText = Type::Of(TypeKind::kString);

TEST(TypeSolverTest, AssignsTypesThatAreTheSameOrDyn) {
  TypeSolver solver;
  EXPECT_TRUE(solver.Assign(kInt, kInt));
  EXPECT_FALSE(solver.Assign(kInt, kText));
  EXPECT_FALSE(solver.Assign(kInt, Type::Of(TypeKind::kUint)));
  EXPECT_TRUE(solver.Assign(Type::Dyn(), kInt));
  EXPECT_TRUE(solver.Assign(kInt, Type::Dyn()));
  EXPECT_TRUE(solver.Assign(Type::List(kInt), Type::List(Type::Dyn())));
  EXPECT_FALSE(solver.Assign(Type::List(kInt), Type::List(kText)));
  EXPECT_FALSE(solver.Assign(Type::List(kInt), Type::Map(kInt, kInt)));
}

TEST(TypeSolverTest, LetsNullStandForWhatCanBeAbsent) {
  TypeSolver solver;
  const Type null = Type::Of(TypeKind::kNull);
  EXPECT_TRUE(solver.Assign(null, Type::Of(TypeKind::kTimestamp)));
  EXPECT_TRUE(solver.Assign(null, Type::Optional(kInt)));
  EXPECT_FALSE(solver.Assign(null, kInt));
  EXPECT_FALSE(solver.Assign(kText, null));
}

TEST(TypeSolverTest, BindsParametersToWhatTheyMeet) {
  TypeSolver solver;
  const Type parameter = solver.NewParameter();
  EXPECT_EQ(solver.Substitute(parameter, false), parameter);
  EXPECT_EQ(solver.Substitute(parameter, true), Type::Dyn());
  EXPECT_TRUE(solver.Assign(kInt, parameter));
  EXPECT_EQ(solver.Substitute(Type::List(parameter), false), Type::List(kInt));
  EXPECT_TRUE(solver.Assign(kInt, parameter));
  EXPECT_FALSE(solver.Assign(kText, parameter));
  EXPECT_EQ(solver.Substitute(parameter, false), kInt);
}

TEST(TypeSolverTest, WidensAParameterToDyn) {
  TypeSolver solver;
  const Type parameter = solver.NewParameter();
  EXPECT_TRUE(solver.Assign(kInt, parameter));
  EXPECT_TRUE(solver.Assign(Type::Dyn(), parameter));
  EXPECT_EQ(solver.Substitute(parameter, false), Type::Dyn());
  EXPECT_TRUE(solver.Assign(kText, parameter));
}

TEST(TypeSolverTest, UndoesWhatAFailureHadBound) {
  TypeSolver solver;
  const Type a = solver.NewParameter();
  const Type b = solver.NewParameter();
  ASSERT_TRUE(solver.Assign(kInt, b));
  const Type from[] = {kText, Type::Dyn(), kText};
  const Type to[] = {a, b, kInt};
  EXPECT_FALSE(solver.AssignAll(from, to));
  EXPECT_EQ(solver.Substitute(a, false), a);
  EXPECT_EQ(solver.Substitute(b, false), kInt);
}

TEST(TypeSolverTest, UndoesABindingThatChangedTwice) {
  TypeSolver solver;
  const Type a = solver.NewParameter();
  const Type from[] = {kInt, Type::Dyn(), kInt};
  const Type to[] = {a, a, kText};
  EXPECT_FALSE(solver.AssignAll(from, to));
  EXPECT_EQ(solver.Substitute(a, false), a);
}

TEST(TypeSolverTest, RefusesATypeThatContainsItself) {
  TypeSolver solver;
  const Type a = solver.NewParameter();
  EXPECT_FALSE(solver.Assign(Type::List(a), a));
  EXPECT_FALSE(solver.Assign(a, Type::Map(kText, a)));
  const Type b = solver.NewParameter();
  ASSERT_TRUE(solver.Assign(b, Type::List(a)));
  EXPECT_FALSE(solver.Assign(b, a));
  EXPECT_EQ(TypeText(solver.Substitute(b, true)), "list(dyn)");
}

TEST(TypeSolverTest, GivesEachSignatureItsOwnParameters) {
  TypeSolver solver;
  std::unordered_map<std::string, Type> first;
  std::unordered_map<std::string, Type> second;
  const Type a = Type::Parameter("A");
  const Type one = solver.Instantiate(Type::Map(a, a), first);
  EXPECT_EQ(one.parameters[0], one.parameters[1]);
  EXPECT_NE(solver.Instantiate(a, second), one.parameters[0]);
}

TEST(TypeSolverTest, JoinsWhatAListHolds) {
  TypeSolver solver;
  EXPECT_EQ(solver.Join(kInt, kInt), kInt);
  EXPECT_EQ(solver.Join(kInt, kText), Type::Dyn());
  EXPECT_EQ(solver.Join(Type::List(kInt), Type::List(Type::Dyn())), Type::List(Type::Dyn()));
  EXPECT_EQ(solver.Join(Type::Dyn(), kInt), Type::Dyn());
}

// Thousands of bindings, and types a thousand deep, take no time worth speaking of.
TEST(TypeSolverTest, StaysQuickWithManyBindings) {
  TypeSolver solver;
  Type deep = kInt;
  for (int i = 0; i < 1000; ++i) deep = Type::List(deep);
  for (int i = 0; i < 20'000; ++i) {
    ASSERT_TRUE(solver.Assign(kInt, solver.NewParameter()));
    ASSERT_FALSE(solver.Assign(kInt, kText));
  }
  for (int i = 0; i < 100; ++i) EXPECT_EQ(solver.Substitute(deep, false), deep);
}

}  // namespace
}  // namespace penstock::expr
