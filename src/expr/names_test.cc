#include "expr/names.h"

#include <gtest/gtest.h>

#include "expr/functions/standard_library.h"
#include "expr/parser.h"

namespace penstock::expr {
namespace {

class NamesTest : public testing::Test {
 protected:
  NamesTest() : environment_(StandardLibrary()) { environment_.AddVariable("a.b.c"); }

  const Ast& Read(std::string_view source) {
    std::vector<Diagnostic> diagnostics;
    ast_ = Parse(source, {}, diagnostics);
    EXPECT_TRUE(diagnostics.empty()) << source;
    return *ast_;
  }
  std::optional<Environment::Meaning> Meaning(std::string_view source) {
    const Ast& ast = Read(source);
    return MeaningOf(ast, ast.root, environment_, locals_);
  }
  Callee CalledBy(std::string_view source) {
    const Ast& ast = Read(source);
    return CalleeOf(ast, ast.root, environment_, locals_);
  }

  std::unique_ptr<Ast> ast_;
  Environment environment_;
  Locals<int> locals_;
};

TEST_F(NamesTest, SpellsOutChains) {
  const Ast& ast = Read(".a.b.c");
  const std::optional<QualifiedName> name = QualifiedNameOf(ast, ast.root);
  ASSERT_TRUE(name);
  EXPECT_EQ(name->text, "a.b.c");
  EXPECT_EQ(name->first, "a");
  EXPECT_TRUE(name->global);
}

TEST_F(NamesTest, TakesNothingElseForAName) {
  for (const std::string_view source : {"a.?b.c", "a[0].b", "f().b", "1", "'a'.b", "[a]"}) {
    const Ast& ast = Read(source);
    EXPECT_FALSE(QualifiedNameOf(ast, ast.root)) << source;
  }
}

TEST_F(NamesTest, BoundsTheLengthOfNames) {
  const auto is_name = [this](std::string_view source) {
    const Ast& ast = Read(source);
    return QualifiedNameOf(ast, ast.root).has_value();
  };
  EXPECT_TRUE(is_name("a.b.c.d.e.f.g.h"));
  EXPECT_FALSE(is_name("a.b.c.d.e.f.g.h.i"));
}

TEST_F(NamesTest, FindsVariablesAndTypesByWholeNames) {
  ASSERT_TRUE(Meaning("a.b.c"));
  EXPECT_EQ(Meaning("a.b.c")->variable, 0U);
  EXPECT_FALSE(Meaning("a.b"));
  EXPECT_FALSE(Meaning("a.b.c.d"));
  EXPECT_EQ(Meaning("google.protobuf.Timestamp")->type_name, "google.protobuf.Timestamp");
}

TEST_F(NamesTest, LetsTheVariableOfAMacroHideOthers) {
  locals_.Push("a", 1);
  EXPECT_FALSE(Meaning("a.b.c"));
  EXPECT_TRUE(Meaning(".a.b.c"));
  locals_.Pop();
  EXPECT_TRUE(Meaning("a.b.c"));
}

TEST_F(NamesTest, FindsTheInnermostVariable) {
  locals_.Push("x", 1);
  locals_.Push("x", 2);
  EXPECT_EQ(*locals_.Find("x"), 2);
  EXPECT_EQ(locals_.Find("y"), nullptr);
}

TEST_F(NamesTest, TellsFunctionsFromReceivers) {
  EXPECT_FALSE(CalledBy("size('a')").first_is_target);
  EXPECT_TRUE(CalledBy("'a'.size()").first_is_target);
  EXPECT_EQ(CalledBy("optional.of(1)").function->name, "optional.of");
  EXPECT_FALSE(CalledBy("optional.of(1)").first_is_target);
  EXPECT_EQ(CalledBy("optional.off(1)").function, nullptr);
  locals_.Push("optional", 1);
  EXPECT_EQ(CalledBy("optional.of(1)").function, nullptr);
}

}  // namespace
}  // namespace penstock::expr
