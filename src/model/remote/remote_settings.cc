#include "model/remote/remote_settings.h"

#include <sys/un.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstring>
#include <string_view>
#include <utility>

#include "model/remote/endpoint_url.h"

namespace penstock::remote {
namespace {

constexpr size_t kResponseBytesMax = size_t{16} << 20;  // what a JsonParser takes

bool IsNameCharacter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
         std::string_view("!#$%&'*+-.^_`|~").find(c) != std::string_view::npos;
}

bool IsHeaderValue(std::string_view value) {
  return std::all_of(value.begin(), value.end(), [](char c) {
    const auto byte = static_cast<unsigned char>(c);
    return byte >= ' ' ? byte != 0x7f : byte == '\t';
  });
}

std::string_view Trim(std::string_view text) {
  constexpr std::string_view kSpace = " \t\r\n";
  const size_t begin = text.find_first_not_of(kSpace);
  if (begin == std::string_view::npos) return {};
  return text.substr(begin, text.find_last_not_of(kSpace) - begin + 1);
}

bool IsSameName(std::string_view a, std::string_view b) {
  return a.size() == b.size() && ::strncasecmp(a.data(), b.data(), a.size()) == 0;
}

// Values are not repeated: they may be secret.
Result<void> CheckHeaders(const RemoteSpec& spec) {
  for (const auto& [name, value] : spec.headers) {
    if (name.empty() || !std::all_of(name.begin(), name.end(), IsNameCharacter))
      return Invalid("a header has a name that HTTP does not allow; write letters, digits and dashes");
    if (!IsHeaderValue(Trim(value)))
      return Invalid("the value of the header '" + name + "' has a line break or a control character in it");
  }
  return {};
}

Result<void> CheckSpec(const RemoteSpec& spec) {
  constexpr std::array<std::string_view, 5> kMethods = {"GET", "POST", "PUT", "PATCH", "DELETE"};
  if (spec.endpoints.empty()) return Invalid("it has no endpoint; give it a URL");
  if (std::find(kMethods.begin(), kMethods.end(), spec.method) == kMethods.end())
    return Invalid("the method is to be GET, POST, PUT, PATCH or DELETE");
  if (spec.kind != RemoteKind::kHttp && spec.method != "POST")
    return Invalid("this kind of model is asked by POST; leave the method out");
  if (spec.response_bytes_max == 0 || spec.response_bytes_max > kResponseBytesMax)
    return Invalid("the limit for answers is to be between 1 byte and 16 MiB");
  if (spec.stall <= Duration(0)) return Invalid("the time after which a silent stream has ended is to be above 0");
  if (!spec.ca_file.empty() && ::access(spec.ca_file.c_str(), R_OK) != 0)
    return Invalid("the file of authorities " + spec.ca_file + " cannot be read: " + std::strerror(errno));
  return CheckHeaders(spec);
}

// A default that the spec's own headers take the place of.
void AddDefault(const RemoteSpec& spec, std::string_view name, std::string_view value, HttpTarget& target) {
  for (const auto& [own, _] : spec.headers)
    if (IsSameName(own, name)) return;
  target.headers.push_back(std::string(name) + ": " + std::string(value));
}

void AddHeaders(const RemoteSpec& spec, const Protocol& protocol, std::string_view key, HttpTarget& target) {
  AddDefault(spec, "User-Agent", "penstock", target);
  AddDefault(spec, "Content-Type", "application/json", target);
  AddDefault(spec, "Accept", protocol.accept(), target);
  if (!key.empty()) AddDefault(spec, "Authorization", "Bearer " + std::string(key), target);
  for (const auto& [name, value] : spec.headers) {
    const std::string_view trimmed = Trim(value);
    // libcurl leaves a header without a value out, but for one that ends so.
    target.headers.push_back(trimmed.empty() ? name + ";" : name + ": " + std::string(trimmed));
  }
  target.headers.emplace_back("Expect:");  // nobody waits for leave to send a body
}

Result<void> AddEndpoint(const RemoteEndpoint& endpoint, RemoteSettings& settings) {
  TRY_ASSIGN(EndpointUrl url, ParseEndpointUrl(endpoint.url, settings.protocol->path_suffix()));
  if (endpoint.unix_socket.size() >= sizeof(sockaddr_un{}.sun_path))
    return Invalid("the path of the Unix socket is too long; it may have 107 bytes");
  const std::string_view key = endpoint.key ? Trim(*endpoint.key) : std::string_view();
  if (!IsHeaderValue(key)) return Invalid("the key has a line break or a control character in it");
  if (endpoint.key && key.empty()) return Invalid("the key is empty");
  if (!key.empty()) settings.secrets.Add(key);
  HttpTarget target;
  target.url = std::move(url.url);
  target.unix_socket = endpoint.unix_socket;
  target.method = settings.spec.method;
  AddHeaders(settings.spec, *settings.protocol, key, target);
  settings.targets.push_back(std::move(target));
  settings.shown.push_back(std::move(url.shown));
  return {};
}

}  // namespace

Result<std::unique_ptr<const RemoteSettings>> MakeRemoteSettings(RemoteSpec spec) {
  TRY(CheckSpec(spec));
  auto settings = std::make_unique<RemoteSettings>();
  TRY_ASSIGN(settings->protocol, MakeProtocol(spec));
  settings->spec = std::move(spec);
  settings->spec.policy.endpoint_priorities.clear();
  for (const auto& [name, value] : settings->spec.headers)
    if (!IsSameName(name, "Content-Type") && !IsSameName(name, "Accept")) settings->secrets.Add(Trim(value));
  for (const RemoteEndpoint& endpoint : settings->spec.endpoints) {
    TRY(AddEndpoint(endpoint, *settings));
    settings->spec.policy.endpoint_priorities.push_back(endpoint.priority);
  }
  return settings;
}

}  // namespace penstock::remote
