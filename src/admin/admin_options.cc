#include "admin/admin_options.h"

#include <arpa/inet.h>

#include <charconv>
#include <optional>

#include "config/secret.h"

namespace penstock {
namespace {

constexpr size_t kTokenBytesMin = 16;

// Whether only this machine reaches the address; nothing if it is none.
std::optional<bool> IsLoopback(const std::string& host) {
  in_addr v4{};
  if (inet_pton(AF_INET, host.c_str(), &v4) == 1) return ntohl(v4.s_addr) >> 24U == 127;
  in6_addr v6{};
  if (inet_pton(AF_INET6, host.c_str(), &v6) == 1) return IN6_IS_ADDR_LOOPBACK(&v6) != 0;
  return std::nullopt;
}

std::optional<uint16_t> ReadPort(std::string_view text) {
  uint16_t port = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), port);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return port;
}

// A name is resolved by nobody but us: what it stands for decides whether a token is needed.
std::string HostOf(std::string_view text) {
  if (text == "localhost") return "127.0.0.1";
  if (text.starts_with('[') && text.ends_with(']')) return std::string(text.substr(1, text.size() - 2));
  return text.find(':') == std::string_view::npos ? std::string(text) : "";
}

Result<std::string> ReadToken(std::string_view reference) {
  Result<std::string> token = ReadSecret(reference, "");
  if (!token) return Fail(token.error().kind, "--admin-token: " + token.error().message);
  if (token->size() < kTokenBytesMin)
    return Invalid("--admin-token: the token is shorter than " + std::to_string(kTokenBytesMin) +
                   " characters, which can be guessed; make one with: openssl rand -hex 32");
  return token;
}

}  // namespace

Result<AdminOptions> ReadAdminOptions(std::string_view address, std::string_view token) {
  const size_t colon = address.rfind(':');
  const std::string host = colon == std::string_view::npos ? "" : HostOf(address.substr(0, colon));
  const std::optional<bool> loopback = IsLoopback(host);
  const std::optional<uint16_t> port = ReadPort(address.substr(colon + 1));
  if (!loopback || !port)
    return Invalid("--admin: '" + std::string(address) +
                   "' is no address; it is written HOST:PORT with an IP address or localhost, such as 127.0.0.1:9464 "
                   "or [::]:9464; or off");
  AdminOptions options{.host = host, .port = *port, .any_port_if_taken = false, .token = ""};
  if (!token.empty()) {
    TRY_ASSIGN(options.token, ReadToken(token));
  } else if (!*loopback) {
    return Invalid("--admin: " + std::string(address) +
                   " can be reached by others, so it demands a token: add --admin-token '${env:NAME}' or "
                   "'${file:PATH}', or listen on 127.0.0.1");
  }
  return options;
}

}  // namespace penstock
