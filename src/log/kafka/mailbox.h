// What the threads of a client have to tell the one that polls it.
#pragma once

#include <mutex>
#include <utility>
#include <vector>

#include "log/cluster/client.h"
#include "log/kafka/wake.h"

namespace penstock::kafka {

// Put() may be called by any thread.
class Mailbox {
 public:
  // `wake` outlives the mailbox.
  explicit Mailbox(const Wake& wake) : wake_(wake) {}

  void Put(cluster::ClientEvent event) {
    {
      const std::lock_guard lock(mutex_);
      events_.push_back(std::move(event));
    }
    wake_.Signal();
  }

  void MoveTo(std::vector<cluster::ClientEvent>& events) {
    const std::lock_guard lock(mutex_);
    for (cluster::ClientEvent& event : events_) events.push_back(std::move(event));
    events_.clear();
  }

 private:
  const Wake& wake_;
  std::mutex mutex_;
  std::vector<cluster::ClientEvent> events_;
};

}  // namespace penstock::kafka
