// All that a session writes, in a thread of its own: commits, and its part in the affairs of the group.
#pragma once

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <deque>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <variant>
#include <vector>

#include "base/clock.h"
#include "base/result.h"
#include "log/local/appender.h"
#include "log/local/group_table.h"
#include "log/local/store.h"
#include "log/local/upkeep.h"
#include "log/local/waker.h"
#include "log/session.h"

namespace penstock::local {

// A partition as one assignment of it has it.
struct HeldSlot {
  int64_t slot = 0;
  Epoch epoch = 0;
};

// Waits for its turn to write, so that the worker never has to. The worker's thread calls it; what it is told is done
// in that order.
class SessionWriter {
 public:
  struct Options {
    std::string directory;
    std::string group;
    Member member;  // the first one to join as
    const Clock* clock = nullptr;
    const Logger* logger = nullptr;  // may be null
  };

  // Joins the group. `waker` is signalled when there are outcomes; it outlives the writer.
  static Result<std::unique_ptr<SessionWriter>> Start(Options options, std::unique_ptr<Store> store,
                                                      const Waker& waker);
  // Leaves the group. A commit that has begun is finished; what waits is thrown away.
  ~SessionWriter();
  SessionWriter(const SessionWriter&) = delete;
  SessionWriter& operator=(const SessionWriter&) = delete;

  int64_t group() const { return group_; }

  void Commit(CommitId id, std::vector<PartitionWork> work);
  void Free(std::vector<HeldSlot> slots);
  // After it was expelled: as another member.
  void Rejoin(const std::string& uuid);

  // Appends what has happened to `events`. The error, once there is one, ends all work.
  Result<void> TakeOutcomes(std::vector<SessionEvent>& events);

 private:
  struct CommitJob {
    CommitId id = 0;
    std::vector<PartitionWork> work;
  };
  struct FreeJob {
    std::vector<HeldSlot> slots;
  };
  struct RejoinJob {
    std::string uuid;
  };
  using Job = std::variant<CommitJob, FreeJob, RejoinJob>;

  SessionWriter(Options options, std::unique_ptr<Store> store, const Waker& waker);

  void Add(Job job);
  void RunThread();
  // The next job; none when it is time to look after the group, or to end.
  std::optional<Job> NextJob();
  Result<void> Do(CommitJob& job);
  Result<void> Do(const FreeJob& job);
  Result<void> Do(const RejoinJob& job);
  Result<void> LookAfterGroup();
  // If it is time to.
  Result<void> LookNowAndThen();

  // Joins and rebalances, in one transaction.
  Result<void> Join();
  void Leave();
  template <typename Change>
  Result<void> ChangeGroup(Change&& change);
  bool IsAlive(const std::string& uuid) const;

  // Inside the commit's transaction: leaves out what is not held any more, and lists it.
  Result<std::vector<TopicPartition>> WriteWork(const std::vector<PartitionWork>& work);
  Result<void> AddRecords(const std::vector<PartitionWork>& work, const std::vector<bool>& held);

  Options options_;
  std::unique_ptr<Store> store_;
  const Waker& waker_;
  GroupTable groups_{*store_};
  Appender appender_{*store_};
  Upkeep upkeep_;
  std::atomic<int64_t> group_ = 0;  // set again, to the same number, when the thread joins anew; the worker reads it
  std::chrono::steady_clock::time_point looked_at_ = std::chrono::steady_clock::now();

  std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<Job> jobs_;  // guarded by mutex_, as all below
  std::vector<Committed> outcomes_;
  std::optional<Error> error_;
  bool ending_ = false;

  std::thread thread_;
};

}  // namespace penstock::local
