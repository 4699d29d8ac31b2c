#include "tests/faults/expectation.h"

#include <algorithm>
#include <optional>

#include "tests/faults/slow_model.h"

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

// Inputs are keyed by their numbers, and so is what comes of them.
std::string NumberOf(const sim::StoredRecord& record) { return record.key.value_or(""); }

// How the value of an output begins: what was asked for this input, and nothing else, was answered.
std::string OutputStart(const std::string& number, bool infer) {
  return "{\"n\":" + number + (infer ? ",\"asked\":" + number + "," : "}");
}

}  // namespace

bool IsTooLarge(int64_t number) { return number % 64 == 1; }

std::vector<std::string> OutputTopicsOf(int64_t number, bool infer) {
  if (!infer) return {kOutputTopic};
  if (IsFailure(number)) return {kDeadTopic};
  if (number % 3 == 0) return {kOutputTopic};
  return {kOutputTopic, IsTooLarge(number) ? kDeadTopic : kMoreTopic};
}

OutputCounts CountOutputs(sim::SimCluster& brokers, const std::string& topic) {
  OutputCounts counts;
  for (int32_t i = 0; const sim::PartitionLog* const log = brokers.Find({topic, i}); ++i)
    for (const sim::Entry* entry : CommittedOf(*log)) ++counts[NumberOf(*entry->record)];
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
        for (const std::string& to : OutputTopicsOf(std::stoll(NumberOf(*entry->record)), scenario_.infer))
          if (to == topic) ++expected[NumberOf(*entry->record)];
  }
  return expected;
}

void Expectation::NoteReset(const TopicPartition& partition, int64_t position) {
  if (reset_at_.empty())
    for (const std::string& topic : {kOutputTopic, kMoreTopic, kDeadTopic})
      before_reset_[topic] = CountOutputs(brokers_, topic);
  reset_at_[partition] = position;
}

void Expectation::NoteDeletion(const TopicPartition& partition, int64_t offset) {
  for (const sim::Entry* entry : CommittedOf(*brokers_.Find(partition)))
    if (entry->offset < offset) may_be_lost_.insert(NumberOf(*entry->record));
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
    if (may_be_lost_.contains(input) && Belongs(input, topic)) expected.try_emplace(input, 1);
  for (const auto& [input, outputs] : found) expected.try_emplace(input, 0);
  for (const auto& [input, count] : expected) {
    const auto there = found.find(input);
    const int64_t outputs = there == found.end() ? 0 : there->second;
    if (count == 0 || !IsRight(input, outputs, count))
      violations.push_back("input " + input + " has " + std::to_string(outputs) + " outputs in " + topic +
                           " instead of " + std::to_string(count));
    if (violations.size() >= kViolationsMax) return;
  }
}

bool Expectation::Belongs(const std::string& input, const std::string& topic) const {
  const std::vector<std::string> topics = OutputTopicsOf(std::stoll(input), scenario_.infer);
  return std::find(topics.begin(), topics.end(), topic) != topics.end();
}

void Expectation::CheckValues(const std::string& topic, std::vector<std::string>& violations) {
  for (int32_t i = 0; const sim::PartitionLog* const log = brokers_.Find({topic, i}); ++i)
    for (const sim::Entry* entry : CommittedOf(*log)) {
      const std::string number = NumberOf(*entry->record);
      const std::string value = entry->record->value.value_or("");
      if (!value.starts_with(OutputStart(number, scenario_.infer)) && violations.size() < kViolationsMax)
        violations.push_back("input " + number + " was answered " + value.substr(0, 80) + " in " + topic);
    }
}

// In each partition of the topic, what comes of one partition stands as it was read.
void Expectation::CheckOrder(const std::string& topic, std::vector<std::string>& violations) {
  for (int32_t i = 0; const sim::PartitionLog* const log = brokers_.Find({topic, i}); ++i) {
    std::map<std::string, int64_t> offsets;
    for (const sim::Entry* entry : CommittedOf(*log)) {
      const std::string place = HeaderOf(*entry->record, "penstock-context").value_or("");
      const size_t slash = place.rfind('/');
      const int64_t offset = slash == std::string::npos ? -1 : std::stoll(place.substr(slash + 1));
      const auto [last, first] = offsets.try_emplace(place.substr(0, slash), offset);
      if ((offset < 0 || (!first && offset <= last->second)) && violations.size() < kViolationsMax)
        violations.push_back(topic + "/" + std::to_string(i) + ": " + place + " stands after offset " +
                             std::to_string(last->second));
      last->second = offset;
    }
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
  for (const std::string& topic : {kOutputTopic, kMoreTopic, kDeadTopic}) {
    CheckTopic(topic, violations);
    if (topic != kDeadTopic) CheckValues(topic, violations);
    if (scenario_.ordered) CheckOrder(topic, violations);
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
