// What operators see of a group, and set.
#pragma once

#include <cstdint>
#include <map>
#include <span>
#include <string>
#include <string_view>

#include "base/clock.h"
#include "base/result.h"
#include "log/local/store.h"
#include "log/log.h"

namespace penstock::local {

// Where members show that they are alive, and until when their leases must run.
struct GroupPlace {
  std::string directory;
  Duration now{};
};

// Of these topics. Dead members hold nothing. In a transaction.
Result<GroupInfo> ReportGroup(Store& store, const GroupPlace& place, std::string_view group,
                              std::span<const std::string> topics, GroupDetail detail);

// Refused while members live. In a transaction that writes.
Result<void> SetGroupPositions(Store& store, const GroupPlace& place, std::string_view group,
                               const std::map<TopicPartition, int64_t>& positions);

}  // namespace penstock::local
