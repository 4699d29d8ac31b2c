// The language's own conformance tests (golden/cel/README.md), with those of its extension libraries: every test that
// needs no protobuf.
#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <iterator>
#include <map>
#include <string>
#include <vector>

#include "event/base64.h"
#include "event/collection.h"
#include "event/json_parser.h"
#include "event/json_writer.h"
#include "event/time_text.h"
#include "expr/functions/standard_library.h"
#include "expr/program.h"

namespace penstock::expr {
namespace {

constexpr int kJsonTests = 1784;  // need no protobuf message, enum or wrapper
constexpr int kBlockTests = 25;   // of these, need macros that exist in tests alone
constexpr int kPassedMin = 1750;  // of those that are left

const std::string kGolden = std::string(PENSTOCK_SOURCE_DIR) + "/tests/golden/cel";

// Suites of libraries that the specification does not test: recorded with another implementation
// (tools/record_cel_cases), in the same form.
constexpr std::array<std::string_view, 2> kRecorded = {"regex", "sets"};
constexpr int kRecordedMin = 8000;

struct Divergence {
  std::string_view test;
  std::string_view reason;
};
// At most nine; each is a decision. These four want a double beyond 2^53 to equal an int that it does not equal:
// numbers of all kinds stand on one line here and compare exactly, as the specification's text has it (and as maps look
// up keys).
constexpr std::array kDivergences = {
    Divergence{"comparisons/lt_literal/not_lt_dyn_int_big_lossy_double", "2^63 - 1 is less than 2^63"},
    Divergence{"comparisons/gt_literal/not_gt_dyn_big_double_int", "2^63 is greater than 2^63 - 1"},
    Divergence{"comparisons/lte_literal/lte_dyn_big_double_int", "2^63 is not at most 2^63 - 1"},
    Divergence{"comparisons/gte_literal/gte_dyn_int_big_lossy_double", "2^63 - 1 is not at least 2^63"},
};

std::string Text(const Value& value) { return std::string(value.text()); }
bool HasMember(const Value& map, std::string_view name) { return MapFind(map, name).has_value(); }
Value Member(const Value& map, std::string_view name) { return *MapFind(map, name); }
std::string Name(const Value& map) { return Text(Member(map, "name")); }
bool Flag(const Value& map, std::string_view name) { return MapFind(map, name).value_or(Value::Bool(false)).as_bool(); }
std::vector<Value> Elements(const std::optional<Value>& list) {
  std::vector<Value> elements;
  if (!list) return elements;
  ListCursor cursor(*list);
  Value element;
  while (cursor.Next(element)) elements.push_back(element);
  return elements;
}

// The one member of a oneof.
std::pair<std::string, Value> OneOf(const Value& map) {
  MapCursor cursor(map);
  Value key;
  Value value;
  EXPECT_TRUE(cursor.Next(key, value));
  return {Text(key), value};
}

double ReadDouble(const Value& value) {
  if (value.Is(ValueKind::kDouble)) return value.as_double();
  if (value.Is(ValueKind::kInt)) return static_cast<double>(value.as_int());
  if (value.text() == "NaN") return std::nan("");
  return value.text() == "Infinity" ? INFINITY : -INFINITY;
}

Value ReadValue(const Value& json, Arena& arena);

Value ReadList(const Value& json, Arena& arena) {
  std::vector<Value> values;
  for (const Value& element : Elements(MapFind(json, "values"))) values.push_back(ReadValue(element, arena));
  const std::span<Value> items = arena.AllocateArray<Value>(values.size());
  std::copy(values.begin(), values.end(), items.begin());
  return Value::List(items.data(), static_cast<uint32_t>(items.size()));
}

Value ReadMap(const Value& json, Arena& arena) {
  const std::vector<Value> entries = Elements(MapFind(json, "entries"));
  MapBuilder builder(arena, static_cast<uint32_t>(entries.size()));
  for (const Value& entry : entries)
    builder.Add(ReadValue(Member(entry, "key"), arena), ReadValue(Member(entry, "value"), arena));
  return builder.Finish();
}

Value ReadObject(const Value& json) {
  const std::string text = Text(Member(json, "value"));
  if (Text(Member(json, "@type")).ends_with("Duration")) return Value::Duration(*ParseDuration(text));
  return Value::Time(*ParseTimestamp(text));
}

Value ReadValue(const Value& json, Arena& arena) {
  const auto [kind, value] = OneOf(json);
  if (kind == "boolValue" || kind == "stringValue") return value;
  if (kind == "int64Value") return Value::Int(std::stoll(Text(value)));
  if (kind == "uint64Value") return Value::Uint(std::stoull(Text(value)));
  if (kind == "doubleValue") return Value::Double(ReadDouble(value));
  if (kind == "bytesValue") return Value::Bytes(arena.Copy(*DecodeBase64(value.text())));
  if (kind == "typeValue") return Value::Type(value.text());
  if (kind == "listValue") return ReadList(value, arena);
  if (kind == "mapValue") return ReadMap(value, arena);
  if (kind == "objectValue") return ReadObject(value);
  EXPECT_EQ(kind, "nullValue");
  return Value::Null();
}

Type ReadType(const Value& json);

Type ReadPrimitive(const std::string& name) {
  const std::map<std::string, TypeKind> kinds = {{"BOOL", TypeKind::kBool},     {"INT64", TypeKind::kInt},
                                                 {"UINT64", TypeKind::kUint},   {"DOUBLE", TypeKind::kDouble},
                                                 {"STRING", TypeKind::kString}, {"BYTES", TypeKind::kBytes}};
  return Type::Of(kinds.at(name));
}

Type ReadAbstract(const Value& json) {
  std::vector<Type> parameters;
  for (const Value& parameter : Elements(MapFind(json, "parameterTypes"))) parameters.push_back(ReadType(parameter));
  return Type::Abstract(Name(json), std::move(parameters));
}

Type ReadType(const Value& json) {
  const auto [kind, value] = OneOf(json);
  if (kind == "primitive") return ReadPrimitive(Text(value));
  if (kind == "null") return Type::Of(TypeKind::kNull);
  if (kind == "typeParam") return Type::Parameter(Text(value));
  if (kind == "listType") return Type::List(ReadType(Member(value, "elemType")));
  if (kind == "mapType") return Type::Map(ReadType(Member(value, "keyType")), ReadType(Member(value, "valueType")));
  if (kind == "abstractType") return ReadAbstract(value);
  if (kind == "messageType")
    return Type::Of(Text(value).ends_with("Duration") ? TypeKind::kDuration : TypeKind::kTimestamp);
  EXPECT_EQ(kind, "dyn");
  return Type::Dyn();
}

Function ReadFunction(const Value& declaration) {
  Function function{Name(declaration), false, {}};
  for (const Value& overload : Elements(MapFind(Member(declaration, "function"), "overloads"))) {
    Overload read;
    for (const Value& parameter : Elements(MapFind(overload, "params"))) read.parameters.push_back(ReadType(parameter));
    read.result = ReadType(Member(overload, "resultType"));
    function.overloads.push_back(std::move(read));
  }
  return function;
}

// The same value of the same kind; NaN is NaN, and maps have no order.
bool Same(const Value& a, const Value& b);

bool SameLists(const Value& a, const Value& b) {
  const std::vector<Value> left = Elements(a);
  const std::vector<Value> right = Elements(b);
  return std::equal(left.begin(), left.end(), right.begin(), right.end(), Same);
}

bool SameMaps(const Value& a, const Value& b) {
  if (MapSize(a) != MapSize(b)) return false;
  MapCursor cursor(a);
  Value key;
  Value value;
  while (cursor.Next(key, value)) {
    const std::optional<Value> other = MapFind(b, key);
    if (!other || !Same(value, *other)) return false;
  }
  return true;
}

bool Same(const Value& a, const Value& b) {
  if (a.kind() != b.kind()) return false;
  if (a.Is(ValueKind::kList)) return SameLists(a, b);
  if (a.Is(ValueKind::kMap)) return SameMaps(a, b);
  if (a.Is(ValueKind::kDouble) && std::isnan(a.as_double())) return std::isnan(b.as_double());
  if (a.Is(ValueKind::kDouble))
    return a.as_double() == b.as_double() && std::signbit(a.as_double()) == std::signbit(b.as_double());
  return ToJson(a) == ToJson(b);
}

// Runs one test. The result says what went wrong; empty, if nothing did.
class ConformanceTest {
 public:
  explicit ConformanceTest(const Value& test) : test_(test), environment_(StandardLibrary()) {}

  std::string Run() {
    Declare();
    const Result<Program> program =
        Program::Compile(Member(test_, "expr").text(), environment_, {.check = !Flag(test_, "disable_check")});
    const Value expect = Member(test_, "expect");
    if (!program) return HasMember(expect, "error") ? "" : "does not compile: " + program.error().message;
    if (HasMember(expect, "type")) {
      const Type wanted = ReadType(Member(expect, "type"));
      if (program->type() != wanted) return "has the type " + TypeText(program->type()) + ", not " + TypeText(wanted);
    }
    return Flag(test_, "check_only") ? "" : Evaluate(*program, expect);
  }

 private:
  void Declare() {
    environment_.SetContainer(Text(MapFind(test_, "container").value_or(Value::String(""))));
    std::map<std::string, Type> types;
    for (const Value& declaration : Elements(MapFind(test_, "type_env"))) {
      if (HasMember(declaration, "function")) {
        environment_.DeclareFunction(ReadFunction(declaration));
      } else {
        types[Name(declaration)] = ReadType(Member(Member(declaration, "ident"), "type"));
      }
    }
    if (const std::optional<Value> bindings = MapFind(test_, "bindings")) {
      MapCursor cursor(*bindings);
      Value name;
      Value binding;
      while (cursor.Next(name, binding)) {
        types.try_emplace(Text(name), Type::Dyn());
        values_[Text(name)] = ReadValue(Member(binding, "value"), arena_);
      }
    }
    for (const auto& [name, type] : types) numbers_[name] = environment_.AddVariable(name, type);
  }

  std::string Evaluate(const Program& program, const Value& expect) {
    Activation activation(environment_, arena_);
    for (const auto& [name, value] : values_) activation.Set(numbers_.at(name), value);
    const Value value = program.Evaluate(activation);
    if (HasMember(expect, "error")) return value.is_error() ? "" : "gives " + ToJson(value) + " and no error";
    if (value.is_error()) return "gives the error " + Text(value);
    const Value wanted = ReadValue(Member(expect, "value"), arena_);
    return Same(value, wanted) ? "" : "gives " + ToJson(value) + ", not " + ToJson(wanted);
  }

  Value test_;
  Arena arena_;
  Environment environment_;
  std::map<std::string, Value> values_;
  std::map<std::string, uint32_t> numbers_;
};

std::string ReadFile(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

// Whether the test needs the macros with which the specification tests what an optimiser makes of a program. No
// expression of a user has them.
bool NeedsBlockMacros(const Value& test) {
  for (const Value& need : Elements(MapFind(test, "needs")))
    if (need.text().starts_with("ext.block")) return true;
  return false;
}

std::vector<std::string> Suites() {
  std::vector<std::string> suites;
  for (const auto& entry : std::filesystem::directory_iterator(kGolden)) {
    const std::filesystem::path& path = entry.path();
    const std::string name = path.stem();
    const bool recorded = std::find(kRecorded.begin(), kRecorded.end(), name) != kRecorded.end();
    if (path.extension() == ".json" && name != "index" && !recorded) suites.push_back(name);
  }
  std::sort(suites.begin(), suites.end());
  return suites;
}

std::string_view DivergenceOf(const std::string& id) {
  for (const Divergence& divergence : kDivergences)
    if (divergence.test == id) return divergence.reason;
  return {};
}

struct Counts {
  int json = 0;
  int block = 0;
  int run = 0;
  int passed = 0;
  int diverged = 0;
};

void RunSuite(const std::string& suite, Counts& counts) {
  const std::string text = ReadFile(kGolden + "/" + suite + ".json");
  Arena arena;
  JsonParser parser;
  const Result<const JsonDocument*> document = parser.Parse(text, arena);
  ASSERT_TRUE(document) << suite << ": " << document.error().message;
  for (const Value& test : Elements(Member((*document)->root(), "tests"))) {
    if (!Flag(test, "json")) continue;
    ++counts.json;
    if (NeedsBlockMacros(test)) {
      ++counts.block;
      continue;
    }
    const std::string id = suite + "/" + Text(Member(test, "section")) + "/" + Name(test);
    const std::string fault = ConformanceTest(test).Run();
    const std::string_view divergence = DivergenceOf(id);
    ++counts.run;
    counts.passed += fault.empty() ? 1 : 0;
    counts.diverged += divergence.empty() ? 0 : 1;
    EXPECT_EQ(fault.empty(), divergence.empty()) << id << ": " << Text(Member(test, "expr"))
                                                 << (fault.empty() ? "\npasses, and is no divergence" : "\n" + fault);
  }
}

TEST(CelConformance, EverySuiteWithoutProtobuf) {
  Counts counts;
  for (const std::string& suite : Suites()) RunSuite(suite, counts);
  std::cout << "CEL conformance: " << counts.json << " tests without protobuf, " << counts.block
            << " of them of test macros, " << counts.passed << " passed, " << counts.diverged << " named divergences\n";
  EXPECT_EQ(counts.json, kJsonTests);
  EXPECT_EQ(counts.block, kBlockTests);
  EXPECT_GE(counts.passed, kPassedMin);
  EXPECT_EQ(counts.passed + counts.diverged, counts.run);
  EXPECT_EQ(counts.diverged, kDivergences.size()) << "a divergence names no test";
  EXPECT_LE(kDivergences.size(), 9U);
}

TEST(CelConformance, WhatAnotherImplementationGives) {
  Counts counts;
  for (const std::string_view suite : kRecorded) RunSuite(std::string(suite), counts);
  std::cout << "CEL, recorded: " << counts.run << " calls, " << counts.passed << " with the same value\n";
  EXPECT_EQ(counts.passed, counts.run);
  EXPECT_GE(counts.run, kRecordedMin);
}

}  // namespace
}  // namespace penstock::expr
