#include "model/remote/protocol.h"

#include "model/remote/chat_protocol.h"
#include "model/remote/embeddings_protocol.h"
#include "model/remote/http_protocol.h"

namespace penstock::remote {

Result<std::unique_ptr<Protocol>> MakeProtocol(const RemoteSpec& spec) {
  switch (spec.kind) {
    case RemoteKind::kChat: return MakeChatProtocol(spec);
    case RemoteKind::kEmbeddings: return MakeEmbeddingsProtocol(spec);
    case RemoteKind::kHttp: return MakeHttpProtocol(spec);
  }
  return Fail(ErrorKind::kInternal, "a remote model of no kind");
}

}  // namespace penstock::remote
