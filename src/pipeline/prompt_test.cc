#include "pipeline/prompt.h"

#include <gtest/gtest.h>

#include "event/parsed_json.h"
#include "expr/functions/standard_library.h"
#include "pipeline/pipeline_fixture.h"

namespace penstock {
namespace {

class PromptTest : public testing::Test {
 protected:
  PromptTest() : environment_(expr::StandardLibrary()), variables_(environment_) {}

  Prompt Compile(const std::string& text) {
    problems_.emplace("prompts/p.md", text);
    return CompilePrompt(environment_, *problems_);
  }

  // The text, or the error, over an event.
  std::string Render(const PromptTemplate& part, const std::string& event) {
    const ParsedJson json(event);
    expr::Activation activation(environment_, arena_);
    std::vector<Counter> drops;
    StepContext context(variables_, activation, arena_, drops);
    Row row;
    row.event.body = json.root();
    context.Enter(row);
    const Value text = part.Render(context);
    return (text.is_error() ? "error: " : "") + std::string(text.text());
  }

  expr::Environment environment_;
  Variables variables_;
  Arena arena_;
  std::optional<Problems> problems_;
};

TEST_F(PromptTest, HasPartsWithValuesInThem) {
  const Prompt prompt = Compile("## system\nBe brief.\n\n## user\nFrom {{ event.name }}:\n{{event.text}}\n");
  EXPECT_EQ(problems_->Text(), "");
  EXPECT_EQ(Render(*prompt.system, "{}"), "Be brief.");
  EXPECT_EQ(Render(*prompt.user, R"({"name":"Ann","text":"Hello"})"), "From Ann:\nHello");
}

TEST_F(PromptTest, WithoutPartsAllIsTheUsers) {
  const Prompt prompt = Compile("Say {{ event.n + 1 }} of {{ event.list }} and {{ {'a': '}}'} }}.");
  EXPECT_EQ(problems_->Text(), "");
  EXPECT_FALSE(prompt.system);
  EXPECT_EQ(Render(*prompt.user, R"({"n":1,"list":[1,"x"]})"), R"(Say 2 of [1,"x"] and {"a":"}}"}.)");
}

TEST_F(PromptTest, AMissingValueIsAnErrorAndNoEmptyText) {
  const Prompt prompt = Compile("Say\n {{ event.name }}!");
  EXPECT_EQ(Render(*prompt.user, "{}"), "error: prompts/p.md:2:5: no such key: 'name'");
  EXPECT_EQ(Render(*prompt.user, R"({"name":null})"), "error: prompts/p.md:2:5: the value is null");
}

TEST_F(PromptTest, SaysWhatIsWrongAndWhere) {
  Compile("## system\n## user\nHi {{ evnt.name }} {{ }} {{ event.a");
  const std::string text = problems_->Text();
  for (const std::string_view wanted :
       {"prompts/p.md:1:10: this part of the prompt is empty", "prompts/p.md:3:7: unknown name 'evnt'",
        "there is no expression between these braces", "there is no '}}' that ends this expression"})
    EXPECT_NE(text.find(wanted), std::string::npos) << wanted << " in\n" << text;
}

TEST_F(PromptTest, NeedsATextForTheUser) {
  Compile("## system\nBe brief.\n");
  EXPECT_NE(problems_->Text().find("the prompt has no text for '## user'"), std::string::npos);
  Compile("a\n## user\nb\n## user\nc");
  EXPECT_NE(problems_->Text().find("this part stands here a second time"), std::string::npos);
}

}  // namespace
}  // namespace penstock
