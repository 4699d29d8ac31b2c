#include "log/local/waker.h"

#include <poll.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/inotify.h>
#include <sys/timerfd.h>

#include <algorithm>
#include <array>
#include <cerrno>

#include "log/local/database_error.h"
#include "log/local/directory.h"

namespace penstock::local {
namespace {

constexpr int64_t kPollNanos = 100'000'000;

FileDescriptor WatchFile(const std::string& path) {
  FileDescriptor watch(::inotify_init1(IN_NONBLOCK | IN_CLOEXEC));
  if (watch.valid() && ::inotify_add_watch(watch.get(), path.c_str(), IN_MODIFY) < 0) return FileDescriptor();
  return watch;
}

FileDescriptor EveryPoll() {
  FileDescriptor timer(::timerfd_create(CLOCK_MONOTONIC, TFD_NONBLOCK | TFD_CLOEXEC));
  itimerspec interval{};
  interval.it_interval.tv_nsec = interval.it_value.tv_nsec = kPollNanos;
  if (timer.valid()) ::timerfd_settime(timer.get(), 0, &interval, nullptr);
  return timer;
}

bool Join(const FileDescriptor& epoll, const FileDescriptor& source) {
  epoll_event event{};
  event.events = EPOLLIN;
  return ::epoll_ctl(epoll.get(), EPOLL_CTL_ADD, source.get(), &event) == 0;
}

}  // namespace

Result<Waker> Waker::Open(const std::string& directory) {
  Waker waker;
  waker.epoll_ = FileDescriptor(::epoll_create1(EPOLL_CLOEXEC));
  waker.event_ = FileDescriptor(::eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC));
  waker.timer_ = EveryPoll();
  if (!waker.epoll_.valid() || !Join(waker.epoll_, waker.event_) || !Join(waker.epoll_, waker.timer_))
    return tl::unexpected<Error>(SystemError("wait for changes of the log", directory, errno));
  waker.watch_ = WatchFile(LockPath(directory));
  if (waker.watch_.valid()) Join(waker.epoll_, waker.watch_);
  return waker;
}

void Waker::Signal() const { ::eventfd_write(event_.get(), 1); }

void Waker::Drain() const {
  std::array<char, 4096> ignored;
  for (const FileDescriptor* const source : {&event_, &timer_, &watch_})
    if (source->valid())
      while (::read(source->get(), ignored.data(), ignored.size()) > 0) {
      }
}

void Waker::Wait(Duration wait) const {
  const auto ms = std::chrono::ceil<std::chrono::milliseconds>(wait).count();
  pollfd descriptor{epoll_.get(), POLLIN, 0};
  ::poll(&descriptor, 1, static_cast<int>(std::clamp<int64_t>(ms, 0, 60'000)));
}

}  // namespace penstock::local
