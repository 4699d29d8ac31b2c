#include "tests/faults/expectation.h"

#include <optional>

#include "base/hash.h"

namespace penstock::faults {
namespace {

constexpr size_t kViolationsMax = 5;

// Every committed record of a partition, in order.
std::vector<const sim::Entry*> CommittedOf(const sim::PartitionLog& log) {
  std::vector<const sim::Entry*> found;
  log.Read(0, SIZE_MAX, found);
  return found;
}

std::optional<std::string> HeaderOf(const sim::StoredRecord& record, std::string_view name) {
  for (const auto& [header, value] : record.headers)
    if (header == name) return value;
  return std::nullopt;
}

// What was shortened or made longer keeps the input's value at its start.
std::string InputOf(const std::string& output) { return output.substr(0, output.find('}') + 1); }

}  // namespace

std::string InputValue(int64_t number) { return "{\"n\":" + std::to_string(number) + "}"; }

std::vector<std::string> OutputTopicsOf(std::string_view input_value, bool engine) {
  if (engine || Hash64(input_value) % 3 == 0) return {kOutputTopic};
  return {kOutputTopic, kMoreTopic};
}

bool IsTooLarge(std::string_view input_value) { return Hash64(input_value, 1) % 64 == 0; }

OutputCounts CountOutputs(sim::SimCluster& brokers, const std::string& topic) {
  OutputCounts counts;
  for (int32_t i = 0; const sim::PartitionLog* const log = brokers.Find({topic, i}); ++i)
    for (const sim::Entry* entry : CommittedOf(*log)) ++counts[InputOf(entry->record->value.value_or(""))];
  return counts;
}

std::map<std::string, int64_t> Expectation::InputsOf(const std::string& topic) {
  std::map<std::string, int64_t> expected = before_reset_[topic];
  for (int32_t i = 0; i < scenario_.partitions; ++i) {
    const TopicPartition partition{kInputTopic, i};
    const auto reset = reset_at_.find(partition);
    const int64_t from = reset == reset_at_.end() ? 0 : reset->second;
    for (const sim::Entry* entry : CommittedOf(*brokers_.Find(partition)))
      if (entry->offset >= from)
        for (const std::string& to : OutputTopicsOf(*entry->record->value, scenario_.engine))
          if (to == topic) ++expected[*entry->record->value];
  }
  return expected;
}

void Expectation::NoteReset(const TopicPartition& partition, int64_t position) {
  if (reset_at_.empty())
    for (const std::string& topic : {kOutputTopic, kMoreTopic}) before_reset_[topic] = CountOutputs(brokers_, topic);
  reset_at_[partition] = position;
}

void Expectation::NoteDeletion(const TopicPartition& partition, int64_t offset) {
  for (const sim::Entry* entry : CommittedOf(*brokers_.Find(partition)))
    if (entry->offset < offset) may_be_lost_.insert(*entry->record->value);
}

bool Expectation::IsRight(const std::string& input, int64_t outputs, int64_t expected) const {
  if (outputs == expected) return true;
  return outputs > expected ? !scenario_.exactly_once : may_be_lost_.contains(input);
}

void Expectation::CheckTopic(const std::string& topic, std::vector<std::string>& violations) {
  std::map<std::string, int64_t> expected = InputsOf(topic);
  const OutputCounts found = CountOutputs(brokers_, topic);
  // What was deleted is no input any more, and may have been answered before.
  for (const auto& [input, outputs] : found)
    if (may_be_lost_.contains(input)) expected.try_emplace(input, 1);
  for (const auto& [input, outputs] : found) expected.try_emplace(input, 0);
  for (const auto& [input, count] : expected) {
    const auto there = found.find(input);
    const int64_t outputs = there == found.end() ? 0 : there->second;
    if (count == 0 || !IsRight(input, outputs, count))
      violations.push_back(input + " has " + std::to_string(outputs) + " outputs in " + topic + " instead of " +
                           std::to_string(count));
    if (violations.size() >= kViolationsMax) return;
  }
}

// What an epoch wrote stands before what later ones of the same partition wrote.
void Expectation::CheckEpochs(const std::string& topic, std::vector<std::string>& violations) {
  for (int32_t i = 0; const sim::PartitionLog* const log = brokers_.Find({topic, i}); ++i) {
    std::map<std::string, int64_t> epochs;
    for (const sim::Entry* entry : CommittedOf(*log)) {
      const std::optional<std::string> source = HeaderOf(*entry->record, "source");
      const std::optional<std::string> epoch = HeaderOf(*entry->record, "epoch");
      if (!source || !epoch) continue;
      int64_t& last = epochs[*source];
      const int64_t number = std::stoll(*epoch);
      if (number < last && violations.size() < kViolationsMax)
        violations.push_back(topic + "/" + std::to_string(i) + " at " + std::to_string(entry->offset) + ": epoch " +
                             *epoch + " of " + *source + " wrote after epoch " + std::to_string(last));
      last = std::max(last, number);
    }
  }
}

std::vector<std::string> Expectation::Check() {
  std::vector<std::string> violations;
  for (const std::string& topic : {kOutputTopic, kMoreTopic}) {
    CheckTopic(topic, violations);
    if (scenario_.exactly_once) CheckEpochs(topic, violations);
  }
  return violations;
}

bool Expectation::IsDone() {
  if (!brokers_.transactions().IsIdle()) return false;
  // Without transactions, an older commit of the offsets may come late and stand until the next one.
  if (!scenario_.exactly_once) return Check().empty();
  const sim::OffsetsToCommit& committed = brokers_.OffsetsOf(kGroup).committed();
  for (int32_t i = 0; i < scenario_.partitions; ++i) {
    const TopicPartition partition{kInputTopic, i};
    const auto offset = committed.find(partition);
    const sim::PartitionLog& log = *brokers_.Find(partition);
    if (log.stable_end() != log.end()) return false;
    // Where everything was deleted before anybody came, there is nothing to commit.
    if (offset == committed.end() ? log.begin() < log.end() : offset->second.offset != log.end()) return false;
  }
  return true;
}

}  // namespace penstock::faults
