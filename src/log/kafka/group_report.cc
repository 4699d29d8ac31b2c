#include "log/kafka/group_report.h"

#include <algorithm>
#include <set>
#include <utility>

#include "log/cluster/offset_note.h"
#include "log/kafka/admin.h"
#include "log/kafka/error.h"
#include "log/kafka/group_admin.h"

namespace penstock::kafka {
namespace {

constexpr int kSliceMs = 100;
constexpr int kTimeoutMs = 10'000;

class Report {
 public:
  Report(rd_kafka_t* handle, const FetchOptions& fetch, std::string group)
      : handle_(handle), fetch_(fetch), group_(std::move(group)) {}

  Result<GroupInfo> Write(const std::vector<TopicPartition>& partitions, GroupDetail detail) {
    TRY_ASSIGN(const auto committed, GroupAdmin(handle_).Committed(group_, partitions));
    GroupInfo info{.name = group_, .partitions = {}};
    for (size_t i = 0; i < partitions.size(); ++i) {
      GroupPartition& one = info.partitions.emplace_back();
      one.partition = partitions[i];
      if (committed[i]) {
        TRY_ASSIGN(one.progress, ProgressOf(one.partition, *committed[i]));
      }
    }
    if (detail == GroupDetail::kProgress) return info;
    TRY(AddPositions(partitions, info));
    if (detail == GroupDetail::kPositions) return info;
    for (GroupPartition& one : info.partitions) {
      TRY_ASSIGN(one.next_timestamp_ms, NextTimestamp(one));
    }
    return info;
  }

 private:
  Result<void> AddPositions(const std::vector<TopicPartition>& partitions, GroupInfo& info) {
    const Admin admin(handle_);
    TRY_ASSIGN(const GroupAdmin::Members members, GroupAdmin(handle_).MembersOf(group_));
    TRY_ASSIGN(const std::vector<int64_t> begins, admin.Offsets(partitions, AtStart{}));
    TRY_ASSIGN(const std::vector<int64_t> ends, admin.Offsets(partitions, AtEnd{}));
    for (size_t i = 0; i < partitions.size(); ++i) {
      GroupPartition& one = info.partitions[i];
      one.begin = begins[i];
      one.end = ends[i];
      const auto holder = members.holders.find(one.partition);
      if (holder != members.holders.end()) one.member = holder->second;
    }
    return {};
  }

  Result<Progress> ProgressOf(const TopicPartition& partition, const cluster::CommittedOffset& committed) {
    const auto placed = [&](const Error& error) {
      return tl::unexpected(Error{error.kind, group_ + " at " + ToString(partition) + ": " + error.message});
    };
    Result<std::optional<cluster::OffsetNote>> note = cluster::DecodeNote(committed.metadata);
    if (!note) return placed(note.error());
    std::string ranges = *note ? (*note)->ranges : std::string();
    if (*note && (*note)->spill) {
      TRY_ASSIGN(const std::optional<std::string> value,
                 ReadValue(fetch_, handle_, {SpillTopicOf(group_), 0}, *(*note)->spill, nullptr));
      if (!value) return placed({ErrorKind::kInvalid, "what is done above the position was deleted"});
      Result<std::string> spilled = cluster::DecodeSpill(**note, *value);
      if (!spilled) return placed(spilled.error());
      ranges = *std::move(spilled);
    }
    return Progress::Decode(committed.offset, ranges);
  }

  // Of the first record that is not done. Transaction markers, and records that compaction removed, are none.
  Result<std::optional<int64_t>> NextTimestamp(const GroupPartition& one) {
    const Progress progress = one.progress.value_or(Progress(one.begin));
    const int64_t start = std::max(progress.position(), one.begin);
    if (start >= one.end) return std::nullopt;
    TRY_ASSIGN(const std::unique_ptr<PartitionFetch> fetch, PartitionFetch::Begin(fetch_, one.partition, start));
    for (int waited_ms = 0; waited_ms < kTimeoutMs;) {
      TRY_ASSIGN(const Handle<rd_kafka_message_t> message, fetch->Next(kSliceMs));
      if (message == nullptr)
        waited_ms += kSliceMs;
      else if (message->err != RD_KAFKA_RESP_ERR_NO_ERROR || message->offset >= one.end)
        return std::nullopt;
      else if (!progress.Contains(message->offset))
        return rd_kafka_message_timestamp(message.get(), nullptr);
    }
    return tl::unexpected(ToError(ToString(one.partition) + " cannot be read", RD_KAFKA_RESP_ERR__TIMED_OUT));
  }

  rd_kafka_t* const handle_;
  const FetchOptions fetch_;
  const std::string group_;
};

}  // namespace

std::string SpillTopicOf(const std::string& group) { return group + ".progress"; }

Result<GroupInfo> ReportGroup(rd_kafka_t* handle, const FetchOptions& fetch, const std::string& group,
                              std::span<const std::string> topics, GroupDetail detail) {
  const std::set<std::string_view> wanted(topics.begin(), topics.end());
  TRY_ASSIGN(const std::vector<Admin::TopicSize> sizes, Admin(handle).Sizes(std::nullopt));
  std::vector<TopicPartition> partitions;
  for (const Admin::TopicSize& topic : sizes) {
    if (!wanted.contains(topic.name)) continue;
    for (int32_t i = 0; i < topic.partitions; ++i) partitions.push_back({topic.name, i});
  }
  std::ranges::sort(partitions);
  return Report(handle, fetch, group).Write(partitions, detail);
}

}  // namespace penstock::kafka
