// penstock topic list | create | describe | write | read
#include <CLI/CLI.hpp>
#include <memory>
#include <string>
#include <vector>

#include "app/command.h"
#include "app/log_location.h"
#include "app/output.h"
#include "app/topic_read.h"
#include "app/topic_write.h"
#include "event/time_text.h"

namespace penstock::app {
namespace {

struct TopicCommandOptions {
  LogFlags log;
  std::string topic;
  TopicOptions create;
  std::string retention;
  TopicWriteOptions write;
  TopicReadOptions read;
};
using Options = std::shared_ptr<TopicCommandOptions>;  // shared by the callbacks, which outlive the call that adds them

int64_t Records(const TopicInfo& info) {
  int64_t records = 0;
  for (const PartitionInfo& partition : info.partitions) records += partition.end - partition.begin;
  return records;
}

Result<void> ListTopics(const TopicCommandOptions& options) {
  TRY_ASSIGN(const std::unique_ptr<Log> log, OpenLog(options.log));
  TRY_ASSIGN(const std::vector<TopicInfo> topics, log->Topics());
  std::vector<std::vector<std::string>> rows = {{"TOPIC", "PARTITIONS", "RECORDS", "COMPACT"}};
  for (const TopicInfo& info : topics)
    rows.push_back({info.name, std::to_string(info.partitions.size()), std::to_string(Records(info)),
                    info.options.compact ? "yes" : "no"});
  return Print(FormatTable(rows));
}

Result<void> CreateTopic(const TopicCommandOptions& options) {
  TopicOptions create = options.create;
  if (!options.retention.empty()) {
    const std::optional<int64_t> nanos = ParseDuration(options.retention);
    if (!nanos || *nanos < 0)
      return Invalid("--retention: '" + options.retention + "' is no duration; write 168h, 30m or 90s");
    create.retention_ms = *nanos / 1'000'000;
  }
  TRY_ASSIGN(const std::unique_ptr<Log> log, OpenLog(options.log));
  return log->CreateTopic(options.topic, create);
}

std::string Retention(const TopicOptions& options) {
  std::string text;
  if (options.retention_ms >= 0) text = FormatDuration(options.retention_ms * 1'000'000);
  if (options.retention_bytes >= 0)
    text += (text.empty() ? "" : ", ") + std::to_string(options.retention_bytes) + " bytes of each partition";
  return text.empty() ? "for ever" : text;
}

Result<void> DescribeTopic(const TopicCommandOptions& options) {
  TRY_ASSIGN(const std::unique_ptr<Log> log, OpenLog(options.log));
  TRY_ASSIGN(const std::optional<TopicInfo> info, log->FindTopic(options.topic));
  if (!info) return Invalid("there is no topic '" + options.topic + "'; penstock topic list shows what there is");
  std::string text = FormatTable({{"topic", info->name},
                                  {"compact", info->options.compact ? "yes" : "no"},
                                  {"retention", Retention(info->options)},
                                  {"bytes", info->bytes < 0 ? "unknown" : std::to_string(info->bytes)}});
  std::vector<std::vector<std::string>> rows = {{"PARTITION", "BEGIN", "END"}};
  for (size_t i = 0; i < info->partitions.size(); ++i)
    rows.push_back(
        {std::to_string(i), std::to_string(info->partitions[i].begin), std::to_string(info->partitions[i].end)});
  text += "\n" + FormatTable(rows);
  return Print(text);
}

Result<void> Write(const TopicCommandOptions& options) {
  TRY_ASSIGN(const std::unique_ptr<Log> log, OpenLog(options.log));
  TopicWriteOptions write = options.write;
  write.topic = options.topic;
  return WriteTopic(*log, write);
}

Result<void> Read(const TopicCommandOptions& options) {
  TRY_ASSIGN(const std::unique_ptr<Log> log, OpenLog(options.log));
  TopicReadOptions read = options.read;
  read.topic = options.topic;
  return ReadTopic(*log, read);
}

CLI::App* AddVerb(CLI::App& parent, const char* name, const char* what, const Options& options,
                  Result<void> (*run)(const TopicCommandOptions&)) {
  CLI::App* const verb = parent.add_subcommand(name, what);
  AddLogFlags(*verb, options->log);
  verb->callback([options, run] { Finish(run(*options)); });
  return verb;
}

void AddCreate(CLI::App& parent, const Options& options) {
  CLI::App* const verb = AddVerb(parent, "create", "Create a topic", options, CreateTopic);
  verb->add_option("TOPIC", options->topic, "Its name")->required();
  verb->add_option("--partitions", options->create.partitions, "How many partitions it has")->required();
  verb->add_option("--replication", options->create.replication, "How many replicas; the embedded log has none");
  verb->add_flag("--compact", options->create.compact, "Keep the newest record of each key");
  verb->add_option("--retention", options->retention, "Delete records that are older, such as 168h");
  verb->add_option("--retention-bytes", options->create.retention_bytes, "Keep so much of each partition");
}

void AddWrite(CLI::App& parent, const Options& options) {
  CLI::App* const verb = AddVerb(parent, "write", "Write each line of the input as a record", options, Write);
  verb->add_option("TOPIC", options->topic, "The topic")->required();
  verb->add_option("--file", options->write.file, "Read this file instead of stdin");
  verb->add_option("--key", options->write.key, "The record's key: an expression over `event`, the line");
}

void AddRead(CLI::App& parent, const Options& options) {
  CLI::App* const verb = AddVerb(parent, "read", "Print the records as lines of JSON", options, Read);
  verb->add_option("TOPIC", options->topic, "The topic")->required();
  verb->add_option("--from", options->read.from, "Where to begin: start, end or an offset")->capture_default_str();
  verb->add_option("--max", options->read.max, "Print so many records at most")->check(CLI::NonNegativeNumber);
  verb->add_option("--partition", options->read.partition, "Only this partition")->check(CLI::NonNegativeNumber);
  verb->add_flag("--follow", options->read.follow, "Go on with what is written later");
}

}  // namespace

void AddTopicCommand(CLI::App& app) {
  CLI::App* const command = app.add_subcommand("topic", "List, create, describe, write and read topics");
  command->require_subcommand(1);
  const auto options = std::make_shared<TopicCommandOptions>();
  AddVerb(*command, "list", "List the topics", options, ListTopics);
  AddCreate(*command, options);
  CLI::App* const describe =
      AddVerb(*command, "describe", "Show a topic's options and partitions", options, DescribeTopic);
  describe->add_option("TOPIC", options->topic, "The topic")->required();
  AddWrite(*command, options);
  AddRead(*command, options);
}

}  // namespace penstock::app
