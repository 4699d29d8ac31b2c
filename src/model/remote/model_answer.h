// What a model said, between the attempt that brought it and the predictor that reads it.
#pragma once

#include <string>
#include <string_view>

namespace penstock::remote {

struct ModelAnswer {
  int status = 0;             // of HTTP
  std::string finish_reason;  // as the provider says: stop, length, content_filter ...
  std::string version;        // the model, as the provider names it
  bool is_refusal = false;
  std::string text;  // the answer; where it is a refusal, the words of that
};

// Names are cut to what is printable ASCII, and to 128 bytes: they go into headers and metrics.
std::string Pack(const ModelAnswer& answer);

// Of what Pack() wrote; the views borrow from it.
struct UnpackedAnswer {
  int status = 0;
  std::string_view finish_reason;
  std::string_view version;
  bool is_refusal = false;
  std::string_view text;
};
UnpackedAnswer Unpack(std::string_view packed);

}  // namespace penstock::remote
