#include <gtest/gtest.h>

#include "config/sample_options.h"
#include "config/schema.h"
#include "event/json_writer.h"
#include "event/parsed_json.h"

namespace penstock {
namespace {

// A part of the schema, by a path of names.
std::string Part(std::initializer_list<std::string_view> path) {
  const ParsedJson schema(JsonSchemaOf(SampleFile(), "A \"sample\""));
  Value part = schema.root();
  for (const std::string_view name : path) part = MapFind(part, name).value_or(Value());
  return ToJson(part);
}

TEST(JsonSchema, HasATitleAndARoot) {
  EXPECT_EQ(Part({"title"}), R"("A \"sample\"")");
  EXPECT_EQ(Part({"$schema"}), R"("https://json-schema.org/draft/2020-12/schema")");
  EXPECT_EQ(Part({"$ref"}), R"("#/$defs/file")");
}

TEST(JsonSchema, DescribesEachGroupOnce) {
  const std::string schema = JsonSchemaOf(SampleFile(), "t");
  const std::string definition = R"("inner":{"type":"object")";
  EXPECT_NE(schema.find(definition), std::string::npos);
  EXPECT_EQ(schema.find(definition), schema.rfind(definition));
  EXPECT_EQ(Part({"$defs", "file", "properties", "other"}), R"({"description":"Another.","$ref":"#/$defs/inner"})");
}

TEST(JsonSchema, SaysWhatAGroupNeeds) {
  EXPECT_EQ(Part({"$defs", "inner", "description"}), R"("One \"thing\".")");
  EXPECT_EQ(Part({"$defs", "inner", "required"}), R"(["size"])");
  EXPECT_EQ(Part({"$defs", "inner", "minProperties"}) + Part({"$defs", "inner", "maxProperties"}), "11");
  EXPECT_EQ(Part({"$defs", "file", "additionalProperties"}), "false");
  EXPECT_EQ(Part({"$defs", "file", "required"}), "null");
  EXPECT_EQ(Part({"$defs", "file", "properties", "later"}), "null");  // it is in no version yet
}

TEST(JsonSchema, HasTheShapes) {
  EXPECT_EQ(Part({"$defs", "file", "properties", "flag", "type"}), R"("boolean")");
  EXPECT_EQ(Part({"$defs", "file", "properties", "mode", "enum"}), R"(["slow","fast"])");
  EXPECT_EQ(Part({"$defs", "file", "properties", "rules", "additionalProperties", "type"}),
            R"(["string","number","boolean"])");
  EXPECT_EQ(Part({"$defs", "file", "properties", "things", "items"}), R"({"$ref":"#/$defs/inner"})");
  EXPECT_EQ(Part({"$defs", "inner", "properties", "key", "pattern"}), R"("^\\$\\{(env|file):.+\\}$")");
}

}  // namespace
}  // namespace penstock
