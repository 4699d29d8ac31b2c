// Where reading begins, as an offset.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/result.h"
#include "log/local/store.h"
#include "log/log.h"
#include "log/partition.h"

namespace penstock::local {

// The first offset at or behind the start: of a record, of a gap that compaction left, or the end. In a transaction.
Result<int64_t> FindPosition(Store& store, const TopicPartition& partition, int64_t slot, const StartPosition& start);

// As it is stored for a group's members: "start", "end", "time 123", "offset 5".
std::string EncodeStart(const StartPosition& start);
// Of text that is none of ours, the start: of all positions it loses nothing.
StartPosition DecodeStart(std::string_view text);

}  // namespace penstock::local
