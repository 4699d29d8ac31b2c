// Why an event could not be processed.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace penstock {

enum class DeadKind : uint8_t {
  kDecode,      // the value is no event: broken JSON, empty, too large, too deep
  kType,        // a field has another type than the contract says
  kContract,    // a rule of the contract does not hold
  kKey,         // the record's key is not what event.key says
  kTime,        // the event's time cannot be told, or lies too far ahead
  kExpression,  // an expression of a step failed
  kRequire,     // what a step requires does not hold
  kMask,        // a field could not be masked
  kNoRoute,     // no route matched
  kInput,       // the model's input could not be made
  kModel,       // the model failed, however often it was asked
  kDeadline,    // the time for the model's answer was over
  kOutage,      // no endpoint of the model was up
  kAnswer,      // what the model said does not parse, or is not what was asked for
  kRefusal,     // the model refused to answer
  kTruncated,   // the model's answer was cut for length
  kFiltered,    // a content filter kept the model's answer back
  kOutput,      // the model's answer could not be shaped
  kEmit,        // the output record could not be made
  kTooLarge,    // what was to be written is larger than the log takes
  kRefused,     // the log refused what was written
};
constexpr size_t kDeadKinds = 21;

// As the header penstock-error and the metrics have it: decode, no_route ...
std::string_view DeadKindName(DeadKind kind);

// Texts live as long as the batch. They may quote names, sizes and what the user wrote into the pipeline's file.
struct DeadLetter {
  DeadKind kind = DeadKind::kDecode;
  std::string_view message;
  std::string_view step;  // as in prepare[2].require; or route, emit ...
};

}  // namespace penstock
