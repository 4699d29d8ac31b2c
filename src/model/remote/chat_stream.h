// A chat completion that comes in parts.
#pragma once

#include <memory>

#include "model/remote/protocol.h"

namespace penstock::remote {

// The data of the stream's events are chunks, until [DONE]; a server may also end without it, once it has named a
// finish_reason. An `error` among them ends the answer.
std::unique_ptr<StreamReader> MakeChatStream(int status);

}  // namespace penstock::remote
