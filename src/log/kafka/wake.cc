#include "log/kafka/wake.h"

#include <poll.h>
#include <sys/eventfd.h>

#include <cerrno>
#include <cstdint>
#include <cstring>
#include <string>

namespace penstock::kafka {
namespace {

constexpr uint64_t kOne = 1;

}  // namespace

Result<Wake> Wake::Make() {
  FileDescriptor event(::eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC));
  if (!event.valid())
    return Fail(ErrorKind::kUnavailable, std::string("the system gives no event descriptor: ") + std::strerror(errno));
  return Wake(std::move(event));
}

// A full counter is readable, which is all that is wanted.
void Wake::Signal() const { [[maybe_unused]] const ssize_t written = ::write(event_.get(), &kOne, sizeof kOne); }

void Wake::Drain() const {
  uint64_t count = 0;
  [[maybe_unused]] const ssize_t read = ::read(event_.get(), &count, sizeof count);
}

void Wake::Wait(Duration wait) const {
  const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(wait);
  const timespec time{.tv_sec = seconds.count(), .tv_nsec = (wait - seconds).count()};
  pollfd descriptor{event_.get(), POLLIN, 0};
  ::ppoll(&descriptor, 1, &time, nullptr);
}

void Wake::Watch(rd_kafka_queue_t* queue) const {
  rd_kafka_queue_io_event_enable(queue, event_.get(), &kOne, sizeof kOne);
}

void Wake::Ignore(rd_kafka_queue_t* queue) { rd_kafka_queue_io_event_enable(queue, -1, nullptr, 0); }

}  // namespace penstock::kafka
