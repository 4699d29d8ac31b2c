#include "model/remote/request_parameters.h"

#include <algorithm>
#include <optional>

#include "event/collection.h"
#include "event/compare.h"
#include "event/json_parser.h"
#include "event/json_writer.h"

namespace penstock::remote {

Result<RequestParameters> ReadParameters(std::string_view json, std::span<const std::string_view> reserved) {
  RequestParameters read;
  if (json.empty()) return read;
  Arena arena;
  const Result<const JsonDocument*> parsed = JsonParser().Parse(json, arena);
  if (!parsed) return Invalid("the parameters are no JSON: " + parsed.error().message);
  if (!(*parsed)->root().Is(ValueKind::kMap))
    return Invalid("the parameters are no JSON object, such as {\"seed\": 1}");
  MapCursor cursor((*parsed)->root());
  for (Value key, value; cursor.Next(key, value);) {
    if (std::find(reserved.begin(), reserved.end(), key.text()) != reserved.end())
      return Invalid("the parameters have '" + std::string(key.text()) +
                     "', which the request gets from other settings; leave it out");
    AppendJsonString(key.text(), read.members);
    read.members += ':';
    AppendJson(value, read.members);
    read.members += ',';
    if (key.text() == "max_tokens" || key.text() == "max_completion_tokens")
      read.max_tokens = std::max(read.max_tokens, value.is_number() ? ExactInt(value).value_or(0) : 0);
  }
  return read;
}

}  // namespace penstock::remote
