#include "config/cel.h"

#include <gtest/gtest.h>

#include "expr/functions/standard_library.h"

namespace penstock {
namespace {

// What is said of the expression at `when`, in a file of this text.
std::string Complaint(const std::string& text, CelResult result = CelResult::kAny) {
  expr::Environment environment(expr::StandardLibrary());
  environment.AddVariable("event");
  Problems problems("f", text);
  const YamlNode tree = ParseYaml(problems.text(), problems);
  const bool compiled = CompileCel(*tree.Find("when"), result, environment, problems).has_value();
  EXPECT_EQ(compiled, !problems.has_errors());
  return problems.Text();
}

TEST(Cel, ShowsTheMistakeWhereItStands) {
  EXPECT_EQ(Complaint("when: event.a > evnt.b\n"),
            "f:1:17: unknown name 'evnt'; did you mean 'event'?\n"
            "  when: event.a > evnt.b\n"
            "                  ^\n");
  EXPECT_EQ(Complaint("x: 1\nwhen:  'event.a > evnt.b'\n"),
            "f:2:19: unknown name 'evnt'; did you mean 'event'?\n"
            "  when:  'event.a > evnt.b'\n"
            "                    ^\n");
  EXPECT_TRUE(Complaint("é: ü\nwhen: \"'é' == evnt.b\"\n").starts_with("f:2:15: unknown name 'evnt'"));
}

// The text is not in the file as it is: the place is that of the scalar, and the text is shown itself.
TEST(Cel, ShowsTheTextWhereTheFileHasItInAnotherForm) {
  const char* const excerpt = "\n  event.a > evnt.b\n            ^";
  for (const char* yaml :
       {"when: event.a\n  > evnt.b\n", "when: 'event.a\n  > evnt.b'\n", "when: >-\n  event.a\n  > evnt.b\n",
        "when: \"event.a \\x3e evnt.b\"\n", "when: |-\n  event.a > evnt.b\n"}) {
    const std::string complaint = Complaint(yaml);
    EXPECT_TRUE(complaint.starts_with("f:1:7: unknown name 'evnt'")) << complaint;
    EXPECT_NE(complaint.find(excerpt), std::string::npos) << complaint;
  }
}

TEST(Cel, ShowsTheTextOfQuotesThatWereEscaped) {
  const std::string complaint = Complaint("when: 'evnt.a == ''x'''\n");
  EXPECT_TRUE(complaint.starts_with("f:1:7: unknown name 'evnt'")) << complaint;
  EXPECT_NE(complaint.find("\n  evnt.a == 'x'\n  ^"), std::string::npos) << complaint;
}

TEST(Cel, ShowsEveryMistake) {
  const std::string complaint = Complaint("when: evnt.a + evnt.b\n");
  EXPECT_NE(complaint.find("f:1:7:"), std::string::npos) << complaint;
  EXPECT_NE(complaint.find("f:1:16:"), std::string::npos) << complaint;
}

TEST(Cel, KnowsWhatIsWanted) {
  EXPECT_EQ(Complaint("when: 1 < 2\n", CelResult::kBool), "");
  EXPECT_EQ(Complaint("when: event.a\n", CelResult::kBool), "");  // seen when it runs
  EXPECT_EQ(Complaint("when: timestamp(event.a)\n", CelResult::kTimestamp), "");
  EXPECT_EQ(Complaint("when: string(event.a)\n", CelResult::kString), "");
  EXPECT_TRUE(Complaint("when: 1 + 2\n", CelResult::kBool).starts_with("f:1:7: the expression has to give a bool"));
  EXPECT_TRUE(Complaint("when: 'true'\n", CelResult::kString).starts_with("f:1:7: the expression has to give a str"));
  EXPECT_TRUE(Complaint("when: 1 + 2\n", CelResult::kTimestamp).starts_with("f:1:7: the expression has to give a ti"));
}

}  // namespace
}  // namespace penstock
