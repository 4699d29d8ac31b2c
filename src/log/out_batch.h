// Records on their way into a log.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/arena.h"
#include "event/record.h"

namespace penstock {

struct OutRecord {
  static constexpr int32_t kByKey = -1;

  uint32_t topic = 0;          // a number that OutBatch::TopicNumber gave
  int32_t partition = kByKey;  // by key: PartitionOfKey
  int32_t home = 0;            // where by key has no key: this partition, modulo the topic's number of partitions
  int64_t timestamp_ms = 0;    // since 1970
  std::optional<std::string_view> key{};
  std::optional<std::string_view> value{};
  std::span<const Header> headers{};
};

// Records for any number of topics, with all the memory they borrow. Moves cheaply; one thread at a time uses it.
class OutBatch {
 public:
  OutBatch() : arena_(std::make_unique<Arena>(64 * 1024)) {}

  // Of a batch that was moved from, nothing may be used but assignment.
  OutBatch(OutBatch&&) noexcept = default;
  OutBatch& operator=(OutBatch&&) noexcept = default;

  // The same number for the same name.
  uint32_t TopicNumber(std::string_view name);
  const std::vector<std::string>& topics() const { return topics_; }

  // What a record borrows lives in arena(), or as long as the process.
  void Add(const OutRecord& record);
  Arena& arena() { return *arena_; }

  // Puts another record in the place of the one with this number.
  void Replace(size_t number, const OutRecord& record);

  // Takes the newest records back, until `count` are left.
  void Truncate(size_t count);

  std::span<const OutRecord> records() const { return records_; }
  bool empty() const { return records_.empty(); }
  // Of keys, values and headers.
  size_t bytes() const { return bytes_; }

  // Empty again; keeps memory for the next records.
  void Clear();

 private:
  std::unique_ptr<Arena> arena_;  // on the heap, so that what records borrow survives a move
  std::vector<std::string> topics_;
  std::vector<OutRecord> records_;
  size_t bytes_ = 0;
};

// Of key, value and headers.
size_t RecordBytes(const OutRecord& record);

}  // namespace penstock
