#include "expr/call_site.h"

#include <algorithm>

namespace penstock::expr {

CallSite MakeCallSite(const Function& function, const std::vector<const Value*>& known, const Limits& limits,
                      uint32_t offset, std::vector<Diagnostic>& diagnostics) {
  CallSite site{&function, {}};
  for (const Overload& overload : function.overloads) {
    if (overload.parameters.size() != known.size() || overload.implementation == nullptr) continue;
    CallSite::Candidate candidate{{}, overload.implementation, nullptr};
    std::transform(overload.parameters.begin(), overload.parameters.end(), candidate.masks.begin(), KindMask);
    if (overload.preparation != nullptr) {
      Result<std::unique_ptr<PreparedCall>> prepared = overload.preparation(known, limits);
      if (!prepared) diagnostics.push_back({offset, prepared.error().message});
      if (prepared) candidate.prepared = std::move(*prepared);
    }
    site.candidates.push_back(std::move(candidate));
  }
  return site;
}

}  // namespace penstock::expr
