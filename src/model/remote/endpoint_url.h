// Where requests go.
#pragma once

#include <string>
#include <string_view>

#include "base/result.h"

namespace penstock::remote {

struct EndpointUrl {
  std::string url;
  std::string shown;  // scheme, host, port and path: what messages may say of it
  bool is_tls = false;
};

// `url` begins with http:// or https://; `suffix`, such as "/chat/completions", goes to the end of its path. kInvalid:
// it is no such URL; the message repeats nothing of it, because a URL may hold a password.
Result<EndpointUrl> ParseEndpointUrl(std::string_view url, std::string_view suffix);

}  // namespace penstock::remote
