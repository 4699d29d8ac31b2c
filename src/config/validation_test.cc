#include "config/validation.h"

#include <gtest/gtest.h>

namespace penstock {
namespace {

constexpr Shape kCel{ShapeKind::kCel};
constexpr Shape kTopic{ShapeKind::kTopic};

const Group& Inner() {
  static const Group group{.name = "inner",
                           .doc = "Something.",
                           .options = {{.name = "size", .shape = {ShapeKind::kBytes}, .doc = "", .required = true},
                                       {.name = "key", .shape = {ShapeKind::kSecret}, .doc = ""}}};
  return group;
}

const Group& Outer() {
  static const Group group{
      .name = "outer",
      .doc = "Everything.",
      .options = {{.name = "flag", .shape = {ShapeKind::kBool}, .doc = ""},
                  {.name = "count", .shape = {ShapeKind::kInteger}, .doc = ""},
                  {.name = "wait", .shape = {ShapeKind::kDuration}, .doc = ""},
                  {.name = "mode", .shape = {.kind = ShapeKind::kChoice, .choices = {"slow", "fast"}}, .doc = ""},
                  {.name = "topics", .shape = {.kind = ShapeKind::kOneOrMany, .element = &kTopic}, .doc = ""},
                  {.name = "rules", .shape = {.kind = ShapeKind::kMap, .element = &kCel}, .doc = ""},
                  {.name = "inner", .shape = {.kind = ShapeKind::kGroup, .group = &Inner()}, .doc = ""},
                  {.name = "later", .shape = {ShapeKind::kJson}, .doc = "", .planned = true}}};
  return group;
}

// What is said of a text, without places and excerpts.
std::vector<std::string> Complaints(const std::string& text, std::string* left = nullptr) {
  Problems problems("f", text);
  YamlNode tree = ParseYaml(problems.text(), problems);
  Validate(tree, {.kind = ShapeKind::kGroup, .group = &Outer()}, problems);
  std::vector<std::string> complaints;
  std::string rest = problems.Text();
  for (size_t start = 0; start < rest.size();) {
    const size_t end = rest.find('\n', start);
    const std::string line = rest.substr(start, end - start);
    if (line.starts_with("f:")) complaints.push_back(line.substr(line.find(": ") + 2));
    start = end + 1;
  }
  if (left != nullptr)
    for (const YamlEntry& entry : tree.entries) *left += entry.name + " ";
  return complaints;
}

TEST(Validation, TakesWhatFits) {
  EXPECT_EQ(Complaints("flag: true\ncount: 4\nwait: 1h\nmode: fast\ntopics: [a, b]\nrules: { x: 'a > 1', y: 1 }\n"
                       "inner: { size: 1KiB, key: '${env:KEY}' }\n"),
            std::vector<std::string>{});
  EXPECT_EQ(Complaints("topics: a\n"), std::vector<std::string>{});
}

TEST(Validation, SaysEverythingThatIsWrongAtOnceAndTakesItOut) {
  std::string left;
  EXPECT_EQ(
      Complaints("flag: yes\ncount: 1.5\nwait: soon\nmode: fats\ntopcs: a\nrules: [1]\ninner: {}\nlater: 1\n", &left),
      (std::vector<std::string>{"true or false is needed here, and not 'yes'",
                                "a number without fraction, such as 4 is needed here, and not '1.5'",
                                "a duration, such as 100ms, 1h30m or 7d is needed here, and not 'soon'",
                                "'fats' is none of slow or fast; did you mean 'fast'?",
                                "unknown option 'topcs' in outer; did you mean 'topics'?",
                                "a map is needed here, and not a list", "inner needs 'size'",
                                "'later' is planned, and not in this version of Penstock"}));
  EXPECT_EQ(left, "inner ");
}

TEST(Validation, ShowsNoSecretThatStandsInTheFile) {
  Problems problems("f", "inner: { size: big, key: hunter2 }");
  YamlNode tree = ParseYaml(problems.text(), problems);
  Validate(tree, {.kind = ShapeKind::kGroup, .group = &Outer()}, problems);
  EXPECT_EQ(problems.count(), 2U);
  EXPECT_EQ(problems.Text().find("hunter2"), std::string::npos) << problems.Text();
}

TEST(Validation, KnowsTopicNames) {
  EXPECT_TRUE(IsTopicName("card-fraud.raw_events.1"));
  EXPECT_TRUE(IsTopicName(std::string(249, 'a')));
  for (const std::string& name : {std::string(), std::string("."), std::string(".."), std::string("a b"),
                                  std::string("ä"), std::string("a/b"), std::string(250, 'a')})
    EXPECT_FALSE(IsTopicName(name)) << name;
}

}  // namespace
}  // namespace penstock
