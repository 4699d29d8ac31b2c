#include "model/remote/http_transfer.h"

#include <algorithm>
#include <cstdlib>
#include <initializer_list>
#include <string>
#include <utility>

#include "model/remote/curl_shard.h"

namespace penstock::remote {
namespace {

// A receive buffer for each request under way: small, because there may be ten thousand of them.
constexpr long kBufferBytes = 1024;
constexpr long kDnsSeconds = 30;
constexpr long kIdleSeconds = 60;
// So that what DNS says counts for connections that are never idle, too.
constexpr long kConnectionSeconds = 600;

template <typename T>
bool Set(CURL* handle, CURLoption option, T value) {
  return curl_easy_setopt(handle, option, value) == CURLE_OK;
}

// Where none is named, libcurl need not look through the environment for each request.
bool MayHaveProxy() {
  constexpr const char* kNames[] = {"http_proxy", "https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY"};
  return std::ranges::any_of(kNames, [](const char* name) { return std::getenv(name) != nullptr; });
}

std::string_view Trim(std::string_view text) {
  const size_t begin = text.find_first_not_of(" \t\r\n");
  if (begin == std::string_view::npos) return {};
  return text.substr(begin, text.find_last_not_of(" \t\r\n") - begin + 1);
}

struct Cause {
  CURLcode code;
  HttpFault fault;
  const char* reason;
};

constexpr Cause kCauses[] = {
    {CURLE_COULDNT_RESOLVE_HOST, HttpFault::kUnreachable, "resolve"},
    {CURLE_COULDNT_RESOLVE_PROXY, HttpFault::kUnreachable, "resolve"},
    {CURLE_COULDNT_CONNECT, HttpFault::kUnreachable, "connect"},
    {CURLE_OPERATION_TIMEDOUT, HttpFault::kUnreachable, "connect"},  // the only limit that is set is that of connects
    {CURLE_PROXY, HttpFault::kUnreachable, "proxy"},
    {CURLE_SSL_CONNECT_ERROR, HttpFault::kUnreachable, "tls"},
    {CURLE_PEER_FAILED_VERIFICATION, HttpFault::kUnreachable, "certificate"},
    {CURLE_SSL_CACERT_BADFILE, HttpFault::kUnreachable, "ca_file"},
    {CURLE_UNSUPPORTED_PROTOCOL, HttpFault::kCut, "protocol"},
    {CURLE_WEIRD_SERVER_REPLY, HttpFault::kCut, "protocol"},
    {CURLE_HTTP2, HttpFault::kCut, "protocol"},
    {CURLE_BAD_CONTENT_ENCODING, HttpFault::kCut, "protocol"},
};

}  // namespace

std::unique_ptr<const CurlTarget> CurlTarget::Make(const HttpTarget& target) {
  UrlHandle url(curl_url());
  if (url == nullptr || curl_url_set(url.get(), CURLUPART_URL, target.url.c_str(), 0) != CURLUE_OK) return nullptr;
  HeaderList headers;
  for (const std::string& header : target.headers) {
    curl_slist* const longer = curl_slist_append(headers.get(), header.c_str());
    if (longer == nullptr) return nullptr;
    (void)headers.release();
    headers.reset(longer);
  }
  return std::make_unique<const CurlTarget>(CurlTarget{std::move(url), std::move(headers), target});
}

std::unique_ptr<HttpTransfer> HttpTransfer::Make(const CurlTarget& target, const HttpLimits& limits, CURLSH* share,
                                                 EventLoop& loop) {
  std::unique_ptr<HttpTransfer> transfer(new HttpTransfer(limits));
  if (transfer->handle_ == nullptr || !transfer->SetUp(target, share, loop)) return nullptr;
  return transfer;
}

bool HttpTransfer::SetUp(const CurlTarget& of, CURLSH* share, EventLoop& loop) {
  CURL* const handle = handle_.get();
  const HttpTarget& settings = of.settings;
  method_ = &settings.method;
  bool ok = SetUpTrust();
  ok = ok && Set(handle, CURLOPT_CURLU, of.url.get()) && Set(handle, CURLOPT_PROTOCOLS_STR, "http,https");
  ok = ok && Set(handle, CURLOPT_HTTPHEADER, of.headers.get()) && Set(handle, CURLOPT_SHARE, share);
  ok = ok && Set(handle, CURLOPT_PRIVATE, this) && Set(handle, CURLOPT_ERRORBUFFER, error_.data());
  ok = ok && Set(handle, CURLOPT_HEADERFUNCTION, &OnHeader) && Set(handle, CURLOPT_HEADERDATA, this);
  ok = ok && Set(handle, CURLOPT_WRITEFUNCTION, &OnBody) && Set(handle, CURLOPT_WRITEDATA, this);
  ok = ok && Set(handle, CURLOPT_ACCEPT_ENCODING, "gzip, deflate") && Set(handle, CURLOPT_BUFFERSIZE, kBufferBytes);
  ok = ok && Set(handle, CURLOPT_SUPPRESS_CONNECT_HEADERS, 1L) && Set(handle, CURLOPT_FOLLOWLOCATION, 0L);
  ok = ok && Set(handle, CURLOPT_NOSIGNAL, 1L) && Set(handle, CURLOPT_TCP_KEEPALIVE, 1L);
  ok = ok && Set(handle, CURLOPT_TCP_NODELAY, 1L) && Set(handle, CURLOPT_DNS_CACHE_TIMEOUT, kDnsSeconds);
  ok =
      ok && Set(handle, CURLOPT_MAXAGE_CONN, kIdleSeconds) && Set(handle, CURLOPT_MAXLIFETIME_CONN, kConnectionSeconds);
  ok = ok && Set(handle, CURLOPT_CLOSESOCKETFUNCTION, &CurlShard::CloseSocket) &&
       Set(handle, CURLOPT_CLOSESOCKETDATA, &loop);
  const auto timeout = std::chrono::duration_cast<std::chrono::milliseconds>(limits_.connect_timeout);
  ok = ok && Set(handle, CURLOPT_CONNECTTIMEOUT_MS, static_cast<long>(timeout.count()));
  if (!settings.unix_socket.empty()) ok = ok && Set(handle, CURLOPT_UNIX_SOCKET_PATH, settings.unix_socket.c_str());
  if (!settings.unix_socket.empty() || !MayHaveProxy()) ok = ok && Set(handle, CURLOPT_PROXY, "");
  // A burst to a TLS server waits for its first connection, on which all of it may find room.
  return ok && Set(handle, CURLOPT_PIPEWAIT, settings.url.starts_with("https:") ? 1L : 0L);
}

bool HttpTransfer::SetUpTrust() {
  CURL* const handle = handle_.get();
  bool ok = Set(handle, CURLOPT_SSL_VERIFYPEER, 1L) && Set(handle, CURLOPT_SSL_VERIFYHOST, 2L);
  ok = ok && Set(handle, CURLOPT_SSLVERSION, static_cast<long>(CURL_SSLVERSION_TLSv1_2));
  // Without the folder, libcurl reads the file once and not for each connection; and of authorities that are named, no
  // others are trusted.
  ok = ok && Set(handle, CURLOPT_CAPATH, static_cast<const char*>(nullptr));
  return ok && (limits_.ca_file.empty() || Set(handle, CURLOPT_CAINFO, limits_.ca_file.c_str()));
}

void HttpTransfer::Prepare(std::string_view body, HttpReceiver& receiver) {
  receiver_ = &receiver;
  head_bytes_ = 0;
  body_bytes_ = 0;
  is_too_large_ = false;
  is_stopped_ = false;
  error_[0] = '\0';
  const bool may_be_empty = *method_ == "POST" || *method_ == "PUT" || *method_ == "PATCH";
  if (!body.empty() || may_be_empty) {
    curl_easy_setopt(handle_.get(), CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(body.size()));
    curl_easy_setopt(handle_.get(), CURLOPT_POSTFIELDS, body.empty() ? "" : body.data());
  } else {
    curl_easy_setopt(handle_.get(), CURLOPT_HTTPGET, 1L);
  }
  SetMethod(!body.empty() || may_be_empty);
}

void HttpTransfer::SetMethod(bool has_body) const {
  const bool is_implied = *method_ == (has_body ? "POST" : "GET");
  curl_easy_setopt(handle_.get(), CURLOPT_CUSTOMREQUEST, is_implied ? nullptr : method_->c_str());
}

size_t HttpTransfer::OnHeader(const char* bytes, size_t size, size_t count, void* self) {
  return static_cast<HttpTransfer*>(self)->TakeHeader({bytes, size * count}) ? size * count : 0;
}

size_t HttpTransfer::OnBody(const char* bytes, size_t size, size_t count, void* self) {
  // Any other number than that of the bytes ends the transfer, and an empty part has no other but this.
  return static_cast<HttpTransfer*>(self)->TakeBody({bytes, size * count}) ? size * count : size * count + 1;
}

bool HttpTransfer::TakeHeader(std::string_view line) {
  head_bytes_ += line.size();
  is_too_large_ = head_bytes_ > limits_.head_bytes_max;
  if (is_too_large_) return false;
  if (line.starts_with("HTTP/")) {
    receiver_->HeadBegins();
    return true;
  }
  const size_t colon = line.find(':');
  if (colon != std::string_view::npos) receiver_->Header(Trim(line.substr(0, colon)), Trim(line.substr(colon + 1)));
  return true;
}

bool HttpTransfer::TakeBody(std::string_view bytes) {
  is_too_large_ = bytes.size() > limits_.body_bytes_max - body_bytes_;
  if (is_too_large_) return false;
  body_bytes_ += bytes.size();
  long status = 0;
  curl_easy_getinfo(handle_.get(), CURLINFO_RESPONSE_CODE, &status);
  is_stopped_ = !receiver_->Body(static_cast<int>(status), bytes);
  return !is_stopped_;
}

HttpEnd HttpTransfer::EndOf(CURLcode code) const {
  HttpEnd end;
  long status = 0;
  curl_easy_getinfo(handle_.get(), CURLINFO_RESPONSE_CODE, &status);
  curl_off_t sent_after_us = 0;
  curl_easy_getinfo(handle_.get(), CURLINFO_PRETRANSFER_TIME_T, &sent_after_us);
  end.status = static_cast<int>(status);
  end.sent_after = std::chrono::microseconds(sent_after_us);
  if (code == CURLE_OK) return end;
  if (is_too_large_) {
    end.fault = HttpFault::kTooLarge;
    end.reason = "too_large";
    end.message = "the answer is larger than " + std::to_string(limits_.body_bytes_max) + " bytes, or its headers are";
    return end;
  }
  if (is_stopped_) {
    end.fault = HttpFault::kStopped;
    end.reason = "stopped";
    return end;
  }
  end.fault = HttpFault::kCut;
  end.reason = "cut";
  for (const Cause& cause : kCauses) {
    if (cause.code != code) continue;
    end.fault = cause.fault;
    end.reason = cause.reason;
  }
  end.message = error_[0] != '\0' ? error_.data() : curl_easy_strerror(code);
  return end;
}

}  // namespace penstock::remote
