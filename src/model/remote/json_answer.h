// A model's text -> the JSON that it was asked for.
#pragma once

#include <string_view>

#include "base/arena.h"
#include "base/result.h"
#include "event/json_parser.h"
#include "event/value.h"
#include "model/remote/answer_schema.h"

namespace penstock::remote {

// `text`, without white space and a code fence (``` or ```json) around it.
std::string_view Unfence(std::string_view text);

// The value borrows from `text` and `arena`. kInvalid: it is no JSON, or not what the schema describes; the message
// names the first fault and its place, and nothing of the answer but names that the schema has.
Result<Value> ReadJsonAnswer(std::string_view text, const AnswerSchema& schema, JsonParser& parser, Arena& arena);

}  // namespace penstock::remote
