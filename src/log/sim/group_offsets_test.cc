#include "log/sim/group_offsets.h"

#include <gtest/gtest.h>

namespace penstock::sim {
namespace {

const TopicPartition kZero{"in", 0};
const TopicPartition kOne{"in", 1};
constexpr ProducerIdentity kProducer{7, 3};

int64_t CommittedOf(const GroupOffsets& offsets, const TopicPartition& partition) {
  const auto fetched = offsets.Fetch({partition});
  return fetched.code == Code::kOk && fetched.offsets[0] ? fetched.offsets[0]->offset : -1;
}

TEST(GroupOffsetsTest, CountsPendingOffsetsWhenTheTransactionCommits) {
  GroupOffsets offsets(10);
  EXPECT_EQ(offsets.Commit({{kZero, {1, "a"}}}), Code::kOk);
  EXPECT_EQ(offsets.CommitPending(kProducer, {{kZero, {5, "b"}}}), Code::kOk);
  EXPECT_EQ(offsets.Fetch({kOne, kZero}).code, Code::kUnstableOffsets);
  EXPECT_EQ(offsets.Fetch({kOne}).code, Code::kOk);
  offsets.EndTransaction(kProducer, true);
  EXPECT_EQ(CommittedOf(offsets, kZero), 5);
  EXPECT_EQ(offsets.Fetch({kZero}).offsets[0]->metadata, "b");
  EXPECT_FALSE(offsets.Fetch({kOne}).offsets[0]);
}

TEST(GroupOffsetsTest, ForgetsPendingOffsetsWhenItAborts) {
  GroupOffsets offsets(10);
  offsets.Commit({{kZero, {1, ""}}});
  offsets.CommitPending(kProducer, {{kZero, {5, ""}}});
  offsets.EndTransaction({kProducer.id, 4}, false);
  EXPECT_EQ(CommittedOf(offsets, kZero), 1);
  EXPECT_EQ(offsets.CommitPending(kProducer, {{kZero, {6, ""}}}), Code::kProducerFenced);
}

TEST(GroupOffsetsTest, RefusesAllWhereOneHasTooMuchMetadata) {
  GroupOffsets offsets(3);
  EXPECT_EQ(offsets.CommitPending(kProducer, {{kZero, {1, "abc"}}, {kOne, {1, "abcd"}}}), Code::kMetadataTooLarge);
  EXPECT_FALSE(offsets.HasPending(kProducer.id));
  EXPECT_EQ(offsets.Commit({{kOne, {1, "abcd"}}}), Code::kMetadataTooLarge);
  EXPECT_EQ(offsets.Commit({{kOne, {1, "abc"}}}), Code::kOk);
}

}  // namespace
}  // namespace penstock::sim
