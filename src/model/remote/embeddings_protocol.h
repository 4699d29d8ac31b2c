// Embeddings of the OpenAI API.
#pragma once

#include <memory>

#include "base/result.h"
#include "model/remote/protocol.h"

namespace penstock::remote {

Result<std::unique_ptr<Protocol>> MakeEmbeddingsProtocol(const RemoteSpec& spec);

}  // namespace penstock::remote
