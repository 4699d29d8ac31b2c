// --admin and --admin-token of the commands that run a pipeline.
#pragma once

#include <CLI/CLI.hpp>
#include <memory>
#include <optional>
#include <string>

#include "admin/admin_listener.h"
#include "admin/admin_server.h"
#include "base/log.h"
#include "base/result.h"

namespace penstock::app {

struct AdminFlags {
  std::string address;  // empty where it is not given
  std::string token;
};

void AddAdminFlags(CLI::App& command, AdminFlags& flags);

// Where requests wait until there is something to tell: opened first, so that a wrong address shows before any work.
struct AdminDoor {
  std::optional<AdminListener> listener;  // none: the admin server is off
  std::string token;
};

// The token is hidden in what `logger` writes from now on.
Result<AdminDoor> OpenAdminDoor(const AdminFlags& flags, Logger& logger);

// Null where it is off. The engine and the logger outlive the server.
Result<std::unique_ptr<AdminServer>> StartAdmin(AdminDoor door, const Engine& engine, const Logger& logger);

}  // namespace penstock::app
