#include "config/yaml.h"

#include <gtest/gtest.h>

#include <string>

#include "config/json.h"

namespace penstock {
namespace {

struct Parsed {
  explicit Parsed(const std::string& text, const YamlLimits& limits = {})
      : problems("f.yaml", text), tree(ParseYaml(problems.text(), problems, limits)) {}

  Problems problems;
  YamlNode tree;
};

std::string Json(const std::string& yaml) {
  const Parsed parsed(yaml);
  return parsed.problems.has_errors() ? parsed.problems.Text() : JsonOf(parsed.tree);
}

TEST(Yaml, BecomesATree) {
  EXPECT_EQ(Json("a: 1\nb: [x, 'y', \"1\"]\nc: { d: ~, e: true, f: }\n"),
            R"({"a":1,"b":["x","y","1"],"c":{"d":null,"e":true,"f":null}})");
}

TEST(Yaml, NumbersAreThoseOfJson) {
  EXPECT_EQ(Json("[-1, 0.5, 1e9, 1.5E-3]"), "[-1,0.5,1e9,1.5E-3]");
  EXPECT_EQ(Json("[010, .5, 1., +1, 0x1F, 1_000, .inf, 1.e5, -]"),
            R"(["010",".5","1.","+1","0x1F","1_000",".inf","1.e5","-"])");
}

TEST(Yaml, KnowsWhereThingsStand) {
  const Parsed parsed("é: 1\nlist:\n  - 'ü'\n  - two\n");
  EXPECT_EQ(parsed.tree.entries[0].offset, 0U);
  EXPECT_EQ(parsed.tree.entries[0].value.offset, 4U);  // in bytes
  const YamlNode& list = *parsed.tree.Find("list");
  EXPECT_EQ(list.items[0].offset, parsed.problems.text().find("'ü'"));
  EXPECT_EQ(list.items[1].offset, parsed.problems.text().find("two"));
}

TEST(Yaml, AliasesAreCopies) {
  EXPECT_EQ(Json("a: &x { b: 1 }\nc: *x\n"), R"({"a":{"b":1},"c":{"b":1}})");
  EXPECT_NE(Json("a: *nothing\n").find("there is no anchor '&nothing'"), std::string::npos);
}

TEST(Yaml, RefusesWhatIsHostile) {
  std::string bomb = "a0: &a0 [x,x,x,x,x,x,x,x,x,x]\n";
  for (int i = 1; i < 10; ++i) {
    const std::string last = "*a" + std::to_string(i - 1);
    bomb += "a" + std::to_string(i) + ": &a" + std::to_string(i) + " [" + last;
    for (int j = 0; j < 9; ++j) bomb += "," + last;
    bomb += "]\n";
  }
  EXPECT_NE(Json(bomb).find("make the file too large"), std::string::npos);
  EXPECT_NE(Json(std::string(100, '[') + std::string(100, ']')).find("too deep"), std::string::npos);
  std::string nested;
  for (int i = 0; i < 60; ++i) nested += "&a" + std::to_string(i) + " [";
  nested += "x" + std::string(60, ']');
  EXPECT_NE(Parsed(nested, {.nodes = 1000}).problems.Text().find("anchors make the file too large"), std::string::npos);
  EXPECT_TRUE(Parsed("a: 1", {.bytes = 3}).problems.has_errors());
  EXPECT_TRUE(Parsed("[1, 2, 3]", {.nodes = 3}).problems.has_errors());
}

TEST(Yaml, SaysWhatIsWrong) {
  EXPECT_EQ(Json("a: 1\na: 2\n").substr(0, 38), "f.yaml:2:1: 'a' stands here a second t");
  EXPECT_NE(Json("a: [1\n").find("f.yaml:2:1: YAML:"), std::string::npos);
  EXPECT_NE(Json("").find("the file is empty"), std::string::npos);
  EXPECT_NE(Json("a: 1\n---\nb: 2\n").find("a second document"), std::string::npos);
  EXPECT_NE(Json("a: \xff\n").find("YAML:"), std::string::npos);
  EXPECT_NE(Json("? [a]\n: 1\n").find("the name of an entry is a list or a map"), std::string::npos);
}

}  // namespace
}  // namespace penstock
