// penstock group describe | reset
#include <CLI/CLI.hpp>
#include <algorithm>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "app/command.h"
#include "app/log_location.h"
#include "app/output.h"
#include "app/topic_read.h"
#include "base/escape.h"
#include "event/time_text.h"

namespace penstock::app {
namespace {

struct GroupCommandOptions {
  LogFlags log;
  std::string group;
  bool json = false;
  std::string to;
  std::optional<std::string> topic;
  std::optional<int32_t> partition;
};

// How far the group is behind.
struct Lag {
  int64_t records = 0;
  std::optional<int64_t> ms;
};

Lag LagOf(const GroupPartition& partition) {
  const Progress progress = partition.progress.value_or(Progress(partition.begin));
  Lag lag{.records = partition.end - std::max(progress.position(), partition.begin), .ms = std::nullopt};
  for (const OffsetRange& range : progress.ranges()) lag.records -= range.end - range.begin;
  if (!partition.next_timestamp_ms) return lag;
  const int64_t now_ms = RealClock().Now().time_since_epoch() / std::chrono::milliseconds(1);
  lag.ms = std::max<int64_t>(now_ms - *partition.next_timestamp_ms, 0);
  return lag;
}

size_t Holes(const GroupPartition& partition) { return partition.progress ? partition.progress->ranges().size() : 0; }

std::string JsonLine(const std::string& group, const GroupPartition& partition) {
  const Lag lag = LagOf(partition);
  std::string line = "{\"group\":\"" + group + "\",\"topic\":\"" + partition.partition.topic +
                     "\",\"partition\":" + std::to_string(partition.partition.partition) +
                     ",\"position\":" + (partition.progress ? std::to_string(partition.progress->position()) : "null") +
                     ",\"holes\":" + std::to_string(Holes(partition)) + ",\"end\":" + std::to_string(partition.end) +
                     ",\"lag\":" + std::to_string(lag.records) +
                     ",\"lag_ms\":" + (lag.ms ? std::to_string(*lag.ms) : "null") + ",\"member\":\"";
  AppendJsonEscaped(line, partition.member);
  return line + "\"}\n";
}

std::vector<std::string> TableRow(const std::string& group, const GroupPartition& partition) {
  const Lag lag = LagOf(partition);
  std::string member;
  AppendJsonEscaped(member, partition.member);  // it is the member's own choice, and must not forge the table
  return {group,
          partition.partition.topic,
          std::to_string(partition.partition.partition),
          partition.progress ? std::to_string(partition.progress->position()) : "-",
          std::to_string(Holes(partition)),
          std::to_string(partition.end),
          std::to_string(lag.records),
          lag.ms ? FormatDuration(*lag.ms * 1'000'000) : "-",
          member.empty() ? "-" : member};
}

// The partitions of all topics that the group has begun to read, or works on.
Result<GroupInfo> Describe(Log& log, const std::string& group) {
  TRY_ASSIGN(const std::vector<TopicInfo> topics, log.Topics());
  std::vector<std::string> names;
  for (const TopicInfo& topic : topics) names.push_back(topic.name);
  TRY_ASSIGN(const GroupInfo all, log.DescribeGroup(group, names, GroupDetail::kPositions));
  std::set<std::string> used;
  for (const GroupPartition& partition : all.partitions)
    if (partition.progress || !partition.member.empty()) used.insert(partition.partition.topic);
  // Times are read from the partitions themselves: only where they will be shown.
  return log.DescribeGroup(group, std::vector<std::string>(used.begin(), used.end()), GroupDetail::kTimes);
}

// The group itself, and the stages of the pipeline of that name.
Result<std::vector<std::string>> FindGroups(Log& log, const std::string& name) {
  TRY_ASSIGN(const std::vector<std::string> all, log.Groups());
  std::vector<std::string> found;
  std::string others;
  for (const std::string& group : all) {
    if (group == name || group.starts_with(name + ".")) found.push_back(group);
    others += (others.empty() ? "" : ", ") + group;
  }
  if (!found.empty()) return found;
  return Invalid("there is no group '" + name + "'; " +
                 (others.empty() ? "there is none at all" : "there is " + others));
}

Result<void> DescribeGroups(const GroupCommandOptions& options) {
  TRY_ASSIGN(const std::unique_ptr<Log> log, OpenLog(options.log));
  TRY_ASSIGN(const std::vector<std::string> groups, FindGroups(*log, options.group));
  std::vector<std::vector<std::string>> rows = {
      {"GROUP", "TOPIC", "PARTITION", "POSITION", "HOLES", "END", "LAG", "LAG-TIME", "MEMBER"}};
  std::string lines;
  for (const std::string& group : groups) {
    TRY_ASSIGN(const GroupInfo info, Describe(*log, group));
    for (const GroupPartition& partition : info.partitions) {
      lines += JsonLine(group, partition);
      rows.push_back(TableRow(group, partition));
    }
  }
  return Print(options.json ? lines : FormatTable(rows));
}

Result<StartPosition> ParseTarget(const std::string& text) {
  if (const std::optional<Timestamp> time = ParseTimestamp(text))
    return StartPosition(AtTime{time->seconds * 1000 + time->nanos / 1'000'000});
  const Result<StartPosition> start = ParseStart(text, "--to");
  if (start) return *start;
  return Invalid("--to: '" + text + "' is no position; give start, end, an offset, or a time as 2026-01-31T12:00:00Z");
}

// What is to be reset: the topic that is named, or those of the group.
Result<std::vector<TopicPartition>> Targets(Log& log, const GroupCommandOptions& options) {
  std::vector<TopicPartition> targets;
  if (options.topic) {
    TRY_ASSIGN(const std::optional<TopicInfo> info, log.FindTopic(*options.topic));
    if (!info) return Invalid("there is no topic '" + *options.topic + "'; penstock topic list shows what there is");
    for (int32_t i = 0; i < static_cast<int32_t>(info->partitions.size()); ++i) targets.push_back({info->name, i});
  } else {
    TRY_ASSIGN(const std::vector<std::string> groups, FindGroups(log, options.group));
    if (std::find(groups.begin(), groups.end(), options.group) == groups.end())
      return Invalid("'" + options.group + "' is a pipeline; give one of its stages, such as " + groups.front());
    TRY_ASSIGN(const GroupInfo info, Describe(log, options.group));
    for (const GroupPartition& partition : info.partitions) targets.push_back(partition.partition);
  }
  if (options.partition)
    std::erase_if(targets, [&](const TopicPartition& target) { return target.partition != *options.partition; });
  if (targets.empty()) return Invalid("group '" + options.group + "': there is no such partition to set a position of");
  return targets;
}

Result<void> ResetGroup(const GroupCommandOptions& options) {
  TRY_ASSIGN(const StartPosition to, ParseTarget(options.to));
  TRY_ASSIGN(const std::unique_ptr<Log> log, OpenLog(options.log));
  TRY_ASSIGN(const std::vector<TopicPartition> targets, Targets(*log, options));
  std::map<TopicPartition, int64_t> positions;
  std::vector<std::vector<std::string>> rows = {{"GROUP", "TOPIC", "PARTITION", "POSITION"}};
  for (const TopicPartition& target : targets) {
    const auto* const offset = std::get_if<AtOffset>(&to);  // exactly, or refused
    if (offset != nullptr) {
      positions[target] = offset->offset;
    } else {
      TRY_ASSIGN(positions[target], log->OffsetOf(target, to));
    }
    rows.push_back({options.group, target.topic, std::to_string(target.partition), std::to_string(positions[target])});
  }
  TRY(log->ResetGroup(options.group, positions));
  return Print(FormatTable(rows));
}

}  // namespace

void AddGroupCommand(CLI::App& app) {
  CLI::App* const command = app.add_subcommand("group", "Show and set how far groups have come");
  command->require_subcommand(1);
  const auto options = std::make_shared<GroupCommandOptions>();  // shared with the callbacks, which outlive this call
  CLI::App* const describe = command->add_subcommand("describe", "Show positions and lag of a pipeline's stages");
  describe->add_option("GROUP", options->group, "The group, or the pipeline")->required();
  describe->add_flag("--json", options->json, "One line of JSON for each partition");
  AddLogFlags(*describe, options->log);
  describe->callback([options] { Finish(DescribeGroups(*options)); });

  CLI::App* const reset = command->add_subcommand("reset", "Set the positions of a group that nobody works in");
  reset->add_option("GROUP", options->group, "The group")->required();
  reset->add_option("--to", options->to, "start, end, an offset, or a time such as 2026-01-31T12:00:00Z")->required();
  reset->add_option("--topic", options->topic, "Only this topic");
  reset->add_option("--partition", options->partition, "Only this partition")->check(CLI::NonNegativeNumber);
  AddLogFlags(*reset, options->log);
  reset->callback([options] { Finish(ResetGroup(*options)); });
}

}  // namespace penstock::app
