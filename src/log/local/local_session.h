// A member of a group of the embedded log.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/arena.h"
#include "base/clock.h"
#include "base/log.h"
#include "log/local/group_table.h"
#include "log/local/member_file.h"
#include "log/local/partition_reader.h"
#include "log/local/session_writer.h"
#include "log/local/store.h"
#include "log/local/waker.h"
#include "log/log.h"
#include "log/session.h"

namespace penstock::local {

struct LocalSessionOptions {
  std::string directory;
  Durability durability = Durability::kProcess;
  Duration lease{};
  const Clock* clock = nullptr;
  const Logger* logger = nullptr;  // may be null
};

// Reads in the worker's thread, writes in SessionWriter's. The two share nothing but the database.
class LocalSession final : public Session {
 public:
  static Result<std::unique_ptr<Session>> Join(const LocalSessionOptions& options, const SessionOptions& session);

  Result<void> Poll(Duration wait, Delivery& delivery) override;
  int WakeFd() const override { return waker_.descriptor(); }
  void Pause(std::span<const TopicPartition> partitions) override { SetPaused(partitions, true); }
  void Resume(std::span<const TopicPartition> partitions) override;
  void Release(std::span<const TopicPartition> partitions) override;
  CommitId Commit(std::vector<PartitionWork> work) override;

 private:
  struct Held {
    Held(TopicPartition partition, int64_t slot, Progress progress, Epoch its_epoch)
        : reader(std::move(partition), slot, std::move(progress)), epoch(its_epoch) {}

    PartitionReader reader;
    Epoch epoch;
    bool paused = false;
    Duration looked_at{};  // for its end, while it is paused
    bool revoking = false;
    bool released = false;  // as far as the worker is concerned: that it is free is still to be written
  };

  LocalSession(LocalSessionOptions options, SessionOptions session, std::unique_ptr<Store> store, Waker waker,
               MemberFile member);

  Result<void> RenewLease();
  // What is there now, without waiting.
  Result<void> Look(Delivery& delivery);

  // Compares what is held with the table, and tells the differences.
  Result<void> NoteAssignments(std::vector<SessionEvent>& events);
  Result<void> NoteAssignment(const Assignment& assignment, std::vector<SessionEvent>& events);
  void LoseMissing(const std::vector<Assignment>& assignments, std::vector<SessionEvent>& events);
  // As a new member, after the old one was expelled.
  Result<void> Rejoin(std::vector<SessionEvent>& events);

  Result<void> Fetch(std::vector<Fetched>& fetched);
  Result<void> FetchFrom(Held& held, ReadBudget& budget, std::vector<Fetched>& fetched);
  // Of a partition that is paused.
  Result<void> TellEnd(Held& held, std::vector<Fetched>& fetched);
  void SetPaused(std::span<const TopicPartition> partitions, bool paused);

  const LocalSessionOptions options_;
  const SessionOptions session_;
  std::unique_ptr<Store> store_;
  GroupTable groups_{*store_};
  Waker waker_;
  MemberFile member_;
  std::unique_ptr<SessionWriter> writer_;  // ends first: it signals the waker

  Duration renewed_at_{};
  int64_t version_seen_ = -1;  // of the group
  bool joining_ = false;       // anew: the writer has been told, and has not done it yet
  std::map<TopicPartition, Held> held_;
  TopicPartition fetch_next_;  // deliveries begin at different partitions in turn, so that each gets its share
  Arena arena_{kRowBytes + (kRowBytes / 2)};
  std::vector<Record> records_;
  std::vector<size_t> record_counts_;  // of each Fetched of the delivery under way
  CommitId last_commit_ = 0;
};

}  // namespace penstock::local
