#include "log/kafka/admin.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <map>
#include <thread>

#include "log/kafka/error.h"
#include "log/kafka/partition_list.h"

namespace penstock::kafka {
namespace {

constexpr int kTimeoutMs = 10'000;
constexpr int kSliceMs = 200;
constexpr int kLookMs = 1'000;
constexpr std::chrono::milliseconds kLeaderWait(100);
constexpr Duration kLeaderPatience = std::chrono::seconds(10);
constexpr rd_kafka_IsolationLevel_t kCommitted = RD_KAFKA_ISOLATION_LEVEL_READ_COMMITTED;

// An offset that stands for a question.
int64_t Spec(const StartPosition& start) {
  if (std::holds_alternative<AtStart>(start)) return RD_KAFKA_OFFSET_SPEC_EARLIEST;
  // A negative time would stand for another question; no record is older than the first.
  if (const auto* const time = std::get_if<AtTime>(&start)) return std::max<int64_t>(time->timestamp_ms, 0);
  return RD_KAFKA_OFFSET_SPEC_LATEST;
}

using Offsets = std::map<TopicPartition, int64_t>;

std::string CannotFind(const TopicPartition& partition, size_t others = 0) {
  const std::string more = others == 0 ? "" : " and " + std::to_string(others) + " others";
  return "offsets of " + ToString(partition) + more + " cannot be found";
}

Result<Offsets> AskOnce(rd_kafka_t* handle, const std::atomic<bool>* stopping,
                        std::span<const TopicPartition> partitions, int64_t spec, rd_kafka_IsolationLevel_t isolation) {
  Request request(handle, RD_KAFKA_ADMIN_OP_LISTOFFSETS, stopping);
  const Handle<rd_kafka_error_t> set(rd_kafka_AdminOptions_set_isolation_level(request.options(), isolation));
  const PartitionList list = NewList(partitions.size());
  for (const TopicPartition& partition : partitions) Add(*list, partition, spec);
  rd_kafka_ListOffsets(handle, list.get(), request.options(), request.queue());
  TRY_ASSIGN(const Handle<rd_kafka_event_t> answer,
             request.Wait(CannotFind(partitions.front(), partitions.size() - 1)));
  size_t count = 0;
  const rd_kafka_ListOffsetsResultInfo_t** const infos =
      rd_kafka_ListOffsets_result_infos(rd_kafka_event_ListOffsets_result(answer.get()), &count);
  Offsets offsets;
  for (const auto* const info : std::span(infos, count)) {
    const rd_kafka_topic_partition_t& element = *rd_kafka_ListOffsetsResultInfo_topic_partition(info);
    const TopicPartition partition = PartitionOf(element);
    if (element.err != RD_KAFKA_RESP_ERR_NO_ERROR) return tl::unexpected(ToError(CannotFind(partition), element.err));
    // So librdkafka says that the leader, which it knows, has not answered.
    if (element.offset == RD_KAFKA_OFFSET_INVALID)
      return tl::unexpected(ToError(CannotFind(partition), RD_KAFKA_RESP_ERR__TIMED_OUT, "the leader does not answer"));
    offsets[partition] = element.offset;
  }
  return offsets;
}

// librdkafka remembers that a partition has no leader for as long as that it has one (metadata.max.age.ms), and answers
// questions about its offsets from that: it has to be made to look again. Of all topics it updates those that it knows.
void LookForLeaders(rd_kafka_t* handle) {
  const struct rd_kafka_metadata* answer = nullptr;
  if (rd_kafka_metadata(handle, 1, nullptr, &answer, kLookMs) == RD_KAFKA_RESP_ERR_NO_ERROR)
    rd_kafka_metadata_destroy(answer);
}

// Leaders move, and those of a new topic come a little later than the topic. Brokers tell nobody when they are there:
// one can only ask again. Not in a worker's thread.
Result<Offsets> AskForOffsets(rd_kafka_t* handle, const std::atomic<bool>* stopping,
                              std::span<const TopicPartition> partitions, int64_t spec,
                              rd_kafka_IsolationLevel_t isolation) {
  const Duration until = RealClock().Monotonic() + kLeaderPatience;
  Result<Offsets> offsets = AskOnce(handle, stopping, partitions, spec, isolation);
  while (!offsets && offsets.error().kind == ErrorKind::kUnavailable && RealClock().Monotonic() < until) {
    if (stopping != nullptr && stopping->load()) break;
    std::this_thread::sleep_for(kLeaderWait);
    LookForLeaders(handle);
    offsets = AskOnce(handle, stopping, partitions, spec, isolation);
  }
  return offsets;
}

std::optional<int64_t> Number(const char* text) {
  int64_t number = 0;
  const std::string_view view = text == nullptr ? std::string_view() : text;
  const auto [end, code] = std::from_chars(view.data(), view.data() + view.size(), number);
  if (view.empty() || code != std::errc() || end != view.data() + view.size()) return std::nullopt;
  return number;
}

void SetOption(TopicOptions& options, std::string_view name, const char* value) {
  if (name == "cleanup.policy")
    options.compact = value != nullptr && std::string_view(value).find("compact") != std::string_view::npos;
  if (name == "retention.ms") options.retention_ms = Number(value).value_or(-1);
  if (name == "retention.bytes") options.retention_bytes = Number(value).value_or(-1);
  if (name == "max.message.bytes") options.record_bytes_max = Number(value).value_or(-1);
}

}  // namespace

Request::Request(rd_kafka_t* handle, rd_kafka_admin_op_t operation, const std::atomic<bool>* stopping)
    : queue_(rd_kafka_queue_new(handle)), options_(rd_kafka_AdminOptions_new(handle, operation)), stopping_(stopping) {
  std::array<char, 128> reason{};
  rd_kafka_AdminOptions_set_request_timeout(options_.get(), kTimeoutMs, reason.data(), reason.size());
}

Result<Handle<rd_kafka_event_t>> Request::Wait(std::string_view what) const {
  for (int waited_ms = 0; waited_ms < 2 * kTimeoutMs; waited_ms += kSliceMs) {
    if (stopping_ != nullptr && stopping_->load()) break;
    Handle<rd_kafka_event_t> event(rd_kafka_queue_poll(queue(), kSliceMs));
    if (event == nullptr) continue;
    const rd_kafka_resp_err_t code = rd_kafka_event_error(event.get());
    if (code == RD_KAFKA_RESP_ERR_NO_ERROR) return event;
    return tl::unexpected(ToError(what, code, rd_kafka_event_error_string(event.get())));
  }
  return tl::unexpected(ToError(what, RD_KAFKA_RESP_ERR__TIMED_OUT));
}

Result<std::vector<int64_t>> Admin::Offsets(std::span<const TopicPartition> partitions,
                                            const StartPosition& start) const {
  if (const auto* const at = std::get_if<AtOffset>(&start)) return std::vector<int64_t>(partitions.size(), at->offset);
  if (partitions.empty()) return std::vector<int64_t>();
  TRY_ASSIGN(auto found, AskForOffsets(handle_, stopping_, partitions, Spec(start), kCommitted));
  std::vector<TopicPartition> later;
  for (const auto& [partition, offset] : found)
    if (offset < 0) later.push_back(partition);
  // There is no record of that time or later.
  if (!later.empty()) {
    TRY_ASSIGN(const auto ends, AskForOffsets(handle_, stopping_, later, RD_KAFKA_OFFSET_SPEC_LATEST, kCommitted));
    for (const auto& [partition, offset] : ends) found[partition] = offset;
  }
  std::vector<int64_t> offsets;
  for (const TopicPartition& partition : partitions) offsets.push_back(found[partition]);
  return offsets;
}

Result<PartitionInfo> Admin::Bounds(const TopicPartition& partition) const {
  TRY_ASSIGN(const std::vector<int64_t> begin, Offsets(std::span(&partition, 1), AtStart{}));
  TRY_ASSIGN(const std::vector<int64_t> end, Offsets(std::span(&partition, 1), AtEnd{}));
  return PartitionInfo{.begin = begin[0], .end = end[0]};
}

Result<int64_t> Admin::WrittenEnd(const TopicPartition& partition) const {
  TRY_ASSIGN(const auto ends, AskForOffsets(handle_, stopping_, std::span(&partition, 1), RD_KAFKA_OFFSET_SPEC_LATEST,
                                            RD_KAFKA_ISOLATION_LEVEL_READ_UNCOMMITTED));
  return ends.at(partition);
}

Result<std::vector<Admin::TopicSize>> Admin::Sizes(const std::optional<std::string>& name) const {
  const Handle<rd_kafka_topic_t> only(name ? rd_kafka_topic_new(handle_, name->c_str(), nullptr) : nullptr);
  const struct rd_kafka_metadata* answer = nullptr;
  const rd_kafka_resp_err_t code = rd_kafka_metadata(handle_, name ? 0 : 1, only.get(), &answer, kTimeoutMs);
  if (code != RD_KAFKA_RESP_ERR_NO_ERROR) return tl::unexpected(ToError("topics cannot be listed", code));
  const Handle<const struct rd_kafka_metadata> metadata(answer);
  std::vector<TopicSize> sizes;
  for (const rd_kafka_metadata_topic_t& topic : std::span(metadata->topics, static_cast<size_t>(metadata->topic_cnt))) {
    if (topic.err == RD_KAFKA_RESP_ERR_UNKNOWN_TOPIC_OR_PART || std::string_view(topic.topic).starts_with("__"))
      continue;
    if (topic.err != RD_KAFKA_RESP_ERR_NO_ERROR && topic.err != RD_KAFKA_RESP_ERR_LEADER_NOT_AVAILABLE)
      return tl::unexpected(ToError("the topic " + std::string(topic.topic) + " cannot be looked at", topic.err));
    sizes.push_back({.name = topic.topic,
                     .partitions = topic.partition_cnt,
                     .replication = topic.partition_cnt == 0 ? 0 : topic.partitions[0].replica_cnt});
  }
  std::ranges::sort(sizes, {}, &TopicSize::name);
  return sizes;
}

Result<std::vector<TopicInfo>> Admin::Describe(std::span<const TopicSize> topics) const {
  std::vector<TopicInfo> infos;
  for (const TopicSize& size : topics) {
    TopicInfo& info = infos.emplace_back();
    info.name = size.name;
    info.options.partitions = size.partitions;
    info.options.replication = size.replication;
    info.partitions.resize(static_cast<size_t>(size.partitions));
  }
  if (infos.empty()) return infos;
  TRY(AddOptions(infos));
  TRY(AddBounds(infos));
  return infos;
}

Result<void> Admin::AddOptions(std::vector<TopicInfo>& topics) const {
  std::vector<Handle<rd_kafka_ConfigResource_t>> owned;
  std::vector<rd_kafka_ConfigResource_t*> resources;
  std::map<std::string_view, TopicOptions*> by_name;
  for (TopicInfo& topic : topics) {
    owned.emplace_back(rd_kafka_ConfigResource_new(RD_KAFKA_RESOURCE_TOPIC, topic.name.c_str()));
    resources.push_back(owned.back().get());
    by_name[topic.name] = &topic.options;
  }
  const Request request(handle_, RD_KAFKA_ADMIN_OP_DESCRIBECONFIGS, stopping_);
  rd_kafka_DescribeConfigs(handle_, resources.data(), resources.size(), request.options(), request.queue());
  TRY_ASSIGN(const Handle<rd_kafka_event_t> answer, request.Wait("settings of topics cannot be read"));
  size_t count = 0;
  const rd_kafka_ConfigResource_t** const described =
      rd_kafka_DescribeConfigs_result_resources(rd_kafka_event_DescribeConfigs_result(answer.get()), &count);
  for (const auto* const resource : std::span(described, count)) {
    const char* const name = rd_kafka_ConfigResource_name(resource);
    const rd_kafka_resp_err_t code = rd_kafka_ConfigResource_error(resource);
    if (code != RD_KAFKA_RESP_ERR_NO_ERROR)
      return tl::unexpected(ToError("settings of the topic " + std::string(name) + " cannot be read", code));
    size_t entries = 0;
    const rd_kafka_ConfigEntry_t** const list = rd_kafka_ConfigResource_configs(resource, &entries);
    for (const auto* const entry : std::span(list, entries))
      SetOption(*by_name.at(name), rd_kafka_ConfigEntry_name(entry), rd_kafka_ConfigEntry_value(entry));
  }
  return {};
}

Result<void> Admin::AddBounds(std::vector<TopicInfo>& topics) const {
  std::vector<TopicPartition> partitions;
  for (const TopicInfo& topic : topics)
    for (int32_t i = 0; i < topic.options.partitions; ++i) partitions.push_back({topic.name, i});
  TRY_ASSIGN(const std::vector<int64_t> begins, Offsets(partitions, AtStart{}));
  TRY_ASSIGN(const std::vector<int64_t> ends, Offsets(partitions, AtEnd{}));
  size_t number = 0;
  for (TopicInfo& topic : topics)
    for (PartitionInfo& partition : topic.partitions) {
      partition = {.begin = begins[number], .end = ends[number]};
      ++number;
    }
  return {};
}

Result<std::optional<int64_t>> Admin::RecordBytesMax(const std::string& topic) const {
  std::vector<TopicInfo> infos(1);
  infos[0].name = topic;
  TRY(AddOptions(infos));
  const int64_t limit = infos[0].options.record_bytes_max;
  return limit < 0 ? std::nullopt : std::optional(limit);
}

Result<void> Admin::CreateTopic(const std::string& name, const TopicOptions& options) const {
  const std::string what = "the topic " + name + " cannot be created";
  std::array<char, 256> reason{};
  const Handle<rd_kafka_NewTopic_t> topic(rd_kafka_NewTopic_new(name.c_str(), options.partitions,
                                                                options.replication > 0 ? options.replication : -1,
                                                                reason.data(), reason.size()));
  if (topic == nullptr) return Invalid(what + ": " + reason.data());
  const auto set = [&](const char* option, const std::string& value) {
    rd_kafka_NewTopic_set_config(topic.get(), option, value.c_str());
  };
  set("cleanup.policy", options.compact ? "compact" : "delete");
  set("retention.ms", std::to_string(options.retention_ms));
  set("retention.bytes", std::to_string(options.retention_bytes));
  if (options.record_bytes_max >= 0) set("max.message.bytes", std::to_string(options.record_bytes_max));
  const Request request(handle_, RD_KAFKA_ADMIN_OP_CREATETOPICS, stopping_);
  rd_kafka_NewTopic_t* const list = topic.get();
  rd_kafka_NewTopic_t* lists[] = {list};
  rd_kafka_CreateTopics(handle_, lists, 1, request.options(), request.queue());
  TRY_ASSIGN(const Handle<rd_kafka_event_t> answer, request.Wait(what));
  size_t count = 0;
  const rd_kafka_topic_result_t** const results =
      rd_kafka_CreateTopics_result_topics(rd_kafka_event_CreateTopics_result(answer.get()), &count);
  for (const auto* const result : std::span(results, count)) {
    const rd_kafka_resp_err_t code = rd_kafka_topic_result_error(result);
    const char* const detail = rd_kafka_topic_result_error_string(result);
    // Whoever was not the first to create it is to find it now.
    if (code == RD_KAFKA_RESP_ERR_TOPIC_ALREADY_EXISTS) static_cast<void>(WaitForTopic(name, 1));
    if (code != RD_KAFKA_RESP_ERR_NO_ERROR) return tl::unexpected(ToError(what, code, detail == nullptr ? "" : detail));
  }
  return WaitForTopic(name, options.partitions);
}

// The controller answers before the brokers that will serve the topic know of it.
Result<void> Admin::WaitForTopic(const std::string& name, int32_t partitions) const {
  std::vector<TopicPartition> list;
  for (int32_t i = 0; i < partitions; ++i) list.push_back({name, i});
  TRY(Offsets(list, AtEnd{}));
  return {};
}

}  // namespace penstock::kafka
