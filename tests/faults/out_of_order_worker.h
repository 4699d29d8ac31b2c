// A worker as models that answer later make it: it finishes records in any order, some long after others.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/result.h"
#include "log/session.h"
#include "log/sim/random.h"
#include "tests/faults/actor.h"

namespace penstock::faults {

class OutOfOrderWorker final : public Actor {
 public:
  // All outlive the worker. Of a thousand records, so many take long.
  OutOfOrderWorker(std::unique_ptr<Session> session, int64_t slow_per_mille, sim::Random& random, const Clock& clock,
                   Verdict& verdict);

  void Step() override;
  bool Finish() override;

 private:
  struct InFlight {
    int64_t offset;
    std::string value;
    Duration ready_at;
  };
  struct Held {
    Epoch epoch = 0;
    Progress progress;
    int64_t next = -1;  // the offset at which the next delivery begins
    std::vector<InFlight> in_flight;
    OutBatch out;
    bool changed = false;
    bool revoking = false;
  };

  void Handle(Assigned& event);
  void Handle(Revoking& event);
  void Handle(Lost& event);
  void Handle(Committed& event);
  void Handle(Refused& event);
  void Take(const Fetched& fetched);
  void FinishSome(const TopicPartition& partition, Held& held);
  void WriteOutputs(const TopicPartition& partition, Held& held, const std::string& value);
  void CommitIfDue();
  void ReleaseRevoked();
  void BoundInFlight();
  std::vector<TopicPartition> HeldPartitions() const;

  std::unique_ptr<Session> session_;
  const int64_t slow_per_mille_;
  sim::Random& random_;
  const Clock& clock_;
  Verdict& verdict_;
  Delivery delivery_;
  std::map<TopicPartition, Held> held_;
  std::optional<CommitId> committing_;
  Duration next_commit_{};
  bool paused_ = false;
  bool finishing_ = false;
};

}  // namespace penstock::faults
