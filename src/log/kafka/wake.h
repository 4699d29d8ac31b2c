// A descriptor that librdkafka's threads and ours make readable.
#pragma once

#include <librdkafka/rdkafka.h>

#include "base/clock.h"
#include "base/file_descriptor.h"
#include "base/result.h"

namespace penstock::kafka {

// Signal() may be called by any thread, the rest by one.
class Wake {
 public:
  static Result<Wake> Make();

  int descriptor() const { return event_.get(); }
  void Signal() const;
  // Makes it unreadable. To be called before one looks for what is new, not after.
  void Drain() const;
  // Until it is readable, or so long.
  void Wait(Duration wait) const;

  // Signals whenever something is put into `queue` after it was served; until Ignore().
  void Watch(rd_kafka_queue_t* queue) const;
  static void Ignore(rd_kafka_queue_t* queue);

 private:
  explicit Wake(FileDescriptor event) : event_(std::move(event)) {}

  FileDescriptor event_;
};

}  // namespace penstock::kafka
