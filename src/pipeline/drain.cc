#include "pipeline/drain.h"

#include <algorithm>
#include <utility>

namespace penstock {

Result<Drain> Drain::Begin(Log& log, std::string group, std::vector<std::string> topics) {
  Drain drain(log, std::move(group), std::move(topics));
  TRY_ASSIGN(const GroupInfo info, log.DescribeGroup(drain.group_, drain.topics_, GroupDetail::kPositions));
  for (const GroupPartition& partition : info.partitions)
    if (partition.end > partition.begin) drain.ends_[partition.partition] = partition.end;
  return drain;
}

Result<bool> Drain::IsDone() const {
  TRY_ASSIGN(const GroupInfo info, log_->DescribeGroup(group_, topics_, GroupDetail::kProgress));
  return std::all_of(info.partitions.begin(), info.partitions.end(), [this](const GroupPartition& partition) {
    const auto end = ends_.find(partition.partition);
    return end == ends_.end() || (partition.progress && partition.progress->position() >= end->second);
  });
}

Result<PipelineDrain> PipelineDrain::Begin(const Plan& plan, Log& log) {
  TRY_ASSIGN(Drain prepare, Drain::Begin(log, PrepareGroupOf(plan.settings.name), plan.settings.topics.raw));
  return PipelineDrain(plan, log, std::move(prepare));
}

Result<bool> PipelineDrain::IsDone() {
  TRY_ASSIGN(const bool done, stage_.IsDone());
  if (!done || in_infer_ || !plan_->has_infer) return done;
  TRY_ASSIGN(stage_, Drain::Begin(*log_, InferGroupOf(plan_->settings.name), {*plan_->settings.topics.context}));
  in_infer_ = true;
  return stage_.IsDone();
}

}  // namespace penstock
