// Any HTTP endpoint that answers in JSON.
#pragma once

#include <memory>

#include "base/result.h"
#include "model/remote/protocol.h"

namespace penstock::remote {

Result<std::unique_ptr<Protocol>> MakeHttpProtocol(const RemoteSpec& spec);

}  // namespace penstock::remote
