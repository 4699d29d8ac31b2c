// Chat completions of the OpenAI API, which many servers speak.
#pragma once

#include <memory>

#include "base/result.h"
#include "model/remote/protocol.h"

namespace penstock::remote {

Result<std::unique_ptr<Protocol>> MakeChatProtocol(const RemoteSpec& spec);

}  // namespace penstock::remote
