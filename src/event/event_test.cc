#include "event/event.h"

#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "event/collection.h"
#include "event/json_parser.h"
#include "event/json_writer.h"

namespace penstock {
namespace {

// An event as a worker has it, with everything that it borrows from.
struct Batch {
  explicit Batch(std::string text) : value(std::move(text)) {
    event.record.source = {topic, 1, 7};
    event.record.key = key;
    event.record.value = value;
    event.document = JsonParser().Parse(*event.record.value, arena).value();
    event.body = event.document->root();
  }
  Batch(const Batch&) = delete;
  Batch& operator=(const Batch&) = delete;

  Value At(std::string_view name) const { return MapFind(event.body, name).value(); }
  void Add(const Value& value_to_add) {
    added.push_back(value_to_add);
    event.added = added;
  }

  std::string topic = "card-fraud.raw-events";
  std::string key = "user-1";
  std::string value;
  Arena arena;
  std::vector<Value> added;
  Event event;
};

constexpr const char* kText = R"({"id":"t\u0031", "user":{"name":"J\u00f6rg","tags":[1,2,3]} ,"amount":10.50})";

TEST(EventTest, DetachedEventsOutliveTheirBatch) {
  auto batch = std::make_unique<Batch>(kText);
  const DetachedEvent detached = DetachedEvent::Of(batch->event);
  batch.reset();
  const Event& event = detached.event();
  EXPECT_EQ(event.record.source, (Source{"card-fraud.raw-events", 1, 7}));
  EXPECT_EQ(event.record.key, "user-1");
  EXPECT_EQ(event.record.value, kText);
  EXPECT_EQ(ToJson(event.body), kText) << "bytes that nothing changed stay";
  EXPECT_EQ(MapFind(event.body, "id")->text(), "t1");
  EXPECT_EQ(MapFind(*MapFind(event.body, "user"), "name")->text(), "Jörg");
  EXPECT_TRUE(event.added.empty());
}

TEST(EventTest, DetachedDocumentsShareTheRecordsBytes) {
  const Batch batch(kText);
  const DetachedEvent detached = DetachedEvent::Of(batch.event);
  const Event& event = detached.event();
  ASSERT_NE(event.document, nullptr);
  EXPECT_NE(event.document, batch.event.document);
  EXPECT_EQ(event.document->source().data(), event.record.value->data());
  EXPECT_EQ(event.body.document(), event.document);
  EXPECT_EQ(event.document->node_count(), batch.event.document->node_count());
}

TEST(EventTest, AddedValuesThatLieInTheDocumentMoveWithIt) {
  auto batch = std::make_unique<Batch>(kText);
  batch->Add(batch->At("user"));
  batch->Add(*MapFind(batch->At("user"), "tags"));
  batch->Add(*MapFind(batch->At("user"), "name"));
  batch->Add(batch->At("amount"));
  const DetachedEvent detached = DetachedEvent::Of(batch->event);
  batch.reset();
  const Event& event = detached.event();
  ASSERT_EQ(event.added.size(), 4U);
  EXPECT_EQ(event.added[0].document(), event.document);
  EXPECT_EQ(ToJson(event.added[0]), R"({"name":"J\u00f6rg","tags":[1,2,3]})");
  EXPECT_EQ(event.added[1].document(), event.document);
  EXPECT_EQ(ToJson(event.added[1]), "[1,2,3]");
  EXPECT_EQ(event.added[2].text(), "Jörg");
  EXPECT_EQ(event.added[3].as_double(), 10.5);
}

TEST(EventTest, AddedValuesFromElsewhereAreCopied) {
  auto batch = std::make_unique<Batch>(kText);
  const std::string other_text = R"({"other":[{"x":1}]})";
  batch->Add(JsonParser().Parse(batch->arena.Copy(other_text), batch->arena).value()->root());
  batch->Add(Value::String(batch->arena.Copy("computed")));
  Value* items = batch->arena.AllocateArray<Value>(2).data();
  items[0] = batch->At("user");
  items[1] = batch->At("id");
  batch->Add(Value::List(items, 2));
  batch->Add(Value::Optional(&items[0]));
  MapBuilder builder(batch->arena, 1);
  builder.Add(Value::String(batch->arena.Copy("computed key")), items[0]);
  batch->Add(builder.Finish());
  const DetachedEvent detached = DetachedEvent::Of(batch->event);
  batch.reset();
  const std::span<Value> added = detached.event().added;
  EXPECT_EQ(ToJson(added[0]), other_text);
  EXPECT_EQ(added[1].text(), "computed");
  EXPECT_EQ(ToJson(added[2]), R"([{"name":"Jörg","tags":[1,2,3]},"t1"])");
  EXPECT_EQ(ToJson(added[3]), R"({"name":"Jörg","tags":[1,2,3]})");
  EXPECT_EQ(ToJson(added[4]), R"({"computed key":{"name":"Jörg","tags":[1,2,3]}})");
}

TEST(EventTest, DetachesABodyThatIsPartOfTheDocument) {
  auto batch = std::make_unique<Batch>(kText);
  batch->event.body = batch->At("user");
  const DetachedEvent detached = DetachedEvent::Of(batch->event);
  batch.reset();
  EXPECT_EQ(ToJson(detached.event().body), R"({"name":"J\u00f6rg","tags":[1,2,3]})");
}

TEST(EventTest, DetachesDuplicateKeys) {
  auto batch = std::make_unique<Batch>(R"({"a":1,"a":[2],"b":1.50})");
  const DetachedEvent detached = DetachedEvent::Of(batch->event);
  batch.reset();
  EXPECT_EQ(detached.event().document->duplicate_keys(), 1U);
  EXPECT_EQ(ToJson(detached.event().body), R"({"a":[2],"b":1.50})");
}

// A root that is a scalar is parsed from a copy of the record's bytes.
TEST(EventTest, DetachesScalars) {
  for (const std::string text : {"\"caf\\u00e9\"", "12", "null", "  true  "}) {
    auto batch = std::make_unique<Batch>(text);
    const std::string expected = ToJson(batch->event.body);
    const DetachedEvent detached = DetachedEvent::Of(batch->event);
    batch.reset();
    EXPECT_EQ(ToJson(detached.event().body), expected);
    EXPECT_EQ(detached.event().record.value, text);
    EXPECT_EQ(detached.event().document->source(), text);
  }
}

TEST(EventTest, DetachesAnEventWithoutDocument) {
  auto arena = std::make_unique<Arena>();
  Event event;
  event.record.source.topic = arena->Copy("topic");
  MapBuilder builder(*arena, 1);
  builder.Add(Value::String(arena->Copy("decoded")), Value::Bytes(arena->Copy("from elsewhere")));
  event.body = builder.Finish();
  const DetachedEvent detached = DetachedEvent::Of(event);
  arena.reset();
  EXPECT_EQ(detached.event().document, nullptr);
  EXPECT_FALSE(detached.event().record.value) << "a tombstone";
  EXPECT_EQ(MapFind(detached.event().body, "decoded")->text(), "from elsewhere");
}

TEST(EventTest, DetachedEventsMoveAndDetachAgain) {
  auto batch = std::make_unique<Batch>(kText);
  batch->Add(batch->At("user"));
  std::vector<DetachedEvent> events;
  for (int i = 0; i < 20; ++i) events.push_back(DetachedEvent::Of(i == 0 ? batch->event : events.back().event()));
  batch.reset();
  events.erase(events.begin(), events.begin() + 19);
  EXPECT_EQ(ToJson(events[0].event().body), kText);
  EXPECT_EQ(ToJson(events[0].event().added[0]), R"({"name":"J\u00f6rg","tags":[1,2,3]})");
}

// What an event holds is about what it is made of, not the buffers that it came from.
TEST(EventTest, DetachedEventsHoldLittle) {
  const Batch batch(kText);
  const DetachedEvent detached = DetachedEvent::Of(batch.event);
  const size_t parts = batch.value.size() + batch.topic.size() + batch.key.size() +
                       batch.event.document->node_count() * sizeof(JsonNode) + sizeof(JsonDocument);
  EXPECT_GE(detached.held_bytes(), parts);
  EXPECT_LE(detached.held_bytes(), parts + 512);
}

}  // namespace
}  // namespace penstock
