// What the predictors of one remote model share.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "base/redactor.h"
#include "base/result.h"
#include "model/remote/http_client.h"
#include "model/remote/protocol.h"
#include "model/remote/remote_model.h"

namespace penstock::remote {

// Immutable; used by many threads at once.
struct RemoteSettings {
  RemoteSpec spec;
  std::unique_ptr<const Protocol> protocol;
  std::vector<HttpTarget> targets;  // by endpoint
  std::vector<std::string> shown;   // what messages say of an endpoint
  Redactor secrets;
};

// kInvalid: what is wrong with the spec, without the model's name.
Result<std::unique_ptr<const RemoteSettings>> MakeRemoteSettings(RemoteSpec spec);

}  // namespace penstock::remote
