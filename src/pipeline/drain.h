// Waiting until a group has answered everything that was there when the waiting began.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "base/result.h"
#include "log/log.h"

namespace penstock {

class Drain {
 public:
  // Notes the committed ends of the topics, as they are now. `log` outlives the drain.
  static Result<Drain> Begin(Log& log, std::string group, std::vector<std::string> topics);

  // Whether the whole group, whoever commits, has answered up to there.
  Result<bool> IsDone() const;

 private:
  Drain(Log& log, std::string group, std::vector<std::string> topics)
      : log_(&log), group_(std::move(group)), topics_(std::move(topics)) {}

  Log* log_;
  std::string group_;
  std::vector<std::string> topics_;
  std::map<TopicPartition, int64_t> ends_;
};

}  // namespace penstock
