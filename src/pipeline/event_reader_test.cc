#include "pipeline/event_reader.h"

#include <gtest/gtest.h>

#include "event/json_writer.h"
#include "pipeline/pipeline_fixture.h"

namespace penstock {
namespace {

class Reading {
 public:
  explicit Reading(const std::string& event)
      : file_(CompileGood("pipeline: p\nroute: [{ to: none }]\nevent: " + event + "\n")),
        activation_(*file_.plan->environment, batch_.arena),
        context_(*file_.plan->variables, activation_, batch_.arena, drops_),
        reader_(*file_.plan) {
    record.timestamp_ms = 1'000'000;
  }

  // What the record becomes: its event, or why it becomes none.
  std::string Read(std::string_view value) {
    batch_.Clear();
    record.value = value;
    reader_.Decode(record, 5, batch_, context_);
    reader_.CheckContract(batch_, context_);
    const Row& found = batch_.rows.at(0);
    if (found.is_live()) return ToJson(found.event.body);
    return std::string(found.dead->step) + ": " + std::string(found.dead->message);
  }
  const Row& row() const { return batch_.rows.at(0); }

  Record record;

 private:
  PipelineFile file_;
  Batch batch_;
  std::vector<Counter> drops_;
  expr::Activation activation_;
  StepContext context_;
  EventReader reader_;
};

TEST(EventReader, GivesFieldsTheirTypes) {
  Reading reading("{ types: { event.a.b: double, event.n: int, event.s: string, event.t: bool } }");
  EXPECT_EQ(reading.Read(R"({"a":{"b":1020}})"), R"({"a":{"b":1020}})");
  const Value amount = MapFind(*MapFind(reading.row().event.body, "a"), "b").value();
  EXPECT_TRUE(amount.Is(ValueKind::kDouble));
  EXPECT_EQ(reading.Read(R"({"x":1,"a":{"c":2}})"),
            R"({"x":1,"a":{"c":2}})");  // it may be missing, and stand elsewhere
  EXPECT_EQ(reading.Read(R"({"n":null})"), R"({"n":null})");
  EXPECT_EQ(reading.Read(R"({"n":1.5})"), "event.types: event.n is no int, but a double");
  EXPECT_EQ(reading.Read(R"({"s":1})"), "event.types: event.s is no string, but a int");
  EXPECT_EQ(reading.Read(R"({"t":"true"})"), "event.types: event.t is no bool, but a string");
}

TEST(EventReader, RulesChooseAndDemand) {
  Reading reading("{ rules: [{ name: web, when: event.web, that: has(event.ip) }, { name: sure, that: event.a }] }");
  EXPECT_EQ(reading.Read(R"({"web":false,"a":true})"), R"({"web":false,"a":true})");
  EXPECT_EQ(reading.Read(R"({"web":true,"a":true})"), "event.rules.web: this does not hold: has(event.ip)");
  EXPECT_EQ(reading.Read(R"({"a":true})"), "event.rules.web: this does not hold: has(event.ip): no such key: 'web'");
  EXPECT_EQ(reading.Read(R"({"web":false,"a":1})"),
            "event.rules.sure: this does not hold: event.a: the condition gives neither true nor false");
}

TEST(EventReader, AKeyMayBeAnyJson) {
  Reading reading("{ key: event.user }");
  reading.record.key = "u";
  EXPECT_EQ(reading.Read(R"({"user":"u"})"), R"({"user":"u"})");
  EXPECT_EQ(reading.Read(R"({"user":"v"})"), "event.key: the record's key is another than event.key gives");
  EXPECT_EQ(reading.Read("{}"), "event.key: no such key: 'user'");
  reading.record.key = "7";
  EXPECT_EQ(reading.Read(R"({"user":7})"), R"({"user":7})");
}

TEST(EventReader, FindsTimesAndNames) {
  Reading reading("{ time: timestamp(event.t), max_ahead: 10s, id: event.id }");
  reading.Read(R"({"t":"1970-01-01T00:16:40Z","id":7})");
  EXPECT_FALSE(reading.row().has_own_time);
  EXPECT_EQ(reading.row().id, "7");
  EXPECT_EQ(reading.row().origin, 5U);
  reading.Read(R"({"t":"1970-01-01T00:16:50Z","id":"a"})");
  EXPECT_TRUE(reading.row().is_live());  // as far ahead as is allowed
  EXPECT_EQ(reading.row().time.seconds, 1'010);
  EXPECT_EQ(reading.row().id, "a");
  EXPECT_TRUE(
      reading.Read(R"({"t":"1970-01-01T00:16:50.000000001Z","id":"a"})").starts_with("event.time: the event's"));
  EXPECT_EQ(reading.Read(R"({"t":"1970-01-01T00:00:00Z"})"), "event.id: no such key: 'id'");
}

TEST(EventReader, ATimeIsATimestamp) {
  Reading reading("{ time: event.t }");
  EXPECT_EQ(reading.Read(R"({"t":1})"), "event.time: event.time gives no timestamp");
}

TEST(EventReader, BearsAnyTimestamp) {
  Reading reading("{ time: timestamp(event.t) }");
  for (const int64_t timestamp_ms : {INT64_MIN, INT64_MAX}) {
    reading.record.timestamp_ms = timestamp_ms;
    reading.Read(R"({"t":"2026-01-01T00:00:00Z"})");
    EXPECT_EQ(reading.row().is_live(), timestamp_ms == INT64_MAX);
  }
}

}  // namespace
}  // namespace penstock
