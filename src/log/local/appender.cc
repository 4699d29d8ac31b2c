#include "log/local/appender.h"

#include <string>

#include "log/local/row_table.h"
#include "log/local/schema.h"
#include "log/partition.h"

namespace penstock::local {
namespace {

constexpr size_t kLanesMax = 256;  // that keep their memory

int32_t PartitionOf(const Topic& topic, const OutRecord& record) {
  if (record.partition != OutRecord::kByKey) return record.partition;
  if (record.key) return PartitionOfKey(*record.key, topic.options.partitions);
  return record.home % topic.options.partitions;
}

Result<void> CheckSize(const Topic& topic, const OutRecord& record) {
  const size_t bytes = RecordBytes(record);
  if (bytes <= kRecordBytesMax) return {};
  return Fail(ErrorKind::kLimit, "a record for topic '" + topic.name + "' has " + std::to_string(bytes) +
                                     " bytes, and at most " + std::to_string(kRecordBytesMax) +
                                     " are taken; make it smaller, or store what it holds elsewhere");
}

}  // namespace

Result<Appender::Lane*> Appender::LaneOf(const Topic& topic, const OutRecord& record) {
  const int32_t partition = PartitionOf(topic, record);
  if (partition < 0 || partition >= topic.options.partitions)
    return Invalid("a record is for partition " + std::to_string(partition) + " of topic '" + topic.name +
                   "', which has partitions 0 to " + std::to_string(topic.options.partitions - 1));
  Lane& lane = lanes_[topic.first_slot + partition];
  if (!lane.used) {
    lane.slot = topic.first_slot + partition;
    lane.used = true;
    used_.push_back(&lane);
  }
  return &lane;
}

Result<void> Appender::Add(const OutBatch& batch) {
  std::vector<const Topic*> topics;
  for (const std::string& name : batch.topics()) {
    TRY_ASSIGN(const Topic* const topic, store_.catalog().Get(name));
    topics.push_back(topic);
  }
  for (const OutRecord& record : batch.records()) {
    const Topic& topic = *topics[record.topic];
    TRY(CheckSize(topic, record));
    TRY_ASSIGN(Lane* const lane, LaneOf(topic, record));
    RowEncoder& encoder = lane->encoder;
    encoder.Add(encoder.next_offset(), record.timestamp_ms, record.key, record.value, record.headers);
    if (encoder.full()) FinishRow(*lane);
  }
  return {};
}

void Appender::FinishRow(Lane& lane) { lane.rows.push_back(lane.encoder.Finish(lane.encoder.next_offset())); }

void Appender::Seal() {
  for (Lane* const lane : used_)
    if (!lane->encoder.empty()) FinishRow(*lane);
}

Result<void> Appender::Write() {
  for (Lane* const lane : used_) TRY(WriteLane(*lane));
  return {};
}

Result<void> Appender::WriteLane(Lane& lane) {
  Database& database = store_.database();
  TRY_ASSIGN(const PartitionState state, store_.catalog().StateOf(lane.slot));
  int64_t end = state.end;
  int64_t bytes = 0;
  for (const Row& row : lane.rows) {
    if (end + row.span > kOffsetMax)
      return Fail(ErrorKind::kLimit, "a partition in the log '" + database.path() + "' has no offsets left");
    TRY(InsertRow(database, RowId(lane.slot, end), row));
    end += row.span;
    bytes += static_cast<int64_t>(row.data.size());
  }
  return database.Run("UPDATE partitions SET end = ?, bytes = bytes + ? WHERE slot = ?", end, bytes, lane.slot);
}

void Appender::Clear() {
  for (Lane* const lane : used_) {
    if (!lane->encoder.empty()) (void)lane->encoder.Finish(0);
    lane->rows.clear();
    lane->used = false;
  }
  used_.clear();
  if (lanes_.size() > kLanesMax) lanes_.clear();
}

}  // namespace penstock::local
