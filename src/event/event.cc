#include "event/event.h"

#include <algorithm>

#include "event/collection.h"
#include "event/json_document.h"

namespace penstock {
namespace {

// Copies a document whose source is already at `source`. Nodes hold offsets, so that they are copied as they are.
const JsonDocument* CopyDocument(const JsonDocument& document, std::string_view source, Arena& arena) {
  const std::span<JsonNode> nodes = arena.AllocateArray<JsonNode>(document.node_count());
  std::copy_n(document.nodes(), nodes.size(), nodes.begin());
  const std::string_view decoded = arena.Copy(document.decoded());
  return arena.New(JsonDocument(source, nodes.data(), document.node_count(), decoded, document.duplicate_keys()));
}

// A value of the new event: one that lay in the old document lies at the same node of the new one.
Value Move(const Value& value, const JsonDocument* from, const JsonDocument* to, Arena& arena) {
  const bool collection = value.Is(ValueKind::kList) || value.Is(ValueKind::kMap);
  if (from == nullptr || !collection || !value.is_json() || value.document() != from) return DeepCopy(value, arena);
  return value.Is(ValueKind::kList) ? Value::JsonList(to, value.node()) : Value::JsonMap(to, value.node());
}

size_t BytesNeeded(const Event& event) {
  size_t bytes = 256 + event.record.source.topic.size() + event.added.size_bytes();
  bytes += event.record.key.value_or("").size() + event.record.value.value_or("").size();
  for (const Header& header : event.record.headers)
    bytes += sizeof(Header) + header.name.size() + header.value.value_or("").size();
  if (event.document != nullptr)
    bytes += event.document->node_count() * sizeof(JsonNode) + event.document->decoded().size() + sizeof(JsonDocument);
  return bytes;
}

}  // namespace

DetachedEvent DetachedEvent::Of(const Event& event) {
  DetachedEvent detached;
  detached.arena_ = std::make_unique<Arena>(BytesNeeded(event));
  Arena& arena = *detached.arena_;
  Event& copy = detached.event_;
  copy.record = Detach(event.record, arena);
  if (event.document != nullptr) {
    const bool whole = event.record.value && event.document->source().data() == event.record.value->data() &&
                       event.document->source().size() == event.record.value->size();
    const std::string_view source = whole ? *copy.record.value : arena.Copy(event.document->source());
    copy.document = CopyDocument(*event.document, source, arena);
  }
  copy.body = Move(event.body, event.document, copy.document, arena);
  copy.added = arena.AllocateArray<Value>(event.added.size());
  for (size_t i = 0; i < event.added.size(); ++i)
    copy.added[i] = Move(event.added[i], event.document, copy.document, arena);
  return detached;
}

}  // namespace penstock
