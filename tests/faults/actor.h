// Who works in a simulated process.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace penstock::faults {

// What went wrong in a run, and what happened in it at all. Shared by all actors of the run.
struct Verdict {
  std::vector<std::string> violations;
  uint64_t assigned = 0;
  uint64_t revoked = 0;
  uint64_t lost = 0;            // partitions that were taken away
  uint64_t fenced = 0;          // partitions whose work was thrown away
  uint64_t refused = 0;         // commits
  uint64_t committed = 0;       // commits
  uint64_t given_up = 0;        // calls, since their partition was wanted elsewhere
  uint64_t repeated = 0;        // records that an earlier owner may have asked a model for
  uint64_t in_flight_peak = 0;  // events of a worker that wait for a model
  uint64_t resumed_above = 0;   // partitions that came with something done above their position

  // The first few tell enough.
  void Violate(std::string what) {
    if (violations.size() < 10) violations.push_back(std::move(what));
  }
};

class Actor {
 public:
  virtual ~Actor() = default;

  // One round: polls, works, commits.
  virtual void Step() = 0;
  // The same, towards an orderly end: true when it has come.
  virtual bool Finish() = 0;
};

}  // namespace penstock::faults
