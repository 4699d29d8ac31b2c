// A chat completion in one piece.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/arena.h"
#include "event/json_parser.h"
#include "event/value.h"
#include "model/call/attempt.h"
#include "model/remote/model_answer.h"

namespace penstock::remote {

// As Protocol::Read().
AttemptOutcome ReadChatAnswer(int status, std::string_view body, JsonParser& parser, Arena& arena);

// A member that is a string, or else nothing.
std::string_view TextMember(const Value& map, std::string_view name);
// A member that is an object that counts for something; else null.
Value MapMember(const Value& map, std::string_view name);
// Of `usage`: prompt_tokens and completion_tokens; nothing where there are none.
std::optional<Usage> ReadUsage(const Value& root);
// The first of `choices`; null where there is none.
Value FirstChoice(const Value& root);

// Of a message, or of a part of a streamed one; empty where there is none. litellm's proxy moves it into
// `provider_specific_fields`, and leaves a message without content behind.
std::string_view RefusalOf(const Value& message);

AttemptOutcome Answered(const ModelAnswer& answer, std::optional<Usage> usage);

}  // namespace penstock::remote
