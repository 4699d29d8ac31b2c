// The records of one delivery, without a copy of what they hold.
#pragma once

#include <vector>

#include "base/arena.h"
#include "event/record.h"
#include "log/cluster/client.h"
#include "log/kafka/handle.h"
#include "log/kafka/holding.h"

namespace penstock::kafka {

// What borrows from librdkafka's message: key, value, headers. `arena` takes the list of headers, where there are any.
Record RecordOf(const rd_kafka_message_t& message, std::string_view topic, Arena& arena);

// Used by one thread. Keeps the messages that its records borrow from until Clear().
class MessageBatch {
 public:
  MessageBatch(size_t records_max, size_t bytes_max);

  void Clear();

  // False, and nothing taken, where the batch is full, or the partition paused or blocked, which it is then: the
  // message is to be offered again, later.
  bool Take(Handle<rd_kafka_message_t>& message, Holding::Entry& partition);
  // That all was read up to `end`, where there are no more committed records now.
  void ReachEnd(Holding::Entry& partition, int64_t end);

  void MoveTo(std::vector<cluster::Slice>& slices);

  size_t room() const { return records_max_ - records_.size(); }
  bool is_full() const { return room() == 0 || bytes_ >= bytes_max_ || overflowed_; }

 private:
  cluster::Slice& SliceOf(Holding::Entry& partition);

  const size_t records_max_;
  const size_t bytes_max_;
  size_t bytes_ = 0;
  bool overflowed_ = false;  // a message did not fit
  std::vector<Handle<rd_kafka_message_t>> messages_;
  std::vector<Record> records_;  // never more than were reserved: slices point into it
  std::vector<cluster::Slice> slices_;
  Arena arena_;
};

}  // namespace penstock::kafka
