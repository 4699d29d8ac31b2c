// A session between a worker and its log that complains where either of them breaks its word.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <span>
#include <utility>
#include <vector>

#include "log/session.h"
#include "tests/faults/actor.h"

namespace penstock::faults {

// Each record that is committed gets headers, `source` and `epoch`: for which partition, and in which epoch.
class WatchedSession final : public Session {
 public:
  // The verdict outlives the session.
  WatchedSession(std::unique_ptr<Session> session, Verdict& verdict)
      : session_(std::move(session)), verdict_(verdict) {}

  Result<void> Poll(Duration wait, Delivery& delivery) override;
  int WakeFd() const override { return session_->WakeFd(); }
  void Pause(std::span<const TopicPartition> partitions) override;
  void Resume(std::span<const TopicPartition> partitions) override;
  void Release(std::span<const TopicPartition> partitions) override;
  CommitId Commit(std::vector<PartitionWork> work) override;

 private:
  struct Held {
    Epoch epoch = 0;
    Progress progress;  // as it was assigned or last committed
    int64_t next = -1;  // the offset at which the next delivery begins
    bool revoking = false;
    bool paused = false;
    int64_t while_paused = 0;  // records
  };

  void Note(const Assigned& event);
  void Note(const Revoking& event);
  void Note(const Lost& event);
  void Note(const Committed& event);
  void Note(const Refused& event);
  void Look(const Fetched& fetched);
  void Look(const PartitionWork& work);

  std::unique_ptr<Session> session_;
  Verdict& verdict_;
  std::map<TopicPartition, Held> held_;
  std::optional<CommitId> committing_;
};

}  // namespace penstock::faults
