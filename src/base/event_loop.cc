#include "base/event_loop.h"

#include <sys/epoll.h>
#include <sys/eventfd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <string>

namespace penstock {
namespace {

constexpr size_t kReadyMax = 256;  // told at once; what else is ready is told by the next Wait
constexpr Duration kWaitMax = std::chrono::hours(1);

Error SystemError(const std::string& what) { return {ErrorKind::kUnavailable, what + ": " + std::strerror(errno)}; }

// Whole milliseconds, rounded up: who waits for a moment is not woken before it.
int MillisecondsOf(Duration wait) {
  constexpr Duration kMillisecond = std::chrono::milliseconds(1);
  const Duration bounded = std::clamp(wait, Duration(0), kWaitMax);
  return static_cast<int>((bounded + kMillisecond - Duration(1)) / kMillisecond);
}

}  // namespace

Result<std::unique_ptr<EventLoop>> EventLoop::Make() {
  FileDescriptor epoll(::epoll_create1(EPOLL_CLOEXEC));
  FileDescriptor wake(::eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC));
  if (!epoll.valid() || !wake.valid()) return tl::unexpected<Error>(SystemError("cannot wait for descriptors"));
  std::unique_ptr<EventLoop> loop(new EventLoop(std::move(epoll), std::move(wake)));
  TRY(loop->WatchUrgent(loop->wake_.get(), loop.get()));
  return loop;
}

Result<void> EventLoop::Watch(int descriptor, uint32_t events, DescriptorWatcher* watcher) {
  const auto known = watched_.find(descriptor);
  if (known != watched_.end() && known->second.parked && known->second.events == events) {
    known->second.parked = false;
    known->second.watcher = watcher;
    return {};
  }
  const auto [place, is_new] = watched_.insert_or_assign(descriptor, Watched{watcher, ++watches_, events, false});
  epoll_event event{};
  event.events = events;
  event.data.u64 = KeyOf(descriptor, place->second.number);
  int failed = ::epoll_ctl(epoll_.get(), is_new ? EPOLL_CTL_ADD : EPOLL_CTL_MOD, descriptor, &event);
  // A descriptor that was closed without a word has left the set, and its number may have come again.
  if (failed != 0 && !is_new && errno == ENOENT) failed = ::epoll_ctl(epoll_.get(), EPOLL_CTL_ADD, descriptor, &event);
  if (failed == 0) return {};
  watched_.erase(place);
  return tl::unexpected<Error>(SystemError("cannot wait for a descriptor"));
}

Result<void> EventLoop::WatchUrgent(int descriptor, DescriptorWatcher* watcher) {
  TRY(Watch(descriptor, EPOLLIN, watcher));
  if (std::ranges::find(urgent_, descriptor, &pollfd::fd) != urgent_.end()) return {};
  urgent_.push_back({.fd = descriptor, .events = POLLIN, .revents = 0});
  return {};
}

void EventLoop::Forget(int descriptor) {
  std::erase_if(urgent_, [descriptor](const pollfd& one) { return one.fd == descriptor; });
  if (watched_.erase(descriptor) > 0) ::epoll_ctl(epoll_.get(), EPOLL_CTL_DEL, descriptor, nullptr);
}

void EventLoop::Park(int descriptor) {
  const auto found = watched_.find(descriptor);
  if (found != watched_.end()) found->second.parked = true;
}

void EventLoop::Wait(Duration wait) {
  std::array<epoll_event, kReadyMax> ready;
  const int count = ::epoll_wait(epoll_.get(), ready.data(), static_cast<int>(ready.size()), MillisecondsOf(wait));
  for (int i = 0; i < count; ++i) {
    const auto descriptor = static_cast<int>(ready[static_cast<size_t>(i)].data.u64 & UINT32_MAX);
    const auto found = watched_.find(descriptor);
    // One that was told before may have changed what is watched: then this is an event of another watch.
    if (found == watched_.end() || KeyOf(descriptor, found->second.number) != ready[static_cast<size_t>(i)].data.u64)
      continue;
    if (found->second.parked)
      Forget(descriptor);
    else if (found->second.watcher != nullptr)
      found->second.watcher->OnReady(descriptor, ready[static_cast<size_t>(i)].events);
  }
}

void EventLoop::WaitForUrgent(Duration wait) {
  std::vector<pollfd> ready = urgent_;  // who is told may change what is watched
  const auto nanoseconds = std::chrono::nanoseconds(std::clamp(wait, Duration(0), kWaitMax)).count();
  const timespec limit{.tv_sec = nanoseconds / 1'000'000'000, .tv_nsec = nanoseconds % 1'000'000'000};
  if (::ppoll(ready.data(), ready.size(), &limit, nullptr) <= 0) return;
  for (const pollfd& one : ready) {
    const auto found = one.revents == 0 ? watched_.end() : watched_.find(one.fd);
    // The flags are those of epoll.
    if (found != watched_.end() && found->second.watcher != nullptr)
      found->second.watcher->OnReady(one.fd, static_cast<uint32_t>(one.revents));
  }
}

void EventLoop::Wake() {
  const uint64_t one = 1;
  (void)!::write(wake_.get(), &one, sizeof(one));  // full: it is woken already
}

void EventLoop::OnReady(int /*descriptor*/, uint32_t /*events*/) {
  uint64_t count = 0;
  (void)!::read(wake_.get(), &count, sizeof(count));
}

}  // namespace penstock
