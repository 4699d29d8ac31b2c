// One request at a time, with a handle of libcurl's that is set up once.
#pragma once

#include <array>
#include <memory>
#include <string_view>

#include "base/event_loop.h"
#include "model/remote/curl_handle.h"
#include "model/remote/http_client.h"

namespace penstock::remote {

class CurlShard;

// What libcurl is given of a target: made once, and used by all transfers to it.
struct CurlTarget {
  // Null: out of memory, or libcurl cannot read the URL.
  static std::unique_ptr<const CurlTarget> Make(const HttpTarget& target);

  UrlHandle url;  // parsed, which libcurl would else do for each request, and write it out again
  HeaderList headers;
  const HttpTarget& settings;
};

class HttpTransfer {
 public:
  // All outlive it. Null: libcurl takes no such target.
  static std::unique_ptr<HttpTransfer> Make(const CurlTarget& target, const HttpLimits& limits, CURLSH* share,
                                            EventLoop& loop);
  HttpTransfer(const HttpTransfer&) = delete;
  HttpTransfer& operator=(const HttpTransfer&) = delete;

  void Prepare(std::string_view body, HttpReceiver& receiver);
  HttpEnd EndOf(CURLcode code) const;
  HttpReceiver& receiver() const { return *receiver_; }
  CURL* handle() const { return handle_.get(); }

  // Whose it is at present, for the client.
  size_t target = 0;
  size_t place = 0;
  CurlShard* shard = nullptr;

 private:
  explicit HttpTransfer(const HttpLimits& limits) : limits_(limits), handle_(curl_easy_init()) {}
  bool SetUp(const CurlTarget& of, CURLSH* share, EventLoop& loop);
  bool SetUpTrust();
  void SetMethod(bool has_body) const;
  static size_t OnHeader(const char* bytes, size_t size, size_t count, void* self);
  static size_t OnBody(const char* bytes, size_t size, size_t count, void* self);
  bool TakeHeader(std::string_view line);
  bool TakeBody(std::string_view bytes);

  const HttpLimits& limits_;
  EasyHandle handle_;
  std::array<char, CURL_ERROR_SIZE> error_{};
  const std::string* method_ = nullptr;
  HttpReceiver* receiver_ = nullptr;
  size_t head_bytes_ = 0;
  size_t body_bytes_ = 0;
  bool is_too_large_ = false;
  bool is_stopped_ = false;
};

}  // namespace penstock::remote
