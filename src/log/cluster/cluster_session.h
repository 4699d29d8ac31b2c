// A session on a Kafka cluster: the protocol that makes a member's work count once. docs/formats/offset-metadata.md has
// what it leaves with the committed offsets.
#pragma once

#include <memory>
#include <string>

#include "base/clock.h"
#include "base/log.h"
#include "base/result.h"
#include "log/cluster/client.h"
#include "log/session.h"

namespace penstock::cluster {

// What keeps work from counting twice or not at all. All are on; a test switches one off, to see that it is needed.
struct Safeguards {
  // Each transaction carries the group's metadata as it is then, and is not made without.
  bool fence = true;
  bool epoch_check = true;     // work of an assignment that has ended is thrown away
  bool every_offset = true;    // each transaction carries the offset of every partition it writes for, moved or not
  bool spill_pointer = true;   // a spill counts only if the metadata points at it
  bool settle_unknown = true;  // what became of a commit is read from the metadata, and not guessed
};

struct ClusterSessionOptions {
  SessionOptions session;
  std::string id;           // of this session, unlike that of any other: 1 to 64 of the characters a-z A-Z 0-9 _ -
  std::string spill_topic;  // compacted, of one partition; empty where session.out_of_order is false
  Duration backoff = std::chrono::milliseconds(100);  // before what failed is tried again
  Safeguards safeguards;
  const Clock* clock = nullptr;
  const Logger* logger = nullptr;  // may be null
};

// Clock and logger outlive the session.
std::unique_ptr<Session> MakeClusterSession(std::unique_ptr<Client> client, ClusterSessionOptions options);

}  // namespace penstock::cluster
