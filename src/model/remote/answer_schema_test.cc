#include "model/remote/answer_schema.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "event/parsed_json.h"

namespace penstock::remote {
namespace {

using ::testing::HasSubstr;

// "fits", or the place and what is wrong there.
std::string Check(std::string_view schema, std::string_view value) {
  const Result<AnswerSchema> compiled = AnswerSchema::Compile(schema);
  if (!compiled) return "no schema: " + compiled.error().message;
  const ParsedJson json(value);
  const std::optional<SchemaFault> fault = compiled->Check(json.root());
  return fault ? fault->place + ": " + fault->what : "fits";
}

void ExpectFits(std::string_view schema, std::initializer_list<std::string_view> values) {
  for (const std::string_view value : values) EXPECT_EQ(Check(schema, value), "fits") << schema << ' ' << value;
}

void ExpectFaults(std::string_view schema, std::initializer_list<std::string_view> values) {
  for (const std::string_view value : values) {
    EXPECT_NE(Check(schema, value), "fits") << schema << ' ' << value;
    EXPECT_FALSE(Check(schema, value).starts_with("no schema")) << Check(schema, value);
  }
}

TEST(AnswerSchemaTest, Types) {
  ExpectFits(R"({"type":"integer"})", {"1", "1.0", "18446744073709551615"});
  ExpectFaults(R"({"type":"integer"})", {"1.5", "\"1\"", "true", "null"});
  ExpectFits(R"({"type":"number"})", {"1", "1.5"});
  ExpectFits(R"({"type":["string","null"]})", {"\"\"", "null"});
  EXPECT_EQ(Check(R"({"type":["string","null"]})", "[]"), ": is an array, and is to be null or a string");
  EXPECT_EQ(Check(R"({"type":"number"})", "{}"), ": is an object, and is to be a number");
  ExpectFits("{}", {"1", "[]", "{}"});
  ExpectFits("true", {"1"});
  ExpectFaults("false", {"1"});
}

TEST(AnswerSchemaTest, Values) {
  ExpectFits(R"({"enum":["a",1,[2],{"b":null}]})", {"\"a\"", "1", "1.0", "[2]", R"({"b":null})"});
  ExpectFaults(R"({"enum":["a",1]})", {"\"b\"", "true", "null"});
  ExpectFits(R"({"const":[1]})", {"[1]"});
  ExpectFaults(R"({"const":[1]})", {"[2]"});
  ExpectFaults(R"({"enum":[]})", {"1"});
}

TEST(AnswerSchemaTest, Numbers) {
  ExpectFits(R"({"minimum":0,"exclusiveMaximum":1,"multipleOf":0.1})", {"0", "0.3", "0.7"});
  ExpectFaults(R"({"minimum":0,"exclusiveMaximum":1,"multipleOf":0.1})", {"-0.1", "1", "0.25"});
  EXPECT_EQ(Check(R"({"exclusiveMinimum":0.5})", "0.5"), ": is to be above 0.5");
  EXPECT_EQ(Check(R"({"maximum":10})", "11"), ": is to be at most 10");
}

TEST(AnswerSchemaTest, Strings) {
  ExpectFits(R"({"minLength":2,"maxLength":3})", {"\"ab\"", "\"\u00e9\u00e9\u00e9\"", "7"});
  ExpectFaults(R"({"minLength":2,"maxLength":3})", {"\"a\"", "\"abcd\""});
  ExpectFits(R"({"pattern":"^a+$"})", {"\"aaa\""});
  EXPECT_EQ(Check(R"({"pattern":"^a+$"})", "\"b\""), ": does not match its pattern");
  // With the standard library's expressions, such a text takes all of the stack.
  ExpectFaults(R"({"pattern":"^(a|b)*c$"})", {'"' + std::string(1'000'000, 'a') + '"'});
}

TEST(AnswerSchemaTest, Arrays) {
  ExpectFits(R"({"items":{"type":"integer"},"minItems":1,"maxItems":2})", {"[1]", "[1,2]"});
  ExpectFaults(R"({"items":{"type":"integer"},"minItems":1,"maxItems":2})", {"[]", "[1,2,3]"});
  EXPECT_EQ(Check(R"({"items":{"type":"integer"}})", R"([1,"x"])"), "/1: is a string, and is to be an integer");
  ExpectFits(R"({"prefixItems":[{"type":"string"}],"items":false})", {"[]", "[\"a\"]"});
  ExpectFaults(R"({"prefixItems":[{"type":"string"}],"items":false})", {"[1]", "[\"a\",1]"});
  ExpectFits(R"({"contains":{"const":1},"maxContains":1})", {"[1,2]"});
  ExpectFaults(R"({"contains":{"const":1},"maxContains":1})", {"[2]", "[1,1]", "[]"});
  ExpectFits(R"({"contains":{"const":1},"minContains":0})", {"[2]", "[]"});
  ExpectFits(R"({"uniqueItems":true})", {"[1,2,[1]]", "[1,true]"});
  ExpectFaults(R"({"uniqueItems":true})", {"[1,2,1.0]", "[{\"a\":1},{\"a\":1}]"});
}

TEST(AnswerSchemaTest, Objects) {
  constexpr std::string_view kSchema =
      R"({"properties":{"b":{"type":"integer"},"a":{"type":"string"}},"required":["a"],"additionalProperties":false})";
  ExpectFits(kSchema, {R"({"a":"x"})", R"({"b":1,"a":""})", "7"});
  EXPECT_EQ(Check(kSchema, R"({"b":1})"), ": has no member 'a'");
  EXPECT_EQ(Check(kSchema, R"({"a":1})"), "/a: is an integer, and is to be a string");
  // Neither names nor texts of the answer are repeated.
  EXPECT_EQ(Check(kSchema, R"({"a":"","my secret":1})"), ": has a member that the schema does not have");
  EXPECT_EQ(Check(R"({"additionalProperties":{"type":"null"}})", R"({"my secret":1})"),
            "/*: is an integer, and is to be null");
  // What counts is the last of members with one name.
  ExpectFaults(kSchema, {R"({"a":"x","a":1})"});
  ExpectFits(kSchema, {R"({"a":1,"a":"x"})"});
}

TEST(AnswerSchemaTest, NamesOfMembers) {
  ExpectFits(R"({"patternProperties":{"^n_":{"type":"number"}},"additionalProperties":false})", {R"({"n_a":1})"});
  ExpectFaults(R"({"patternProperties":{"^n_":{"type":"number"}},"additionalProperties":false})",
               {R"({"n_a":""})", R"({"x":1})"});
  ExpectFits(R"({"propertyNames":{"maxLength":2},"minProperties":1,"maxProperties":2})", {R"({"ab":1})"});
  ExpectFaults(R"({"propertyNames":{"maxLength":2},"minProperties":1,"maxProperties":2})",
               {R"({"abc":1})", "{}", R"({"a":1,"b":1,"c":1})"});
  ExpectFaults(R"({"dependentRequired":{"a":["b"]}})", {R"({"a":1})"});
  ExpectFits(R"({"dependentRequired":{"a":["b"]}})", {R"({"a":1,"b":2})", "{}"});
  ExpectFaults(R"({"dependentSchemas":{"a":{"required":["b"]}}})", {R"({"a":1})"});
}

TEST(AnswerSchemaTest, Combinations) {
  constexpr std::string_view kAny = R"({"anyOf":[{"type":"string"},{"minimum":5,"type":"number"}]})";
  ExpectFits(kAny, {"\"\"", "6"});
  EXPECT_EQ(Check(kAny, "4"), ": fits none of the schemas of its anyOf");
  ExpectFits(R"({"oneOf":[{"multipleOf":2},{"multipleOf":3}]})", {"2", "3"});
  ExpectFaults(R"({"oneOf":[{"multipleOf":2},{"multipleOf":3}]})", {"6", "7"});
  ExpectFaults(R"({"allOf":[{"minimum":2},{"maximum":3}]})", {"1", "4"});
  ExpectFaults(R"({"not":{"type":"null"}})", {"null"});
  constexpr std::string_view kIf = R"({"if":{"const":1},"then":false,"else":{"type":"string"}})";
  ExpectFits(kIf, {"\"x\""});
  ExpectFaults(kIf, {"1", "2"});
}

TEST(AnswerSchemaTest, References) {
  constexpr std::string_view kTree =
      R"({"$ref":"#/$defs/node","$defs":{"node":{"type":"object","properties":{"next":{"$ref":"#/$defs/node"}}}}})";
  ExpectFits(kTree, {R"({"next":{"next":{}}})"});
  EXPECT_EQ(Check(kTree, R"({"next":{"next":1}})"), "/next/next: is an integer, and is to be an object");
  ExpectFaults(R"({"properties":{"a":{"$ref":"#"}},"required":["a"]})", {R"({"a":{"a":{}}})"});
  ExpectFaults(R"({"$ref":"#/$defs/a~1b~0c/0","$defs":{"a/b~c":[{"type":"string"}]}})", {"1"});
  ExpectFaults(R"({"$ref":"#/$defs/a%25b","$defs":{"a%b":{"type":"string"}}})", {"1"});
}

TEST(AnswerSchemaTest, ASchemaThatIsNothingButItselfEnds) {
  EXPECT_EQ(Check(R"({"$ref":"#"})", "1"), ": is too deep to check");
  EXPECT_THAT(Check(R"({"anyOf":[{"$ref":"#"},{"$ref":"#"}]})", "1"), HasSubstr("anyOf"));
}

TEST(AnswerSchemaTest, HostileAnswersTakeABoundedTime) {
  std::string list = "[0";
  for (int i = 1; i < 100'000; ++i) list += "," + std::to_string(i);
  EXPECT_EQ(Check(R"({"uniqueItems":true})", list + "]"), ": takes too long to check");
  std::string deep;
  for (int i = 0; i < 60; ++i) deep += '[';
  constexpr std::string_view kTwice = R"({"items":{"anyOf":[{"$ref":"#"},{"$ref":"#"}]},"type":"array"})";
  EXPECT_NE(Check(kTwice, deep + "1" + std::string(60, ']')), "fits");
}

TEST(AnswerSchemaTest, AnnotationsCountForNothing) {
  ExpectFits(R"({"$schema":"https://json-schema.org/draft/2020-12/schema","$id":"x","title":"t","description":"d",)"
             R"("format":"date","default":1,"examples":[1]})",
             {"\"no date\""});
}

TEST(AnswerSchemaTest, SchemasThatAreNone) {
  for (const std::string_view schema : {"{",
                                        "1",
                                        R"({"type":"text"})",
                                        R"({"type":[]})",
                                        R"({"minimum":"1"})",
                                        R"({"multipleOf":0})",
                                        R"({"minItems":-1})",
                                        R"({"required":"a"})",
                                        R"({"required":[1]})",
                                        R"({"enum":1})",
                                        R"({"anyOf":[]})",
                                        R"({"properties":[]})",
                                        R"({"properties":{"a":1}})",
                                        R"({"pattern":"(?=a)b"})",
                                        R"({"pattern":"(b"})",
                                        R"({"items":[{}]})",
                                        R"({"$ref":"https://example.com/x"})",
                                        R"({"$ref":"#/$defs/none"})",
                                        R"({"$ref":"#anchor"})",
                                        R"({"exclusiveMinimum":true})",
                                        R"({"const":1,"enum":[1]})",
                                        R"({"items":{"$id":"https://example.com/x"}})"})
    EXPECT_FALSE(AnswerSchema::Compile(schema)) << schema;
}

TEST(AnswerSchemaTest, WhatIsNotCheckedIsNotPromised) {
  const Result<AnswerSchema> compiled =
      AnswerSchema::Compile(R"({"properties":{"a":{"unevaluatedProperties":false}}})");
  ASSERT_FALSE(compiled);
  EXPECT_EQ(
      compiled.error().message,
      "the answer's schema at #/properties/a: the keyword 'unevaluatedProperties' is not supported; leave it out");
}

}  // namespace
}  // namespace penstock::remote
