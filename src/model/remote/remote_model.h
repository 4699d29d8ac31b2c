// Models behind an HTTP API.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/result.h"
#include "model/call/call_policy.h"
#include "model/model.h"

namespace penstock {

enum class RemoteKind : uint8_t {
  kChat,        // POST {url}/chat/completions. Inputs: system (text, optional), user (text).
                // Outputs: text, answer (what `answer_schema` describes; null without one), finish_reason
  kEmbeddings,  // POST {url}/embeddings. Input: input (text). Output: embedding (a list of doubles)
  kHttp,        // Input: body (any value, sent as JSON; null: no body). Outputs: response (JSON), status (int)
};

struct RemoteEndpoint {
  std::string url;          // http:// or https://; of kHttp the whole of it
  std::string unix_socket;  // a path: the connection goes there
  std::optional<std::string> key;
  uint32_t priority = 0;
};

struct RemoteSpec {
  std::string name;     // as the pipeline calls it
  std::string version;  // empty: what the provider names
  RemoteKind kind = RemoteKind::kChat;
  std::vector<RemoteEndpoint> endpoints;
  std::string model;       // as the provider calls it
  std::string parameters;  // a JSON object whose members go into each request; empty: none
  bool has_system = false;
  std::string answer_schema;  // a JSON Schema; empty: the answer is text
  bool structured = true;     // whether the schema is sent to the provider
  bool stream = false;
  Duration stall = std::chrono::seconds(10);  // a stream that is silent for so long has ended
  std::string method = "POST";
  std::vector<std::pair<std::string, std::string>> headers;
  std::string ca_file;  // authorities to trust, in place of the system's
  size_t response_bytes_max = size_t{8} << 20;
  CallPolicy policy;
};

// Nothing is asked of the network. The error says what is wrong with the spec. `clock` outlives the model.
Result<std::unique_ptr<Model>> MakeRemoteModel(RemoteSpec spec, const Clock& clock);

}  // namespace penstock
