#include "pipeline/remote_options.h"

#include <algorithm>
#include <filesystem>

#include "config/json.h"
#include "config/units.h"

namespace penstock {
namespace {

constexpr Shape kText{ShapeKind::kText};
constexpr Shape kDuration{ShapeKind::kDuration};
constexpr Shape kInteger{ShapeKind::kInteger};
constexpr Shape kFile{ShapeKind::kFile};
constexpr Shape kSecret{ShapeKind::kSecret};
constexpr Shape kJson{ShapeKind::kJson};

const Group& EndpointOptions() {
  static const Group group{
      .name = "endpoint",
      .doc = "One of several places where a model runs.",
      .options = {{.name = "url",
                   .shape = kText,
                   .doc = "Where it is.",
                   .example = "https://eu.llm.example.com/v1",
                   .required = true},
                  {.name = "key", .shape = kSecret, .doc = "Its own key.", .example = "'${env:EU_KEY}'"},
                  {.name = "socket",
                   .shape = {ShapeKind::kText},
                   .doc = "The path of a Unix socket that the connection goes to.",
                   .example = "/run/llm.sock"},
                  {.name = "priority",
                   .shape = kInteger,
                   .doc = "Those of the lowest number that are up are asked; the others stand in for them.",
                   .example = "1",
                   .fallback = "0"}},
  };
  return group;
}

const Group& RetryOptions() {
  static const Group group{
      .name = "retry",
      .doc =
          "How an attempt that failed for a reason that may pass is made again. Waits grow exponentially, with full "
          "jitter; a provider's `Retry-After` is obeyed.",
      .options = {{.name = "attempts",
                   .shape = kInteger,
                   .doc = "How many there are at most, the first among them.",
                   .example = "5",
                   .fallback = "`5`"},
                  {.name = "base",
                   .shape = kDuration,
                   .doc = "The longest that the first wait can be.",
                   .example = "500ms",
                   .fallback = "`500ms`"},
                  {.name = "cap",
                   .shape = kDuration,
                   .doc = "The longest that any wait can be.",
                   .example = "30s",
                   .fallback = "`30s`"}},
  };
  return group;
}

const Group& LimitOptions() {
  static const Group group{
      .name = "limits",
      .doc =
          "What the model may get from the whole pipeline; each process has the share of its partitions. What has "
          "to wait, waits; nothing is refused. Where the provider says that it takes less, that holds.",
      .options = {{.name = "in_flight",
                   .shape = kInteger,
                   .doc = "Attempts at one time.",
                   .example = "2000",
                   .fallback = "`256`"},
                  {.name = "requests_per_minute",
                   .shape = kInteger,
                   .doc = "Attempts in a minute.",
                   .example = "5000",
                   .fallback = "no limit"},
                  {.name = "tokens_per_minute",
                   .shape = kInteger,
                   .doc = "Tokens in a minute, of prompts and answers: estimated before an attempt, and corrected by "
                          "what the provider counted.",
                   .example = "2000000",
                   .fallback = "no limit"}},
  };
  return group;
}

// Options that all kinds of API have.
std::vector<Option> EndpointsOf(std::string_view url_example) {
  static const Shape endpoint{.kind = ShapeKind::kGroup, .group = &EndpointOptions()};
  static const Shape endpoints{.kind = ShapeKind::kList, .element = &endpoint};
  static const Shape headers{.kind = ShapeKind::kMap, .element = &kText};
  return {{.name = "url", .shape = kText, .doc = "Where it is.", .example = url_example},
          {.name = "endpoints",
           .shape = endpoints,
           .doc = "Several places, instead of `url`. The least loaded of those that are up is asked.",
           .example = "[{ url: 'https://a.example.com/v1' }, { url: 'https://b.example.com/v1', priority: 1 }]"},
          {.name = "key", .shape = kSecret, .doc = "Sent as a bearer token.", .example = "'${env:OPENAI_API_KEY}'"},
          {.name = "headers",
           .shape = headers,
           .doc = "Sent with each request. A value that is `${env:NAME}` or `${file:PATH}` is a secret.",
           .example = "{ x-team: fraud }"},
          {.name = "ca",
           .shape = kFile,
           .doc = "The authorities to trust, a file in PEM, in place of the system's.",
           .example = "ca.pem"}};
}

std::string PathOf(const YamlNode& node, const std::string& folder) {
  return (std::filesystem::path(folder) / node.text).string();
}

Duration DurationOr(const YamlNode* node, Duration fallback) {
  return node == nullptr ? fallback : ParsePositiveDuration(node->text).value_or(fallback);
}

std::optional<int64_t> PositiveCount(const YamlNode* node, Problems& problems) {
  if (node == nullptr) return std::nullopt;
  const std::optional<int64_t> count = ParseCount(node->text);
  if (count && *count > 0) return count;
  problems.Add(node->offset, "with 0 of it, nothing would ever be asked");
  return std::nullopt;
}

std::string TextOf(const YamlNode* node) { return node == nullptr ? std::string() : node->text; }

bool IsUrl(std::string_view url) {
  for (const std::string_view scheme : {"http://", "https://"})
    if (url.starts_with(scheme) && url.size() > scheme.size()) return true;
  return false;
}

void ReadEndpoint(const YamlNode& url, const YamlNode* endpoint, const YamlNode* common_key, RemoteSpec& spec,
                  Problems& problems) {
  RemoteEndpoint& read = spec.endpoints.emplace_back();
  read.url = url.text;
  if (!IsUrl(read.url)) problems.Add(url.offset, "a url begins with https:// or http://");
  if (read.url.find('@') < read.url.find('/', 8))
    problems.Add(url.offset, "a secret does not belong into a url: say `key: '${env:NAME}'`");
  const YamlNode* const own_key = endpoint == nullptr ? nullptr : endpoint->Find("key");
  const YamlNode* const key = own_key == nullptr ? common_key : own_key;
  if (key != nullptr) read.key = key->text;
  if (endpoint == nullptr) return;
  read.unix_socket = TextOf(endpoint->Find("socket"));
  if (const YamlNode* const priority = endpoint->Find("priority"))
    read.priority = static_cast<uint32_t>(std::clamp<int64_t>(ParseCount(priority->text).value_or(0), 0, 1000));
}

void ReadEndpoints(const YamlNode& api, RemoteSpec& spec, Problems& problems) {
  const YamlNode* const url = api.Find("url");
  const YamlNode* const endpoints = api.Find("endpoints");
  if ((url == nullptr) == (endpoints == nullptr))
    return problems.Add(api.offset, "say where it is: either `url` or `endpoints`");
  if (url != nullptr) ReadEndpoint(*url, nullptr, api.Find("key"), spec, problems);
  if (endpoints == nullptr) return;
  if (endpoints->items.empty()) problems.Add(endpoints->offset, "there is no endpoint");
  for (const YamlNode& endpoint : endpoints->items)
    if (const YamlNode* const place = endpoint.Find("url"))
      ReadEndpoint(*place, &endpoint, api.Find("key"), spec, problems);
}

void ReadPolicy(const YamlNode& model, CallPolicy& policy, Problems& problems) {
  policy.timeout = DurationOr(model.Find("timeout"), policy.timeout);
  policy.deadline = DurationOr(model.Find("deadline"), policy.deadline);
  policy.wait_in_outage = TextOf(model.Find("on_outage")) != "fallback";
  if (const YamlNode* const retry = model.Find("retry")) {
    const std::optional<int64_t> attempts = PositiveCount(retry->Find("attempts"), problems);
    if (attempts) policy.retry.attempts = static_cast<uint32_t>(std::min<int64_t>(*attempts, 1000));
    policy.retry.base = DurationOr(retry->Find("base"), policy.retry.base);
    policy.retry.cap = DurationOr(retry->Find("cap"), policy.retry.cap);
  }
  if (const YamlNode* const limits = model.Find("limits")) {
    policy.limits.in_flight = PositiveCount(limits->Find("in_flight"), problems).value_or(policy.limits.in_flight);
    policy.limits.requests_per_minute = PositiveCount(limits->Find("requests_per_minute"), problems);
    policy.limits.tokens_per_minute = PositiveCount(limits->Find("tokens_per_minute"), problems);
  }
}

}  // namespace

const Group& OpenAiOptions() {
  static const Group group = [] {
    Group options{.name = "openai",
                  .doc = "A model behind the API of OpenAI, which many servers have: chat completions and embeddings.",
                  .options = EndpointsOf("https://llm.example.com/v1")};
    options.options.insert(
        options.options.end(),
        {{.name = "model",
          .shape = kText,
          .doc = "What the provider calls the model.",
          .example = "some-model",
          .required = true},
         {.name = "task",
          .shape = {.kind = ShapeKind::kChoice, .choices = {"chat", "embeddings"}},
          .doc = "What is asked for. `chat` takes `prompt` and gives `text`, `answer` (with a schema) and "
                 "`finish_reason`; `embeddings` takes `input: { input: .. }` and gives `embedding`.",
          .example = "embeddings",
          .fallback = "`chat`"},
         {.name = "parameters",
          .shape = kJson,
          .doc = "Members of each request, such as temperature and max_tokens.",
          .example = "{ temperature: 0, max_tokens: 500 }"},
         {.name = "structured",
          .shape = {ShapeKind::kBool},
          .doc = "Whether the schema of `answer` is sent to the provider. It is checked here in any case.",
          .example = "false",
          .fallback = "`true`"},
         {.name = "stream",
          .shape = {ShapeKind::kBool},
          .doc = "Whether the answer is read as it is written: the time to the first token is measured then, and an "
                 "answer that stalls is given up early.",
          .example = "true",
          .fallback = "`false`"},
         {.name = "stall",
          .shape = kDuration,
          .doc = "How long a stream may be silent.",
          .example = "10s",
          .fallback = "`10s`"}});
    return options;
  }();
  return group;
}

const Group& HttpOptions() {
  static const Group group = [] {
    Group options{.name = "http",
                  .doc =
                      "Any endpoint that speaks JSON. It takes `input: { body: .. }`, an expression whose value is "
                      "sent as JSON, and gives `response`, which is its JSON, and `status`.",
                  .options = EndpointsOf("https://scores.example.com/v2/score")};
    options.options.push_back({.name = "method",
                               .shape = {.kind = ShapeKind::kChoice, .choices = {"POST", "PUT", "GET"}},
                               .doc = "How it is asked.",
                               .example = "PUT",
                               .fallback = "`POST`"});
    return options;
  }();
  return group;
}

std::vector<Option> CallOptions() {
  return {{.name = "timeout",
           .shape = kDuration,
           .doc = "How long one attempt may take.",
           .example = "20s",
           .fallback = "`30s`"},
          {.name = "deadline",
           .shape = kDuration,
           .doc = "How long a call may take, from its first permitted attempt on. Waiting for a limit or in an outage "
                  "does not count.",
           .example = "2m",
           .fallback = "`2m`"},
          {.name = "retry",
           .shape = {.kind = ShapeKind::kGroup, .group = &RetryOptions()},
           .doc = "How attempts that failed are made again.",
           .example = "{ attempts: 5, base: 500ms, cap: 30s }"},
          {.name = "limits",
           .shape = {.kind = ShapeKind::kGroup, .group = &LimitOptions()},
           .doc = "What the model may get from the whole pipeline.",
           .example = "{ in_flight: 2000, requests_per_minute: 5000 }"},
          {.name = "on_outage",
           .shape = {.kind = ShapeKind::kChoice, .choices = {"wait", "fallback"}},
           .doc = "What happens while no endpoint is up.",
           .example = "fallback",
           .fallback = "`wait`"}};
}

RemoteSpec ReadRemoteSpec(const YamlEntry& model, const std::string& folder, Problems& problems) {
  const YamlNode& node = model.value;
  const YamlNode* const openai = node.Find("openai");
  const YamlNode& api = openai != nullptr ? *openai : *node.Find("http");
  RemoteSpec spec;
  spec.name = model.name;
  spec.version = TextOf(node.Find("version"));
  spec.kind = openai == nullptr                          ? RemoteKind::kHttp
              : TextOf(api.Find("task")) == "embeddings" ? RemoteKind::kEmbeddings
                                                         : RemoteKind::kChat;
  ReadEndpoints(api, spec, problems);
  spec.model = TextOf(api.Find("model"));
  if (const YamlNode* const parameters = api.Find("parameters")) {
    spec.parameters = JsonOf(*parameters);
    if (!spec.parameters.starts_with('{')) problems.Add(parameters->offset, "parameters are a map");
  }
  spec.structured = TextOf(api.Find("structured")) != "false";
  spec.stream = TextOf(api.Find("stream")) == "true";
  spec.stall = DurationOr(api.Find("stall"), spec.stall);
  if (const YamlNode* const method = api.Find("method")) spec.method = method->text;
  if (const YamlNode* const headers = api.Find("headers"))
    for (const YamlEntry& header : headers->entries) spec.headers.emplace_back(header.name, header.value.text);
  if (const YamlNode* const ca = api.Find("ca")) spec.ca_file = PathOf(*ca, folder);
  ReadPolicy(node, spec.policy, problems);
  for (const RemoteEndpoint& endpoint : spec.endpoints) spec.policy.endpoint_priorities.push_back(endpoint.priority);
  spec.policy.endpoint_priorities.erase(spec.policy.endpoint_priorities.begin());
  return spec;
}

}  // namespace penstock
