#include "model/remote/curl_shard.h"

#include <sys/epoll.h>
#include <unistd.h>

namespace penstock::remote {

std::unique_ptr<CurlShard> CurlShard::Make(EventLoop& loop, const Clock& clock) {
  std::unique_ptr<CurlShard> shard(new CurlShard(loop, clock));
  if (shard->multi_ == nullptr || !shard->SetUp()) return nullptr;
  return shard;
}

bool CurlShard::SetUp() {
  CURLM* const multi = multi_.get();
  constexpr auto kMax = static_cast<long>(kTransfersMax);
  return curl_multi_setopt(multi, CURLMOPT_SOCKETFUNCTION, &OnSocket) == CURLM_OK &&
         curl_multi_setopt(multi, CURLMOPT_SOCKETDATA, this) == CURLM_OK &&
         curl_multi_setopt(multi, CURLMOPT_TIMERFUNCTION, &OnTimer) == CURLM_OK &&
         curl_multi_setopt(multi, CURLMOPT_TIMERDATA, this) == CURLM_OK &&
         curl_multi_setopt(multi, CURLMOPT_MAXCONNECTS, kMax) == CURLM_OK &&
         curl_multi_setopt(multi, CURLMOPT_MAX_CONCURRENT_STREAMS, kMax) == CURLM_OK;
}

// libcurl tells while it closes connections, and `this` is whole so long.
CurlShard::~CurlShard() { multi_.reset(); }

bool CurlShard::Add(CURL* handle) {
  if (curl_multi_add_handle(multi_.get(), handle) != CURLM_OK) return false;
  ++transfers_;
  return true;
}

void CurlShard::Remove(CURL* handle) {
  curl_multi_remove_handle(multi_.get(), handle);
  --transfers_;
}

void CurlShard::Turn(Duration now) {
  if (!due_ || *due_ > now) return;
  due_.reset();
  Act(CURL_SOCKET_TIMEOUT, 0);
}

void CurlShard::Act(curl_socket_t socket, int what) {
  is_active_ = true;
  int running = 0;
  curl_multi_socket_action(multi_.get(), socket, what, &running);
}

std::optional<CurlShard::Done> CurlShard::NextDone() {
  int left = 0;
  const CURLMsg* const message = curl_multi_info_read(multi_.get(), &left);
  if (message == nullptr) return std::nullopt;
  return Done{message->easy_handle, message->data.result};
}

void CurlShard::OnReady(int descriptor, uint32_t events) {
  int what = 0;
  if ((events & (EPOLLIN | EPOLLHUP)) != 0) what |= CURL_CSELECT_IN;
  if ((events & EPOLLOUT) != 0) what |= CURL_CSELECT_OUT;
  if ((events & EPOLLERR) != 0) what |= CURL_CSELECT_ERR;
  Act(descriptor, what);
}

int CurlShard::OnSocket(CURL* /*handle*/, curl_socket_t socket, int what, void* self, void* /*of_socket*/) {
  auto& shard = *static_cast<CurlShard*>(self);
  if (what == CURL_POLL_REMOVE) {
    // Mostly its connection is kept, for a transfer soon; where it is closed, CloseSocket() says so.
    shard.loop_.Park(socket);
    return 0;
  }
  const uint32_t events =
      ((what & CURL_POLL_IN) != 0 ? uint32_t{EPOLLIN} : 0U) | ((what & CURL_POLL_OUT) != 0 ? uint32_t{EPOLLOUT} : 0U);
  // Where the system cannot watch one more descriptor, the attempt runs into its time limit.
  (void)shard.loop_.Watch(socket, events, &shard);
  return 0;
}

int CurlShard::CloseSocket(void* loop, curl_socket_t socket) {
  static_cast<EventLoop*>(loop)->Forget(socket);
  return ::close(socket);
}

int CurlShard::OnTimer(CURLM* /*multi*/, long wait_ms, void* self) {
  auto& shard = *static_cast<CurlShard*>(self);
  shard.due_.reset();
  if (wait_ms >= 0) shard.due_ = shard.clock_.Monotonic() + std::chrono::milliseconds(wait_ms);
  return 0;
}

}  // namespace penstock::remote
