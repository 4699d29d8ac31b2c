#include "expr/schema_type.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "expr/functions/standard_library.h"
#include "expr/member_types.h"
#include "expr/program.h"

namespace penstock::expr {
namespace {

using ::testing::HasSubstr;

std::string TypeTextOf(std::string_view schema) {
  const Result<SchemaTypes> types = ReadSchema(schema);
  return types ? TypeText(types->type) + (types->type.nullable ? "?" : "") : types.error().message;
}

// The type of `event.x` where the event has this schema at x.
std::string TypeOfX(const std::string& schema, const std::string& more = "") {
  const Result<SchemaTypes> types = ReadSchema(R"({"properties": {"x": )" + schema + "}" + more + "}");
  if (!types) return types.error().message;
  const Type type = MemberType(types->type, "x").value();
  return TypeText(type) + (type.nullable ? "?" : "");
}

// What is wrong with an expression over `event` of this schema.
std::string Complaint(const std::string& schema, std::string_view source) {
  Environment environment(StandardLibrary());
  environment.AddVariable("event", ReadSchema(schema).value().type);
  std::vector<Diagnostic> diagnostics;
  (void)Program::Compile(source, environment, {}, diagnostics);
  return diagnostics.empty() ? "" : (diagnostics[0].warning ? "warning: " : "") + diagnostics[0].message;
}

TEST(SchemaType, NamesTypes) {
  EXPECT_EQ(TypeOfX(R"({"type": "string"})"), "string");
  EXPECT_EQ(TypeOfX(R"({"type": "number"})"), "double");
  EXPECT_EQ(TypeOfX(R"({"type": "integer"})"), "int");
  EXPECT_EQ(TypeOfX(R"({"type": "boolean"})"), "bool");
  EXPECT_EQ(TypeOfX(R"({"type": "null"})"), "null");
  EXPECT_EQ(TypeOfX(R"({"type": ["number", "null"]})"), "double?");
  EXPECT_EQ(TypeOfX(R"({"type": ["number", "string"]})"), "dyn");
  EXPECT_EQ(TypeOfX(R"({"type": "array", "items": {"type": "string"}})"), "list(string)");
  EXPECT_EQ(TypeOfX(R"({"type": "array"})"), "list(dyn)");
  EXPECT_EQ(TypeOfX(R"({"enum": ["a", "b"]})"), "string");
  EXPECT_EQ(TypeOfX(R"({"enum": ["a", 1]})"), "dyn");
  EXPECT_EQ(TypeOfX(R"({"enum": ["a", null]})"), "string?");
  EXPECT_EQ(TypeOfX(R"({"type": "string", "enum": ["a", null]})"), "string");
  EXPECT_EQ(TypeOfX(R"({"const": "a"})"), "string");
  EXPECT_EQ(TypeOfX("true"), "dyn");
  EXPECT_EQ(TypeOfX("{}"), "dyn");
  EXPECT_EQ(TypeTextOf(R"({"type": "object"})"), "map(string, dyn)");
}

// JSON writes 1 for both, and only fields are made one of them.
TEST(SchemaType, LeavesNumbersBelowListsAndAlternativesOpen) {
  EXPECT_EQ(TypeOfX(R"({"type": "array", "items": {"type": "number"}})"), "list(dyn)");
  EXPECT_EQ(TypeOfX(R"({"anyOf": [{"type": "number"}, {"type": "string"}]})"), "dyn");
  EXPECT_EQ(TypeOfX(R"({"anyOf": [{"type": "number"}, {"type": "null"}]})"), "double?");
}

TEST(SchemaType, FollowsReferences) {
  const std::string definitions = R"(, "$defs": {"a/b": {"type": "string"}, "tree": {"properties":
      {"left": {"$ref": "#/$defs/tree"}, "value": {"type": "string"}}}})";
  EXPECT_EQ(TypeOfX(R"({"$ref": "#/$defs/a~1b"})", definitions), "string");
  EXPECT_EQ(TypeOfX(R"({"$ref": "#/$defs/tree"})", definitions), "map(string, dyn)");
  EXPECT_THAT(TypeOfX(R"({"$ref": "#/$defs/none"})", definitions),
              HasSubstr("#/properties/x: there is no #/$defs/none"));
  EXPECT_THAT(TypeOfX(R"({"$ref": "http://a/b"})"), HasSubstr("only references within the document"));
}

TEST(SchemaType, KnowsThatAListedNullMayBeThere) {
  EXPECT_EQ(TypeOfX(R"({"enum": ["a", null]})"), "string?");
  EXPECT_EQ(TypeOfX(R"({"type": "string", "enum": ["a", null]})"), "string");
  EXPECT_EQ(Complaint(R"({"properties": {"x": {"enum": ["a", null]}}})", "event.x == null"), "");
}

// Put together one after another, they would take many seconds.
TEST(SchemaType, TakesWhatManyPartsSay) {
  std::string parts;
  for (int i = 0; i < 20'000; ++i)
    parts += (i == 0 ? "" : ",") + (R"({"properties": {"f)" + std::to_string(i)) + R"(": {"type": "string"}}})";
  const Result<SchemaTypes> types = ReadSchema(R"({"allOf": [)" + parts + "]}");
  ASSERT_TRUE(types);
  EXPECT_EQ(types->type.members->types.size(), 20'000U);
  EXPECT_EQ(MemberType(types->type, "f19999"), Type::Of(TypeKind::kString));
}

TEST(SchemaType, FollowsChainsOfReferencesSoFar) {
  std::string chain;
  for (int i = 0; i < 30'000; ++i)
    chain +=
        (i == 0 ? "" : ",") + ("\"" + std::to_string(i)) + R"(": {"$ref": "#/$defs/)" + std::to_string(i + 1) + "\"}";
  EXPECT_EQ(TypeOfX(R"({"$ref": "#/$defs/0"})", R"(, "$defs": {)" + chain + "}"), "dyn");
}

TEST(SchemaType, ListsFieldsThatHaveOneKind) {
  const Result<SchemaTypes> types = ReadSchema(R"({"properties": {
      "amount": {"type": "number"}, "card": {"properties": {"number": {"type": "string"}}},
      "list": {"items": {"properties": {"n": {"type": "number"}}}}, "any": {}}})");
  ASSERT_TRUE(types);
  ASSERT_EQ(types->fields.size(), 2U);
  EXPECT_EQ(types->fields[0].names, (std::vector<std::string>{"amount"}));
  EXPECT_EQ(types->fields[0].kind, ValueKind::kDouble);
  EXPECT_EQ(types->fields[1].names, (std::vector<std::string>{"card", "number"}));
  EXPECT_EQ(types->fields[1].kind, ValueKind::kString);
}

TEST(SchemaType, JoinsWhatAllOfAndOneOfSay) {
  const std::string schema = R"({"allOf": [{"properties": {"a": {"type": "string"}}},
      {"properties": {"b": {"oneOf": [
          {"type": "object", "properties": {"x": {"type": "string"}}, "additionalProperties": false},
          {"type": "object", "properties": {"y": {"type": "boolean"}}, "additionalProperties": false}]}}}],
      "additionalProperties": false, "properties": {"c": {"type": "integer"}}})";
  EXPECT_EQ(Complaint(schema, "event.a == 'x' && event.b.x == 'y' && event.b.y && event.c > 1"), "");
  EXPECT_THAT(Complaint(schema, "event.a > 1"), HasSubstr("does not take (string, int)"));
  EXPECT_THAT(Complaint(schema, "event.b.z"), HasSubstr("'event.b' has no field 'z'"));
  EXPECT_THAT(Complaint(schema, "event.d"), HasSubstr("'event' has no field 'd'"));
}

TEST(SchemaType, FindsWhatNeverHolds) {
  const std::string schema =
      R"({"properties": {"amount": {"type": "number"}, "device": {"enum": ["iOS", "Android", null]}}})";
  EXPECT_EQ(Complaint(schema, "event.device == 'iOS' || event.device in ['Android'] || event.other == 1"), "");
  EXPECT_EQ(Complaint(schema, "'Andriod' != event.device"),
            "it is never 'Andriod', but one of 'iOS', 'Android'; did you mean 'Android'?");
  EXPECT_EQ(Complaint(schema, "event.amuont > 1.0"),
            "warning: of 'event' no field 'amuont' is declared; did you mean 'amount'?");
  EXPECT_EQ(Complaint(schema, "event['amuont'] > 1.0").substr(0, 8), "warning:");
  EXPECT_EQ(Complaint(schema, "dyn(event.device) == 'other'"), "");
  EXPECT_EQ(Complaint(schema, "[event.device, 'x'].exists(d, d == 'x')"), "");
}

TEST(SchemaType, EndsWithSchemasThatGrow) {
  std::string definitions = R"({"$ref": "#/$defs/d0", "$defs": {)";
  for (int i = 0; i < 40; ++i)
    definitions += "\"d" + std::to_string(i) + R"(": {"properties": {"a": {"$ref": "#/$defs/d)" +
                   std::to_string(i + 1) + R"("}, "b": {"$ref": "#/$defs/d)" + std::to_string(i + 1) + "\"}}},";
  EXPECT_THAT(TypeTextOf(definitions + R"("d40": {}}})"), HasSubstr("too large"));
  EXPECT_THAT(TypeTextOf("[]"), HasSubstr("a schema is an object or a bool"));
  EXPECT_THAT(TypeTextOf(R"({"type": "objekt"})"), HasSubstr("there is no type \"objekt\""));
}

}  // namespace
}  // namespace penstock::expr
