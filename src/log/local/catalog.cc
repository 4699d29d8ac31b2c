#include "log/local/catalog.h"

#include <algorithm>

#include "log/local/schema.h"

namespace penstock::local {
namespace {

constexpr size_t kNameBytesMax = 249;
constexpr int32_t kPartitionsMax = 10'000;

bool IsNameCharacter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' || c == '_' || c == '-';
}

Result<void> CheckOptions(std::string_view name, const TopicOptions& options) {
  const std::string topic = "topic '" + std::string(name) + "': ";
  if (options.partitions < 1 || options.partitions > kPartitionsMax)
    return Invalid(topic + std::to_string(options.partitions) + " partitions; a topic has 1 to " +
                   std::to_string(kPartitionsMax));
  if (options.retention_ms < -1 || options.retention_bytes < -1)
    return Invalid(topic + "its retention is negative; leave it out to keep records for ever");
  return {};
}

}  // namespace

Result<void> CheckName(std::string_view what, std::string_view name) {
  const bool fine = !name.empty() && name.size() <= kNameBytesMax && name != "." && name != ".." &&
                    std::all_of(name.begin(), name.end(), IsNameCharacter);
  if (fine) return {};
  return Invalid("'" + std::string(name.substr(0, kNameBytesMax)) + "' is no name of a " + std::string(what) +
                 ": it has 1 to 249 of the characters a-z A-Z 0-9 . _ -");
}

const Topic* Catalog::Remember(const Query& row) {
  auto topic = std::make_unique<Topic>();
  topic->id = row.Int(0);
  topic->name = row.Bytes(1);
  topic->first_slot = row.Int(3);
  topic->options.partitions = static_cast<int32_t>(row.Int(2));
  topic->options.compact = row.Int(4) != 0;
  topic->options.retention_ms = row.Int(5);
  topic->options.retention_bytes = row.Int(6);
  std::unique_ptr<const Topic>& remembered = topics_[topic->name];
  if (remembered == nullptr) remembered = std::move(topic);
  return remembered.get();
}

Result<const Topic*> Catalog::Find(std::string_view name) {
  const auto known = topics_.find(name);
  if (known != topics_.end()) return known->second.get();
  TRY_ASSIGN(Query query, database_.Prepare("SELECT * FROM topics WHERE name = ?"));
  query.Bind(name);
  TRY_ASSIGN(const bool found, query.Step());
  return found ? Remember(query) : nullptr;
}

Result<const Topic*> Catalog::Get(std::string_view name) {
  TRY(CheckName("topic", name));
  TRY_ASSIGN(const Topic* const topic, Find(name));
  if (topic != nullptr) return topic;
  return Invalid("there is no topic '" + std::string(name) + "' in the log '" + database_.path() +
                 "'; create it (penstock topic create), or see what there is (penstock topic list)");
}

Result<const Topic*> Catalog::GetById(int64_t id) {
  for (const auto& [name, topic] : topics_)
    if (topic->id == id) return topic.get();
  TRY_ASSIGN(Query query, database_.Prepare("SELECT * FROM topics WHERE id = ?"));
  query.Bind(id);
  TRY_ASSIGN(const bool found, query.Step());
  if (found) return Remember(query);
  return Fail(ErrorKind::kUnavailable, "the log '" + database_.path() + "' is damaged: its topic number " +
                                           std::to_string(id) + " is missing; restore it from a copy");
}

Result<int64_t> Catalog::SlotOf(const TopicPartition& partition) {
  TRY_ASSIGN(const Topic* const topic, Get(partition.topic));
  if (partition.partition >= 0 && partition.partition < topic->options.partitions)
    return topic->first_slot + partition.partition;
  return Invalid("topic '" + topic->name + "' has no partition " + std::to_string(partition.partition) +
                 "; its partitions are 0 to " + std::to_string(topic->options.partitions - 1));
}

Result<std::vector<const Topic*>> Catalog::All() {
  std::vector<const Topic*> topics;
  TRY_ASSIGN(Query query, database_.Prepare("SELECT * FROM topics ORDER BY name"));
  while (true) {
    TRY_ASSIGN(const bool found, query.Step());
    if (!found) return topics;
    topics.push_back(Remember(query));
  }
}

Result<void> Catalog::Create(std::string_view name, const TopicOptions& options) {
  TRY(CheckName("topic", name));
  TRY(CheckOptions(name, options));
  TRY_ASSIGN(const Topic* const existing, Find(name));
  if (existing != nullptr) return Invalid("topic '" + std::string(name) + "' exists already");
  TRY_ASSIGN(const int64_t first_slot, database_.Number("SELECT coalesce(max(slot), 0) + 1 FROM partitions", 1));
  if (first_slot + options.partitions > kSlotMax)
    return Fail(ErrorKind::kLimit, "the log '" + database_.path() + "' cannot hold more than " +
                                       std::to_string(kSlotMax) + " partitions; use another directory");
  TRY(database_.Run(
      "INSERT INTO topics (name, partitions, first_slot, compact, retention_ms, retention_bytes)"
      " VALUES (?, ?, ?, ?, ?, ?)",
      name, options.partitions, first_slot, options.compact, options.retention_ms, options.retention_bytes));
  const int64_t id = sqlite3_last_insert_rowid(database_.connection());
  for (int32_t i = 0; i < options.partitions; ++i)
    TRY(database_.Run("INSERT INTO partitions VALUES (?, ?, 0, 0, 0, 0)", first_slot + i, id));
  return {};
}

Result<PartitionState> Catalog::StateOf(int64_t slot) {
  TRY_ASSIGN(Query query, database_.Prepare("SELECT begin, end, bytes FROM partitions WHERE slot = ?"));
  query.Bind(slot);
  TRY_ASSIGN(const bool found, query.Step());
  if (found) return PartitionState{query.Int(0), query.Int(1), query.Int(2)};
  return Fail(ErrorKind::kUnavailable, "the log '" + database_.path() + "' is damaged: its partition number " +
                                           std::to_string(slot) + " is missing; restore it from a copy");
}

}  // namespace penstock::local
