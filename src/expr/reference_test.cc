#include "expr/reference.h"

#include <gtest/gtest.h>

#include <fstream>
#include <iterator>

#include "expr/evaluate_text.h"
#include "expr/macro.h"
#include "expr/operator_list.h"

namespace penstock::expr {
namespace {

void ExpectAllHold(std::span<const Example> examples) {
  EXPECT_FALSE(examples.empty());
  for (const Example& example : examples) EXPECT_EQ(Evaluate(example.expression), example.value) << example.expression;
}

TEST(ReferenceTest, ShowsOperatorsAsTheyAre) {
  for (const OperatorDescription& description : OperatorDescriptions()) {
    SCOPED_TRACE(description.form);
    EXPECT_TRUE(description.summary.ends_with('.'));
    ExpectAllHold(description.examples);
  }
}

TEST(ReferenceTest, DescribesEveryOperatorOnce) {
  for (int op = 0; op <= static_cast<int>(Operator::kOptionalIndex); ++op) {
    int described = 0;
    for (const OperatorDescription& description : OperatorDescriptions())
      described += description.op == static_cast<Operator>(op) ? 1 : 0;
    EXPECT_EQ(described, 1) << OperatorText(static_cast<Operator>(op));
  }
}

TEST(ReferenceTest, ShowsMacrosAsTheyAre) {
  for (const Macro& macro : Macros()) {
    SCOPED_TRACE(macro.form);
    EXPECT_TRUE(macro.summary.ends_with('.'));
    ExpectAllHold(macro.examples);
  }
}

TEST(ReferenceTest, ShowsFunctionsAsTheyAre) {
  for (const Family& family : StandardLibrary().families()) {
    for (const Function& function : family.functions) {
      SCOPED_TRACE(function.name);
      if (!function.is_internal()) ExpectAllHold(function.examples);
    }
  }
}

TEST(ReferenceTest, IsThePageInDocs) {
  std::ifstream file(PENSTOCK_SOURCE_DIR "/docs/expressions.md", std::ios::binary);
  const std::string page{std::istreambuf_iterator<char>(file), {}};
  EXPECT_TRUE(page == ExpressionReference(StandardLibrary()))
      << "docs/expressions.md is written by: penstock schema --expressions > docs/expressions.md";
}

TEST(ReferenceTest, WritesSignatures) {
  const Function function{"f", true, {}};
  const Type text = Type::Of(TypeKind::kString);
  const Type list = Type::List(Type::Parameter("A"));
  EXPECT_EQ(SignatureText(function, {{list, text}, Type::Optional(text)}), "list(A).f(string) -> optional(string)");
  EXPECT_EQ(SignatureText({"f", false, {}}, {{}, text}), "f() -> string");
}

TEST(ReferenceTest, LeavesOutWhatNobodyCanWrite) {
  Library library;
  library.Add(Family{"Family", "Its sentence.", {{"@f", false, {{{}, Type::Dyn()}}}, {"g", false, {}, "Gives."}}});
  const std::string page = ExpressionReference(library);
  EXPECT_EQ(page.find("@f"), std::string::npos);
  EXPECT_NE(page.find("## Family\n\nIts sentence.\n\n### `g`\n\nGives.\n"), std::string::npos);
}

}  // namespace
}  // namespace penstock::expr
