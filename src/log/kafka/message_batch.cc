#include "log/kafka/message_batch.h"

#include <algorithm>
#include <new>
#include <utility>

namespace penstock::kafka {
namespace {

std::optional<std::string_view> Bytes(const void* data, size_t size) {
  if (data == nullptr) return std::nullopt;
  return std::string_view(static_cast<const char*>(data), size);
}

std::span<const Header> HeadersOf(const rd_kafka_message_t& message, Arena& arena) {
  rd_kafka_headers_t* headers = nullptr;
  if (rd_kafka_message_headers(&message, &headers) != RD_KAFKA_RESP_ERR_NO_ERROR) return {};
  const std::span<Header> list = arena.AllocateArray<Header>(rd_kafka_header_cnt(headers));
  for (size_t i = 0; i < list.size(); ++i) {
    const char* name = nullptr;
    const void* value = nullptr;
    size_t size = 0;
    rd_kafka_header_get_all(headers, i, &name, &value, &size);
    new (&list[i]) Header{name, Bytes(value, size)};
  }
  return list;
}

size_t BytesOf(const rd_kafka_message_t& message) { return message.len + message.key_len; }

}  // namespace

Record RecordOf(const rd_kafka_message_t& message, std::string_view topic, Arena& arena) {
  return {.source = {topic, message.partition, message.offset},
          .timestamp_ms = rd_kafka_message_timestamp(&message, nullptr),
          .key = Bytes(message.key, message.key_len),
          .value = Bytes(message.payload, message.len),
          .headers = HeadersOf(message, arena)};
}

MessageBatch::MessageBatch(size_t records_max, size_t bytes_max)
    : records_max_(std::max<size_t>(records_max, 1)), bytes_max_(bytes_max) {
  messages_.reserve(records_max_);
  records_.reserve(records_max_);
}

void MessageBatch::Clear() {
  slices_.clear();
  records_.clear();
  messages_.clear();
  arena_.Reset();
  bytes_ = 0;
  overflowed_ = false;
}

bool MessageBatch::Take(Handle<rd_kafka_message_t>& message, Holding::Entry& partition) {
  Held& held = partition.second;
  const size_t bytes = BytesOf(*message);
  const bool fits = room() > 0 && (records_.empty() || bytes_ + bytes <= bytes_max_);
  if (!fits) overflowed_ = true;
  if (!fits || held.paused || held.blocked) {
    held.blocked = true;
    return false;
  }
  bytes_ += bytes;
  cluster::Slice& slice = SliceOf(partition);
  records_.push_back(RecordOf(*message, partition.first.topic, arena_));
  slice.records = {slice.records.empty() ? &records_.back() : slice.records.data(), slice.records.size() + 1};
  slice.end = held.next = message->offset + 1;
  messages_.push_back(std::move(message));
  return true;
}

void MessageBatch::ReachEnd(Holding::Entry& partition, int64_t end) {
  partition.second.next = std::max(partition.second.next, end);
  SliceOf(partition).end = partition.second.next;
}

cluster::Slice& MessageBatch::SliceOf(Holding::Entry& partition) {
  if (slices_.empty() || slices_.back().partition != &partition.first)
    slices_.push_back({.partition = &partition.first, .records = {}, .end = partition.second.next, .log_end = 0});
  return slices_.back();
}

void MessageBatch::MoveTo(std::vector<cluster::Slice>& slices) {
  slices.insert(slices.end(), slices_.begin(), slices_.end());
}

}  // namespace penstock::kafka
