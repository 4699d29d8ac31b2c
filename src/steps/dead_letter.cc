#include "steps/dead_letter.h"

namespace penstock {

std::string_view DeadKindName(DeadKind kind) {
  switch (kind) {
    case DeadKind::kDecode: return "decode";
    case DeadKind::kType: return "type";
    case DeadKind::kContract: return "contract";
    case DeadKind::kKey: return "key";
    case DeadKind::kTime: return "time";
    case DeadKind::kExpression: return "expression";
    case DeadKind::kRequire: return "require";
    case DeadKind::kMask: return "mask";
    case DeadKind::kNoRoute: return "no_route";
    case DeadKind::kInput: return "input";
    case DeadKind::kModel: return "model";
    case DeadKind::kDeadline: return "deadline";
    case DeadKind::kOutage: return "outage";
    case DeadKind::kAnswer: return "answer";
    case DeadKind::kRefusal: return "refusal";
    case DeadKind::kTruncated: return "truncated";
    case DeadKind::kFiltered: return "filtered";
    case DeadKind::kOutput: return "output";
    case DeadKind::kEmit: return "emit";
    case DeadKind::kTooLarge: return "too_large";
    case DeadKind::kRefused: return "refused";
  }
  return "unknown";
}

}  // namespace penstock
