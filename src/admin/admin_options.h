// Where the admin server listens, and whom it answers.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/result.h"

namespace penstock {

struct AdminOptions {
  std::string host = "127.0.0.1";  // an IP address, v4 or v6
  uint16_t port = 9464;            // 0: any that is free
  bool any_port_if_taken = false;
  std::string token{};  // what requests must carry as `Authorization: Bearer TOKEN`; empty: nothing
};

// Of HOST:PORT; HOST is an IP address, one of version 6 in brackets, or `localhost`. `token` is empty, or where the
// token stands: ${env:NAME} or ${file:PATH}. On an address that others can reach, there must be one.
Result<AdminOptions> ReadAdminOptions(std::string_view address, std::string_view token);

}  // namespace penstock
