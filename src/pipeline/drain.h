// Waiting until a group has answered everything that was there when the waiting began.
#pragma once

#include <map>
#include <string>
#include <utility>
#include <vector>

#include "base/result.h"
#include "log/log.h"
#include "pipeline/plan.h"

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

// The same of a whole pipeline: of what stands in its raw topics now, and then of what that made of its context topic.
class PipelineDrain {
 public:
  // Both outlive the drain.
  static Result<PipelineDrain> Begin(const Plan& plan, Log& log);

  Result<bool> IsDone();

 private:
  PipelineDrain(const Plan& plan, Log& log, Drain prepare) : plan_(&plan), log_(&log), stage_(std::move(prepare)) {}

  const Plan* plan_;
  Log* log_;
  Drain stage_;  // the one that is waited for
  bool in_infer_ = false;
};

}  // namespace penstock
