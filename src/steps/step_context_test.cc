#include "steps/step_context.h"

#include <gtest/gtest.h>

#include "event/json_writer.h"
#include "expr/functions/standard_library.h"

namespace penstock {
namespace {

// What an expression gives for a record.
class StepContextTest : public testing::Test {
 protected:
  std::string Evaluate(std::string_view expression) {
    expr::Environment environment(expr::StandardLibrary());
    Variables variables(environment);
    const Result<expr::Program> program = expr::Program::Compile(expression, environment);
    EXPECT_TRUE(program) << (program ? "" : program.error().message);
    Arena arena;
    expr::Activation activation(environment, arena);
    std::vector<Counter> drops;
    StepContext context(variables, activation, arena, drops);
    Row row;
    row.event.record = record_;
    context.Enter(row);
    const Value value = context.Evaluate(*program);
    return value.is_error() ? "error: " + std::string(value.text()) : ToJson(value);
  }

  Record record_;
};

TEST_F(StepContextTest, OfSeveralHeadersTheLastCounts) {
  const std::vector<Header> headers = {{"a", "1"}, {"b", "2"}, {"a", "3"}};
  record_.headers = headers;
  EXPECT_EQ(Evaluate("headers.a"), R"("3")");
  EXPECT_EQ(Evaluate("headers['b']"), R"("2")");
  EXPECT_EQ(Evaluate("size(headers)"), "2");
  EXPECT_EQ(Evaluate("headers[?'c'].orValue('none')"), R"("none")");
}

TEST_F(StepContextTest, HeadersMayHoldAnyBytes) {
  const std::vector<Header> headers = {{"bytes", "\xff\xfe"}, {"none", std::nullopt}, {"\xff", "lost"}, {"empty", ""}};
  record_.headers = headers;
  EXPECT_EQ(Evaluate("headers.bytes == b'\\xff\\xfe'"), "true");
  EXPECT_EQ(Evaluate("headers.none == null"), "true");
  EXPECT_EQ(Evaluate("headers.empty"), R"("")");
  EXPECT_EQ(Evaluate("size(headers)"), "3");  // a name that is no text can be named by nobody
}

TEST_F(StepContextTest, KeysMayBeTextsBytesOrAbsent) {
  EXPECT_EQ(Evaluate("key == null"), "true");
  record_.key = "";
  EXPECT_EQ(Evaluate("key"), R"("")");
  record_.key = "ü";
  EXPECT_EQ(Evaluate("key"), R"("ü")");
  record_.key = "\xff";
  EXPECT_EQ(Evaluate("key == b'\\xff'"), "true");
}

TEST_F(StepContextTest, TellsWhereARecordIs) {
  record_.source = {"a.b", 3, 7};
  record_.timestamp_ms = 1'500;
  EXPECT_EQ(Evaluate("source.topic + '/' + string(source.partition) + '/' + string(source.offset)"), R"("a.b/3/7")");
  EXPECT_EQ(Evaluate("string(source.timestamp)"), R"("1970-01-01T00:00:01.5Z")");
  record_.timestamp_ms = -1;
  EXPECT_EQ(Evaluate("string(source.timestamp)"), R"("1969-12-31T23:59:59.999Z")");
}

// Whatever the clock was that stamped a record, its time is one that expressions can compute with.
TEST_F(StepContextTest, TimesBeyondAllCalendarsAreTheirEnds) {
  record_.timestamp_ms = INT64_MAX;
  EXPECT_EQ(Evaluate("source.timestamp.getFullYear()"), "9999");
  record_.timestamp_ms = INT64_MIN;
  EXPECT_EQ(Evaluate("source.timestamp.getFullYear()"), "1");
}

}  // namespace
}  // namespace penstock
