#include "pipeline/refusal.h"

#include <algorithm>
#include <vector>

#include "steps/dead_letter.h"

namespace penstock {
namespace {

constexpr size_t kKeyBytesMax = size_t{1} << 10;
constexpr size_t kHeaderBytesMax = size_t{1} << 10;
constexpr size_t kReasonBytesMax = size_t{1} << 10;
constexpr std::string_view kError = "penstock-error";

bool Names(const Header& header, std::string_view name) { return header.name == name; }

// What a dead letter says of its own, and what was true of the refused record only.
bool IsReplaced(const Header& header) {
  return Names(header, kError) || Names(header, "penstock-error-message") || Names(header, "penstock-step") ||
         Names(header, "penstock-answered") || Names(header, "penstock-answer");
}

}  // namespace

Result<void> ReplaceRefused(OutBatch& batch, size_t number, const std::string& dead_topic, std::string_view reason) {
  OutRecord record = batch.records()[number];
  const bool is_dead = batch.topics()[record.topic] == dead_topic;
  const std::string_view refused = DeadKindName(DeadKind::kRefused);
  const bool is_shortened = std::any_of(record.headers.begin(), record.headers.end(), [&](const Header& header) {
    return Names(header, kError) && header.value == refused;
  });
  if (is_dead && is_shortened)
    return Fail(ErrorKind::kUnavailable, "the topic '" + dead_topic + "' refuses even a shortened dead letter (" +
                                             std::string(reason) + "); let it take records of 16 KiB");
  std::vector<Header> headers;
  for (const Header& header : record.headers)
    if (!IsReplaced(header) && header.value && header.value->size() <= kHeaderBytesMax) headers.push_back(header);
  const std::string message =
      "the topic '" + batch.topics()[record.topic] + "' refused the record: " + std::string(reason);
  headers.push_back({kError, refused});
  headers.push_back({"penstock-error-message", batch.arena().Copy(message.substr(0, kReasonBytesMax))});
  headers.push_back({"penstock-step", "commit"});
  record.topic = batch.TopicNumber(dead_topic);
  record.value.reset();
  if (record.key && record.key->size() > kKeyBytesMax) record.key.reset();
  const std::span<Header> copy = batch.arena().AllocateArray<Header>(headers.size());
  std::copy(headers.begin(), headers.end(), copy.begin());
  record.headers = copy;
  batch.Replace(number, record);
  return {};
}

}  // namespace penstock
