// HTTP requests, many at once, on a worker's event loop.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/event_loop.h"
#include "base/result.h"

namespace penstock::remote {

// What all requests to one place have in common.
struct HttpTarget {
  std::string url;
  std::string unix_socket;  // a path: the connection goes there
  std::string method = "POST";
  std::vector<std::string> headers;  // "name: value"
};

struct HttpLimits {
  std::string ca_file;                      // authorities to trust, in place of the system's
  size_t body_bytes_max = size_t{8} << 20;  // of an answer, decompressed
  size_t head_bytes_max = size_t{64} << 10;
  Duration connect_timeout = std::chrono::seconds(10);
};

enum class HttpFault : uint8_t {
  kNone,
  kUnreachable,  // no connection came about
  kCut,          // it ended, or what came was no HTTP
  kTooLarge,     // the answer was larger than a limit
  kStopped,      // the receiver wanted no more
};

struct HttpEnd {
  HttpFault fault = HttpFault::kNone;
  int status = 0;         // 0: none came
  std::string reason;     // one word: resolve, connect, tls, certificate, cut, protocol, too_large ...
  std::string message;    // for people; names hosts, but no URL
  Duration sent_after{};  // from Begin() until the request went out
};

// Takes one answer. Only Ended() may use the client.
class HttpReceiver {
 public:
  virtual ~HttpReceiver() = default;
  // Headers follow. What came before belongs to an interim answer.
  virtual void HeadBegins() = 0;
  virtual void Header(std::string_view name, std::string_view value) = 0;
  // A part of the body, decompressed. False: no more is wanted.
  virtual bool Body(int status, std::string_view bytes) = 0;
  // Last; never from within Begin().
  virtual void Ended(const HttpEnd& end) = 0;
};

class HttpTransfer;

// Keeps connections open between requests, and uses HTTP/2 where a TLS server offers it. Certificates are always
// verified; redirects are not followed; proxies come from the environment. Used by one thread, that of the loop.
class HttpClient {
 public:
  // Loop and clock outlive the client; the clock is a real one, because libcurl reads the machine's. kInvalid: a target
  // that libcurl does not take.
  static Result<std::unique_ptr<HttpClient>> Make(std::vector<HttpTarget> targets, HttpLimits limits, EventLoop& loop,
                                                  const Clock& clock);
  virtual ~HttpClient() = default;

  // `target`: an index into `targets`. An empty body is none. Body and receiver live until Ended() or Abandon(), and so
  // long the transfer does.
  virtual HttpTransfer* Begin(size_t target, std::string_view body, HttpReceiver& receiver) = 0;
  // The receiver hears nothing more.
  virtual void Abandon(HttpTransfer* transfer) = 0;

  // Does all that is due, ends included.
  virtual void Turn() = 0;
  // How long nothing is due by itself.
  virtual Duration due() const = 0;
};

}  // namespace penstock::remote
