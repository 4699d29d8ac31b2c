// Calls of functions, and the building of lists and maps, over arguments that are there.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "event/value.h"
#include "expr/call_site.h"
#include "expr/function.h"

namespace penstock::expr {

// Of arguments that no overload takes: the first that is an error, or the error that says so.
Value RefuseCall(CallContext& context, const CallSite& site, const Value* arguments, uint32_t count);

// By the first overload that takes the arguments' kinds; errors are taken by none.
inline Value CallFunction(CallContext& context, const CallSite& site, const Value* arguments, uint32_t count) {
  for (const CallSite::Candidate& candidate : site.candidates) {
    bool takes = true;
    for (uint32_t i = 0; i < count; ++i)
      takes &= ((candidate.masks[i] >> static_cast<unsigned>(arguments[i].kind())) & 1) != 0;
    if (!takes) continue;
    return candidate.prepared != nullptr ? candidate.prepared->Invoke(context, arguments)
                                         : candidate.implementation(context, arguments);
  }
  return RefuseCall(context, site, arguments, count);
}

// `optional` says which elements are optionals, to be left out where they hold nothing.
Value MakeList(CallContext& context, std::span<const Value> elements, const std::vector<bool>& optional);
// Of key, value, key, value ..; a key's flag is that of its entry.
Value MakeMap(CallContext& context, std::span<const Value> entries, const std::vector<bool>& optional);

// The map of a list of key, value, key, value .., whose keys differ; the map of all entries of a list of maps. Of an
// error, that error.
Value MapOfPairs(CallContext& context, const Value& pairs);
Value MergeMaps(CallContext& context, const Value& maps);

}  // namespace penstock::expr
