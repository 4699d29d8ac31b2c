#include "log/kafka/group_admin.h"

#include <algorithm>
#include <chrono>
#include <thread>

#include "log/kafka/admin.h"
#include "log/kafka/error.h"
#include "log/kafka/partition_list.h"

namespace penstock::kafka {
namespace {

// A broker that has just started reads the groups' positions before it tells them, and does not say when it has.
constexpr int kTries = 50;
constexpr std::chrono::milliseconds kBetweenTries(200);

bool IsOnTheMove(rd_kafka_resp_err_t code) {
  return code == RD_KAFKA_RESP_ERR_COORDINATOR_LOAD_IN_PROGRESS ||
         code == RD_KAFKA_RESP_ERR_COORDINATOR_NOT_AVAILABLE || code == RD_KAFKA_RESP_ERR_NOT_COORDINATOR;
}

// The only group of an answer that is about one.
Result<PartitionList> PartitionsOfGroup(const std::string& what, const rd_kafka_group_result_t** groups, size_t count,
                                        rd_kafka_resp_err_t& code) {
  if (count != 1)
    return Fail(ErrorKind::kInternal, what + ": the answer is about " + std::to_string(count) + " groups");
  if (const rd_kafka_error_t* const error = rd_kafka_group_result_error(groups[0])) {
    code = rd_kafka_error_code(error);
    return tl::unexpected(ToError(what, *error));
  }
  return PartitionList(rd_kafka_topic_partition_list_copy(rd_kafka_group_result_partitions(groups[0])));
}

// `code` says why a coordinator refused.
Result<PartitionList> AskForCommitted(rd_kafka_t* handle, const std::string& what, const std::string& group,
                                      std::span<const TopicPartition> partitions, rd_kafka_resp_err_t& code) {
  const Request request(handle, RD_KAFKA_ADMIN_OP_LISTCONSUMERGROUPOFFSETS, nullptr);
  const PartitionList list = ToList(partitions);
  const Handle<rd_kafka_ListConsumerGroupOffsets_t> question(
      rd_kafka_ListConsumerGroupOffsets_new(group.c_str(), list.get()));
  rd_kafka_ListConsumerGroupOffsets_t* questions[] = {question.get()};
  rd_kafka_ListConsumerGroupOffsets(handle, questions, 1, request.options(), request.queue());
  TRY_ASSIGN(const Handle<rd_kafka_event_t> answer, request.Wait(what));
  size_t count = 0;
  const rd_kafka_group_result_t** const groups = rd_kafka_ListConsumerGroupOffsets_result_groups(
      rd_kafka_event_ListConsumerGroupOffsets_result(answer.get()), &count);
  return PartitionsOfGroup(what, groups, count, code);
}

void AddHolder(const rd_kafka_MemberDescription_t& member, std::map<TopicPartition, std::string>& holders) {
  const rd_kafka_MemberAssignment_t* const assignment = rd_kafka_MemberDescription_assignment(&member);
  if (assignment == nullptr) return;
  for (const TopicPartition& partition : PartitionsOf(*rd_kafka_MemberAssignment_partitions(assignment)))
    holders[partition] = rd_kafka_MemberDescription_client_id(&member);
}

}  // namespace

Result<std::vector<std::string>> GroupAdmin::Names() const {
  const std::string what = "groups cannot be listed";
  const Request request(handle_, RD_KAFKA_ADMIN_OP_LISTCONSUMERGROUPS, nullptr);
  rd_kafka_ListConsumerGroups(handle_, request.options(), request.queue());
  TRY_ASSIGN(const Handle<rd_kafka_event_t> answer, request.Wait(what));
  const rd_kafka_ListConsumerGroups_result_t* const result = rd_kafka_event_ListConsumerGroups_result(answer.get());
  size_t count = 0;
  // One for each broker that could not be asked: what the others said is not all.
  const rd_kafka_error_t** const errors = rd_kafka_ListConsumerGroups_result_errors(result, &count);
  if (count > 0) return tl::unexpected(ToError(what, *errors[0]));
  const rd_kafka_ConsumerGroupListing_t** const groups = rd_kafka_ListConsumerGroups_result_valid(result, &count);
  std::vector<std::string> names;
  for (const auto* const group : std::span(groups, count))
    names.emplace_back(rd_kafka_ConsumerGroupListing_group_id(group));
  std::ranges::sort(names);
  return names;
}

Result<GroupAdmin::Members> GroupAdmin::MembersOf(const std::string& group) const {
  const std::string what = "the group " + group + " cannot be described";
  const Request request(handle_, RD_KAFKA_ADMIN_OP_DESCRIBECONSUMERGROUPS, nullptr);
  const char* names[] = {group.c_str()};
  rd_kafka_DescribeConsumerGroups(handle_, names, 1, request.options(), request.queue());
  TRY_ASSIGN(const Handle<rd_kafka_event_t> answer, request.Wait(what));
  size_t count = 0;
  const rd_kafka_ConsumerGroupDescription_t** const groups =
      rd_kafka_DescribeConsumerGroups_result_groups(rd_kafka_event_DescribeConsumerGroups_result(answer.get()), &count);
  Members members;
  for (const auto* const description : std::span(groups, count)) {
    const rd_kafka_error_t* const error = rd_kafka_ConsumerGroupDescription_error(description);
    // A group that nobody has joined yet has no members.
    if (error != nullptr && rd_kafka_error_code(error) == RD_KAFKA_RESP_ERR_GROUP_ID_NOT_FOUND) continue;
    if (error != nullptr) return tl::unexpected(ToError(what, *error));
    const size_t member_count = rd_kafka_ConsumerGroupDescription_member_count(description);
    members.count += member_count;
    for (size_t i = 0; i < member_count; ++i)
      AddHolder(*rd_kafka_ConsumerGroupDescription_member(description, i), members.holders);
  }
  return members;
}

Result<std::vector<std::optional<cluster::CommittedOffset>>> GroupAdmin::Committed(
    const std::string& group, std::span<const TopicPartition> partitions) const {
  const std::string what = "positions of the group " + group + " cannot be read";
  if (partitions.empty()) return std::vector<std::optional<cluster::CommittedOffset>>();
  for (int tries = 1;; ++tries) {
    rd_kafka_resp_err_t code = RD_KAFKA_RESP_ERR_NO_ERROR;
    const Result<PartitionList> found = AskForCommitted(handle_, what, group, partitions, code);
    if (found) return CommittedOf(what, partitions, **found);
    if (!IsOnTheMove(code) || tries == kTries) return tl::unexpected<Error>(found.error());
    std::this_thread::sleep_for(kBetweenTries);
  }
}

Result<void> GroupAdmin::SetPositions(const std::string& group,
                                      const std::map<TopicPartition, int64_t>& positions) const {
  const std::string what = "the group " + group + " cannot be reset";
  if (positions.empty()) return {};
  TRY_ASSIGN(const Members members, MembersOf(group));
  if (members.count > 0)
    return Invalid(what + " while it has " + std::to_string(members.count) +
                   " members: stop the pipeline's processes first");
  const Request request(handle_, RD_KAFKA_ADMIN_OP_ALTERCONSUMERGROUPOFFSETS, nullptr);
  const PartitionList list = NewList(positions.size());
  for (const auto& [partition, position] : positions) Add(*list, partition, position);
  const Handle<rd_kafka_AlterConsumerGroupOffsets_t> change(
      rd_kafka_AlterConsumerGroupOffsets_new(group.c_str(), list.get()));
  rd_kafka_AlterConsumerGroupOffsets_t* changes[] = {change.get()};
  rd_kafka_AlterConsumerGroupOffsets(handle_, changes, 1, request.options(), request.queue());
  TRY_ASSIGN(const Handle<rd_kafka_event_t> answer, request.Wait(what));
  size_t count = 0;
  const rd_kafka_group_result_t** const groups = rd_kafka_AlterConsumerGroupOffsets_result_groups(
      rd_kafka_event_AlterConsumerGroupOffsets_result(answer.get()), &count);
  rd_kafka_resp_err_t code = RD_KAFKA_RESP_ERR_NO_ERROR;
  TRY_ASSIGN(const PartitionList changed, PartitionsOfGroup(what, groups, count, code));
  for (const rd_kafka_topic_partition_t& element : Elements(*changed))
    if (element.err != RD_KAFKA_RESP_ERR_NO_ERROR)
      return tl::unexpected(ToError(what + " at " + ToString(PartitionOf(element)), element.err));
  return {};
}

}  // namespace penstock::kafka
