#include "model/remote/endpoint_url.h"

#include <algorithm>

#include "model/remote/curl_handle.h"

namespace penstock::remote {
namespace {

std::string Part(CURLU* url, CURLUPart part) {
  char* text = nullptr;
  if (curl_url_get(url, part, &text, 0) != CURLUE_OK) return {};
  return CurlText(text).get();
}

bool SetPart(CURLU* url, CURLUPart part, const std::string& text) {
  return curl_url_set(url, part, text.c_str(), 0) == CURLUE_OK;
}

std::string Shown(CURLU* url) {
  const std::string port = Part(url, CURLUPART_PORT);
  return Part(url, CURLUPART_SCHEME) + "://" + Part(url, CURLUPART_HOST) + (port.empty() ? "" : ":" + port) +
         Part(url, CURLUPART_PATH);
}

}  // namespace

Result<EndpointUrl> ParseEndpointUrl(std::string_view url, std::string_view suffix) {
  const UrlHandle parsed(curl_url());
  constexpr std::string_view kAdvice = "a URL such as https://llm.example.com/v1";
  for (const char c : url)
    if (static_cast<unsigned char>(c) <= ' ' || c == '\x7f')
      return Invalid("the URL has a space or a control character in it; write " + std::string(kAdvice));
  if (parsed == nullptr || !SetPart(parsed.get(), CURLUPART_URL, std::string(url)))
    return Invalid("the URL cannot be read; write " + std::string(kAdvice));
  const std::string scheme = Part(parsed.get(), CURLUPART_SCHEME);
  // libcurl is content with one slash, and with none of a scheme's.
  if ((scheme != "http" && scheme != "https") || !url.substr(std::min(scheme.size(), url.size())).starts_with("://"))
    return Invalid("the URL begins neither with http:// nor with https://; write " + std::string(kAdvice));
  std::string path = Part(parsed.get(), CURLUPART_PATH);
  if (!suffix.empty()) {
    while (path.ends_with('/')) path.pop_back();
    path += suffix;
  }
  SetPart(parsed.get(), CURLUPART_PATH, path);
  curl_url_set(parsed.get(), CURLUPART_FRAGMENT, nullptr, 0);
  return EndpointUrl{Part(parsed.get(), CURLUPART_URL), Shown(parsed.get()), scheme == "https"};
}

}  // namespace penstock::remote
