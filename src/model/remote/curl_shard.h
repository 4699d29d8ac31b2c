// Some of a client's transfers and connections.
#pragma once

#include <memory>
#include <optional>
#include <utility>

#include "base/clock.h"
#include "base/event_loop.h"
#include "model/remote/curl_handle.h"

namespace penstock::remote {

class HttpTransfer;

// One multi handle of libcurl's, on an event loop. For each transfer it goes through all connections that it has, more
// than once, and through the timers of all transfers: so it is given no more than kTransfersMax. Used by the loop's
// thread.
class CurlShard final : private DescriptorWatcher {
 public:
  static constexpr size_t kTransfersMax = 64;

  // Both outlive it. Null: out of memory.
  static std::unique_ptr<CurlShard> Make(EventLoop& loop, const Clock& clock);
  ~CurlShard() override;
  CurlShard(const CurlShard&) = delete;
  CurlShard& operator=(const CurlShard&) = delete;

  bool has_room() const { return transfers_ < kTransfersMax; }

  bool Add(CURL* handle);
  void Remove(CURL* handle);

  // For CURLOPT_CLOSESOCKETFUNCTION of each transfer, with the EventLoop as its data: connections outlive transfers.
  static int CloseSocket(void* loop, curl_socket_t socket);

  // Does what is due by time.
  void Turn(Duration now);
  // When something is due by itself.
  std::optional<Duration> due() const { return due_; }

  struct Done {
    CURL* handle;
    CURLcode code;
  };
  // Whether libcurl did something since this was asked last: only then transfers may have ended.
  bool TakeActivity() { return std::exchange(is_active_, false); }
  // A transfer that has ended; it is still to be removed.
  std::optional<Done> NextDone();

 private:
  CurlShard(EventLoop& loop, const Clock& clock) : loop_(loop), clock_(clock), multi_(curl_multi_init()) {}
  bool SetUp();
  void OnReady(int descriptor, uint32_t events) override;
  static int OnSocket(CURL* handle, curl_socket_t socket, int what, void* self, void* of_socket);
  static int OnTimer(CURLM* multi, long wait_ms, void* self);

  void Act(curl_socket_t socket, int what);

  EventLoop& loop_;
  const Clock& clock_;
  MultiHandle multi_;
  std::optional<Duration> due_;
  size_t transfers_ = 0;
  bool is_active_ = false;
};

}  // namespace penstock::remote
