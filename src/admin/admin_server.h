// The admin server: metrics, health and readiness over HTTP.
#pragma once

#include <memory>
#include <string>

#include "admin/admin_listener.h"
#include "admin/admin_pages.h"
#include "base/clock.h"
#include "base/log.h"
#include "base/result.h"

namespace penstock {

// Bounds of what one client can cost.
struct AdminLimits {
  Duration connection = std::chrono::seconds(5);  // from the first byte to the last
  size_t request_bytes_max = 16 * 1024;           // headers and all
  size_t threads = 2;
  size_t waiting_max = 16;  // connections; others wait in the kernel, as far as it lets them
};

// Answers on threads of its own until it is destroyed, which takes no longer than a page that is being made. One
// request a connection.
class AdminServer {
 public:
  // `clock` and `logger` outlive the server, and so does what `source` borrows. An empty `token` demands none.
  static Result<std::unique_ptr<AdminServer>> Start(AdminListener listener, std::string token, AdminSource source,
                                                    const Clock& clock, const Logger& logger,
                                                    const AdminLimits& limits = {});
  virtual ~AdminServer() = default;
};

}  // namespace penstock
