#include "log/kafka/statistics.h"

#include <algorithm>

#include "base/arena.h"
#include "event/json_parser.h"

namespace penstock::kafka {
namespace {

// A node of the document that may be missing.
struct Place {
  const JsonDocument& document;
  uint32_t node;

  Place operator[](std::string_view name) const {
    if (node == JsonDocument::kNotFound || document.node(node).json_kind() != JsonKind::kMap)
      return {document, JsonDocument::kNotFound};
    return {document, document.FindMember(node, name)};
  }
  int64_t Number(int64_t otherwise) const {
    if (node == JsonDocument::kNotFound || document.node(node).json_kind() != JsonKind::kInt) return otherwise;
    return document.node(node).int_value;
  }
  std::string_view Text() const {
    if (node == JsonDocument::kNotFound || document.node(node).json_kind() != JsonKind::kString) return {};
    return document.TextAt(node);
  }
};

struct Brokers {
  int64_t round_trip_p99_us = 0;
  int64_t up = 0;
  int64_t down = 0;
  int64_t retries = 0;

  void Add(const Place& broker) {
    const std::string_view state = broker["state"].Text();
    // Others stand for a role, or were never needed.
    if (broker["nodeid"].Number(-1) < 0 || state == "INIT") return;
    const bool is_up = state == "UP" || state == "UPDATE";
    ++(is_up ? up : down);
    round_trip_p99_us = std::max(round_trip_p99_us, broker["rtt"]["p99"].Number(0));
    retries += broker["txretries"].Number(0);
  }
};

}  // namespace

void Statistics::Update(std::string_view json) {
  Arena arena;
  JsonParser parser;
  const Result<const JsonDocument*> parsed = parser.Parse(json, arena);
  if (!parsed) return;
  const JsonDocument& document = **parsed;
  const Place root{document, 0};
  queued_messages_.Set(root["msg_cnt"].Number(queued_messages()));
  queued_bytes_.Set(root["msg_size"].Number(queued_bytes()));
  const Place list = root["brokers"];
  if (list.node == JsonDocument::kNotFound || document.node(list.node).json_kind() != JsonKind::kMap) return;
  Brokers brokers;
  const uint32_t end = document.After(list.node);
  for (uint32_t key = list.node + 1; key < end; key = document.After(key + 1)) brokers.Add({document, key + 1});
  round_trip_p99_us_.Set(brokers.round_trip_p99_us);
  brokers_up_.Set(brokers.up);
  brokers_down_.Set(brokers.down);
  retries_.Set(brokers.retries);
}

}  // namespace penstock::kafka
