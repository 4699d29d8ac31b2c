#include "tests/faults/input_source.h"

#include <algorithm>
#include <array>
#include <utility>

#include "pipeline/context_record.h"
#include "tests/faults/scenario.h"

namespace penstock::faults {
namespace {

constexpr int64_t kBatchMax = 16;

// As the stage `prepare` writes them; itself, it reads them too.
sim::StoredRecord InputRecord(int64_t number, int64_t now_ms) {
  const std::string key = std::to_string(number);
  const std::string value = "{\"event\":{\"n\":" + key + "}}";
  const std::string source = "p.raw/0/" + key;
  const std::string timestamp = std::to_string(now_ms);
  const std::array<Header, 3> headers = {
      {{kSourceHeader, source}, {kSourceTimestampHeader, timestamp}, {kRouteHeader, "llm"}}};
  return sim::StoredRecord(OutRecord{.timestamp_ms = now_ms, .key = key, .value = value, .headers = headers});
}

int64_t WallMilliseconds(const Clock& clock) {
  return std::chrono::duration_cast<std::chrono::milliseconds>(clock.Now().time_since_epoch()).count();
}

}  // namespace

InputSource::InputSource(sim::SimCluster& brokers, int32_t partitions, int64_t inputs, Duration time)
    : brokers_(brokers),
      partitions_(partitions),
      inputs_(inputs),
      batches_(std::max<int64_t>(1, inputs / (kBatchMax / 2))),
      time_(time) {}

void InputSource::WriteLater() {
  const auto mean = std::chrono::duration_cast<std::chrono::milliseconds>(time_).count() / batches_;
  brokers_.network().scheduler().After(brokers_.network().random().BetweenMs(0, 2 * mean), [this] { Write(); });
}

void InputSource::Write() {
  sim::Random& random = brokers_.network().random();
  sim::PartitionLog& log = *brokers_.Find({kInputTopic, static_cast<int32_t>(random.Below(partitions_))});
  const int64_t count = std::min(random.Between(1, kBatchMax), inputs_ - written_);
  std::vector<sim::StoredRecord> records;
  const int64_t now_ms = WallMilliseconds(brokers_.network().scheduler().clock());
  for (int64_t i = 0; i < count; ++i) records.push_back(InputRecord(written_++, now_ms));
  if (random.Chance(400))
    WriteInTransaction(log, std::move(records));
  else
    log.Append(std::move(records));
  if (written_ < inputs_) WriteLater();
}

void InputSource::WriteInTransaction(sim::PartitionLog& log, std::vector<sim::StoredRecord> records) {
  sim::Random& random = brokers_.network().random();
  const sim::ProducerIdentity producer{next_producer_++, 0};
  log.Append(producer, 0, std::move(records));
  ++open_;
  const bool commit = random.Chance(800);
  brokers_.network().scheduler().After(random.BetweenMs(1, 2'000), [this, &log, producer, commit] {
    log.EndTransaction(producer, commit);
    --open_;
  });
}

}  // namespace penstock::faults
