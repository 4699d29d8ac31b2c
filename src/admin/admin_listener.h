// A socket on which requests to the admin server can wait.
#pragma once

#include <string>

#include "admin/admin_options.h"
#include "base/file_descriptor.h"
#include "base/result.h"

namespace penstock {

// Connections that come before the server has started are answered once it has.
class AdminListener {
 public:
  static Result<AdminListener> Open(const AdminOptions& options);

  // As in http://127.0.0.1:9464
  const std::string& url() const { return url_; }
  FileDescriptor TakeSocket() { return std::move(socket_); }

 private:
  AdminListener(FileDescriptor socket, std::string url) : socket_(std::move(socket)), url_(std::move(url)) {}

  FileDescriptor socket_;
  std::string url_;
};

}  // namespace penstock
