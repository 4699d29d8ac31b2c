#include "admin/admin_listener.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include <cerrno>
#include <system_error>

namespace penstock {
namespace {

constexpr int kBacklog = 16;

// An address of either version, as system calls take it.
union Address {
  sockaddr any;
  sockaddr_in v4;
  sockaddr_in6 v6;
};

Address MakeAddress(const AdminOptions& options) {
  Address address{};
  if (inet_pton(AF_INET, options.host.c_str(), &address.v4.sin_addr) == 1) {
    address.v4.sin_family = AF_INET;
    address.v4.sin_port = htons(options.port);
  } else if (inet_pton(AF_INET6, options.host.c_str(), &address.v6.sin6_addr) == 1) {
    address.v6.sin6_family = AF_INET6;
    address.v6.sin6_port = htons(options.port);
  }
  return address;
}

// 0, or what went wrong.
int ListenOn(const FileDescriptor& socket, const Address& address) {
  const int yes = 1;
  // So that a restart need not wait for connections of the last run to be forgotten.
  setsockopt(socket.get(), SOL_SOCKET, SO_REUSEADDR, &yes, sizeof(yes));
  const socklen_t size = address.any.sa_family == AF_INET ? sizeof(address.v4) : sizeof(address.v6);
  if (bind(socket.get(), &address.any, size) != 0) return errno;
  return listen(socket.get(), kBacklog) == 0 ? 0 : errno;
}

uint16_t PortOf(const FileDescriptor& socket) {
  Address address{};
  socklen_t size = sizeof(address);
  getsockname(socket.get(), &address.any, &size);
  return ntohs(address.any.sa_family == AF_INET ? address.v4.sin_port : address.v6.sin6_port);
}

std::string UrlOf(const std::string& host, uint16_t port) {
  const bool is_v6 = host.find(':') != std::string::npos;
  return "http://" + (is_v6 ? "[" + host + "]" : host) + ":" + std::to_string(port);
}

}  // namespace

Result<AdminListener> AdminListener::Open(const AdminOptions& options) {
  const Address address = MakeAddress(options);
  FileDescriptor socket(::socket(address.any.sa_family, SOCK_STREAM | SOCK_CLOEXEC, 0));
  const int error = socket.get() < 0 ? errno : ListenOn(socket, address);
  if (error == 0) {
    std::string url = UrlOf(options.host, PortOf(socket));
    return AdminListener(std::move(socket), std::move(url));
  }
  if (error == EADDRINUSE && options.any_port_if_taken && options.port != 0) {
    AdminOptions any_port = options;
    any_port.port = 0;
    return Open(any_port);
  }
  const std::string reason = std::generic_category().message(error);
  return Fail(ErrorKind::kUnavailable, "--admin: cannot listen on " + UrlOf(options.host, options.port) + ": " +
                                           reason +
                                           "; choose another address, with port 0 for any that is free, or off");
}

}  // namespace penstock
