#include "app/admin_flags.h"

namespace penstock::app {
namespace {

constexpr std::string_view kDefaultAddress = "127.0.0.1:9464";

}  // namespace

void AddAdminFlags(CLI::App& command, AdminFlags& flags) {
  command.add_option("--admin", flags.address,
                     "Where metrics, health and readiness are answered over HTTP: HOST:PORT or off (default: "
                     "127.0.0.1:9464, or another port where that is taken)");
  command.add_option("--admin-token", flags.token,
                     "What requests to it must carry as a bearer token: ${env:NAME} or ${file:PATH}");
}

Result<AdminDoor> OpenAdminDoor(const AdminFlags& flags, Logger& logger) {
  if (flags.address == "off") return AdminDoor();
  const bool is_given = !flags.address.empty();
  TRY_ASSIGN(AdminOptions options, ReadAdminOptions(is_given ? flags.address : kDefaultAddress, flags.token));
  // Several processes on one machine are nothing unusual; whoever names a port wants that one.
  options.any_port_if_taken = !is_given;
  logger.Redact(options.token);
  TRY_ASSIGN(AdminListener listener, AdminListener::Open(options));
  logger.Info("admin server", {{"url", listener.url()}});
  return AdminDoor{std::move(listener), std::move(options.token)};
}

Result<std::unique_ptr<AdminServer>> StartAdmin(AdminDoor door, const Engine& engine, const Logger& logger) {
  if (!door.listener) return std::unique_ptr<AdminServer>();
  return AdminServer::Start(*std::move(door.listener), std::move(door.token),
                            SourceOf(engine, PENSTOCK_VERSION, logger), RealClock(), logger);
}

}  // namespace penstock::app
