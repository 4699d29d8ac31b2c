// What attempts without an answer came to.
#pragma once

#include <string_view>

#include "base/arena.h"
#include "event/json_parser.h"
#include "event/value.h"
#include "model/call/attempt.h"
#include "model/remote/http_client.h"
#include "model/remote/reply_hints.h"

namespace penstock::remote {

// Statuses that no protocol reads an answer from: whatever is not 2xx. After the OpenAI API and its clients: 429 is
// throttled; 408, 409, 425 and 5xx may pass; all else is refused, also a 429 with `insufficient_quota`; and where the
// provider says x-should-retry, that counts. Of the body only the names of the error are repeated: what it says in
// words may repeat the request.
AttemptOutcome OutcomeOfStatus(int status, std::string_view body, const ReplyHints& hints, JsonParser& parser,
                               Arena& arena);

// An object that says `error` where an answer, or a part of one, was expected.
AttemptOutcome OutcomeOfError(const Value& error);

AttemptOutcome OutcomeOfFault(const HttpEnd& end);

// kFailed, because another attempt may come to something else.
AttemptOutcome Failed(std::string_view reason, std::string_view message);

}  // namespace penstock::remote
