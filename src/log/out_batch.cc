#include "log/out_batch.h"

#include <algorithm>

namespace penstock {

size_t RecordBytes(const OutRecord& record) {
  size_t bytes = (record.key ? record.key->size() : 0) + (record.value ? record.value->size() : 0);
  for (const Header& header : record.headers) bytes += header.name.size() + (header.value ? header.value->size() : 0);
  return bytes;
}

uint32_t OutBatch::TopicNumber(std::string_view name) {
  const auto found = std::find(topics_.begin(), topics_.end(), name);
  const auto number = static_cast<uint32_t>(found - topics_.begin());
  if (found == topics_.end()) topics_.emplace_back(name);
  return number;
}

void OutBatch::Add(const OutRecord& record) {
  bytes_ += RecordBytes(record);
  records_.push_back(record);
}

void OutBatch::Replace(size_t number, const OutRecord& record) {
  bytes_ += RecordBytes(record) - RecordBytes(records_[number]);
  records_[number] = record;
}

void OutBatch::Truncate(size_t count) {
  for (size_t i = count; i < records_.size(); ++i) bytes_ -= RecordBytes(records_[i]);
  records_.resize(std::min(count, records_.size()));
}

void OutBatch::Clear() {
  records_.clear();
  topics_.clear();
  bytes_ = 0;
  arena_->Reset();
}

}  // namespace penstock
