// What a cluster knows of consumer groups, and how their positions are set.
#pragma once

#include <map>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "base/result.h"
#include "log/cluster/client.h"
#include "log/kafka/handle.h"
#include "log/partition.h"

namespace penstock::kafka {

// Used by any thread; each call waits for its answer, at most some ten seconds.
class GroupAdmin {
 public:
  explicit GroupAdmin(rd_kafka_t* handle) : handle_(handle) {}

  Result<std::vector<std::string>> Names() const;

  struct Members {
    size_t count = 0;
    std::map<TopicPartition, std::string> holders;  // their client ids
  };
  Result<Members> MembersOf(const std::string& group) const;

  // In the order of `partitions`; none where nothing was committed.
  Result<std::vector<std::optional<cluster::CommittedOffset>>> Committed(
      const std::string& group, std::span<const TopicPartition> partitions) const;

  // With empty metadata. Refused while the group has members.
  Result<void> SetPositions(const std::string& group, const std::map<TopicPartition, int64_t>& positions) const;

 private:
  rd_kafka_t* const handle_;
};

}  // namespace penstock::kafka
