// Finds out how far partitions go on that are paused: nothing that comes of them tells it.
#pragma once

#include <cstdint>
#include <optional>
#include <set>
#include <span>

#include "base/clock.h"
#include "log/cluster/client.h"
#include "log/cluster/offer.h"

namespace penstock::cluster {

// Asks for one partition after another, once a second: questions are answered in their order, and others matter more.
// Used by one thread.
class PausedEnds {
 public:
  // Both outlive the object.
  PausedEnds(Client& client, RequestNumbers& numbers) : client_(client), numbers_(numbers) {}

  void Pause(std::span<const TopicPartition> partitions) { paused_.insert(partitions.begin(), partitions.end()); }
  // They are read again, or are not held any more.
  void Remove(std::span<const TopicPartition> partitions);

  void Advance(Duration now);

  struct End {
    TopicPartition partition;
    int64_t offset = 0;
  };
  // Nothing where the question was another's, was not answered, or does not matter any more.
  std::optional<End> Handle(const BoundsFound& answer);

 private:
  Client& client_;
  RequestNumbers& numbers_;
  std::set<TopicPartition> paused_;
  TopicPartition last_;  // that was asked for
  std::optional<uint64_t> request_;
  Duration asked_at_{};
};

}  // namespace penstock::cluster
