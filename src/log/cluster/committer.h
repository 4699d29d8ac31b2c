// A session's commits, one at a time, each until its outcome is known.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/counter.h"
#include "base/result.h"
#include "log/cluster/client.h"
#include "log/cluster/cluster_session.h"
#include "log/cluster/offer.h"
#include "log/session.h"

namespace penstock::cluster {

// An attempt is one transaction with all the work whose partitions are still held. One that was aborted is made again
// from the same work. After one whose outcome is not known, the producer is replaced, which ends whatever is still
// under way; then the metadata of the committed offsets tells whether they are this attempt's.
class Committer {
 public:
  // Whether the session holds a partition in this epoch.
  using Holds = std::function<bool(const TopicPartition& partition, Epoch epoch)>;

  // Options, client and numbers outlive the committer.
  Committer(const ClusterSessionOptions& options, Client& client, RequestNumbers& numbers, Holds holds);

  // Only while none is under way.
  void Begin(CommitId id, std::vector<PartitionWork> work);

  // Begins what is to be done next, if nothing is under way.
  void Advance(Duration now);
  // Answers to other requests are ignored. An error will not pass.
  Result<void> Handle(const ProducerOpened& answer, Duration now);
  Result<void> Handle(const TransactionEnded& answer, Duration now);
  Result<void> Handle(const OffsetsFetched& answer, Duration now);

  // Committed or Refused, once.
  std::optional<SessionEvent> TakeOutcome();

  // Of the work that the last commit has written, where the session holds the partition in the same epoch yet.
  std::vector<SourceOffset> OffsetsHeld() const;

  // Attempts that were aborted, and such of which it was not known what became. Any thread.
  uint64_t aborted() const { return aborted_.value(); }
  uint64_t unknown() const { return unknown_.value(); }

  // When Advance should be called again, where only time is waited for.
  std::optional<Duration> retry_at() const { return retry_at_; }

 private:
  enum class State {
    kClosed,   // a producer is to be opened
    kOpening,  // OpenProducer is under way
    kIdle,     // the producer is open, and nothing is under way
    kRunning,  // Run is under way
    kFetching  // the offsets that tell what became of an attempt are on their way
  };
  struct Commit {
    CommitId id = 0;
    std::vector<PartitionWork> work;
    std::vector<TopicPartition> fenced;
  };

  void Attempt(Duration now);
  void DropWhatIsNotHeld();
  void Describe(const Membership& membership);
  void AddOffset(const PartitionWork& work);
  void Settle();
  void Finish();
  Result<void> Retry(const TransactionEnded& end, Duration now);
  void Refuse(const TransactionEnded& end);
  void ShortenMetadata();
  void Complain(std::string_view message, const Error& error, Duration now);

  const ClusterSessionOptions& options_;
  Client& client_;
  RequestNumbers& numbers_;
  const Holds holds_;

  State state_ = State::kClosed;
  std::optional<Commit> commit_;
  Transaction transaction_;  // of the last attempt; it borrows from commit_
  uint64_t attempt_ = 0;     // its number, which its metadata carries
  bool unsettled_ = false;   // whether it is not known what became of it
  std::optional<uint64_t> request_;
  std::optional<SessionEvent> outcome_;
  std::optional<Duration> retry_at_;
  std::optional<Duration> complained_at_;
  Counter aborted_;
  Counter unknown_;
  size_t metadata_max_ = kMetadataCharactersMax;
  std::map<TopicPartition, Epoch> written_;         // by the last commit
  std::map<TopicPartition, int64_t> offsets_sent_;  // for tests that send only those which moved
};

}  // namespace penstock::cluster
