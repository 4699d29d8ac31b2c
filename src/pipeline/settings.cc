#include "pipeline/settings.h"

#include <algorithm>
#include <set>

#include "config/units.h"
#include "config/validation.h"
#include "event/time_text.h"

namespace penstock {
namespace {

std::string TextOr(const YamlNode* node, const std::string& fallback) {
  return node == nullptr ? fallback : node->text;
}

std::vector<std::string> ReadRaw(const YamlNode* node, const std::string& pipeline, Problems& problems) {
  if (node == nullptr) return {pipeline + ".raw-events"};
  if (node->is_scalar()) return {node->text};
  std::vector<std::string> topics;
  for (const YamlNode& item : node->items) {
    if (std::find(topics.begin(), topics.end(), item.text) == topics.end())
      topics.push_back(item.text);
    else
      problems.Add(item.offset, "'" + item.text + "' stands here a second time");
  }
  if (topics.empty()) problems.Add(node->offset, "the pipeline reads no topic");
  return topics;
}

// Only names that are derived can be wrong here: others have been looked at.
void CheckNames(const Topics& topics, Problems& problems) {
  for (const std::string& topic : {topics.outputs, topics.review, topics.dead, topics.context.value_or("off")})
    if (!IsTopicName(topic))
      problems.Add(0, "with this pipeline's name, '" + topic + "' is too long for a topic's name");
}

// A pipeline that reads what it writes never ends; dead letters among outputs are found by nobody.
void CheckDistinct(const Topics& topics, size_t offset, Problems& problems) {
  std::set<std::string> seen(topics.raw.begin(), topics.raw.end());
  std::vector<std::string> written = {topics.outputs, topics.review, topics.dead};
  if (topics.context) written.push_back(*topics.context);
  for (const std::string& topic : written)
    if (!seen.insert(topic).second) problems.Add(offset, "the topic '" + topic + "' is used for two things");
}

Topics ReadTopics(const YamlNode& file, const std::string& pipeline, Problems& problems) {
  const YamlNode* const node = file.Find("topics");
  const auto find = [&](std::string_view name) { return node == nullptr ? nullptr : node->Find(name); };
  Topics topics;
  topics.raw = ReadRaw(find("raw"), pipeline, problems);
  const std::string context = TextOr(find("context"), pipeline + ".enriched-context");
  if (context != "off") topics.context = context;
  topics.outputs = TextOr(find("outputs"), pipeline + ".model-outputs");
  topics.review = TextOr(find("review"), pipeline + ".human-review");
  topics.dead = TextOr(find("dead"), pipeline + ".dead-letters");
  CheckNames(topics, problems);
  CheckDistinct(topics, node == nullptr ? 0 : node->offset, problems);
  return topics;
}

StartPosition ReadStart(const YamlNode* node, Problems& problems) {
  if (node == nullptr || node->text == "earliest") return AtStart{};
  if (node->text == "latest") return AtEnd{};
  if (const std::optional<Timestamp> time = ParseTimestamp(node->text))
    return AtTime{time->seconds * 1000 + time->nanos / 1'000'000};
  problems.Add(node->offset,
               "'" + node->text + "' is neither earliest nor latest nor a time such as 2026-01-31T00:00:00Z");
  return AtStart{};
}

}  // namespace

Settings ReadSettings(const YamlNode& file, Problems& problems) {
  Settings settings;
  settings.name = TextOr(file.Find("pipeline"), "pipeline");
  settings.topics = ReadTopics(file, settings.name, problems);
  settings.start = ReadStart(file.Find("start"), problems);
  settings.exactly_once = TextOr(file.Find("delivery"), "exactly_once") == "exactly_once";
  settings.create = TextOr(file.Find("create"), "true") == "true";
  if (const YamlNode* const commit = file.Find("commit"))
    if (const YamlNode* const interval = commit->Find("interval"))
      settings.commit_interval = ParsePositiveDuration(interval->text).value_or(settings.commit_interval);
  const std::string order = TextOr(file.Find("order"), "none");
  settings.order = order == "key" ? Order::kKey : order == "partition" ? Order::kPartition : Order::kNone;
  if (const YamlNode* const drain = file.Find("drain"))
    settings.drain = ParsePositiveDuration(drain->text).value_or(settings.drain);
  if (const YamlNode* const log = file.Find("log")) settings.log = ReadLogSettings(*log, problems);
  return settings;
}

std::string PrepareGroupOf(const std::string& pipeline) { return pipeline + ".prepare"; }
std::string InferGroupOf(const std::string& pipeline) { return pipeline + ".infer"; }

}  // namespace penstock
