// How far a group has come.
#pragma once

#include <span>
#include <string>

#include "base/result.h"
#include "log/kafka/partition_fetch.h"
#include "log/log.h"

namespace penstock::kafka {

// Where a group's members write what is done above their positions, where it is too long to stand with those.
std::string SpillTopicOf(const std::string& group);

// `handle` asks. Of topics that are there.
Result<GroupInfo> ReportGroup(rd_kafka_t* handle, const FetchOptions& fetch, const std::string& group,
                              std::span<const std::string> topics, GroupDetail detail);

}  // namespace penstock::kafka
