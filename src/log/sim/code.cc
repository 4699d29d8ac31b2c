#include "log/sim/code.h"

namespace penstock::sim {

std::string_view CodeName(Code code) {
  switch (code) {
    case Code::kOk: return "ok";
    case Code::kNoAnswer: return "no answer";
    case Code::kConcurrentTransactions: return "CONCURRENT_TRANSACTIONS";
    case Code::kProducerFenced: return "PRODUCER_FENCED";
    case Code::kInvalidTxnState: return "INVALID_TXN_STATE";
    case Code::kOutOfOrderSequence: return "OUT_OF_ORDER_SEQUENCE_NUMBER";
    case Code::kUnknownMember: return "UNKNOWN_MEMBER_ID";
    case Code::kIllegalGeneration: return "ILLEGAL_GENERATION";
    case Code::kRebalanceInProgress: return "REBALANCE_IN_PROGRESS";
    case Code::kMetadataTooLarge: return "OFFSET_METADATA_TOO_LARGE";
    case Code::kUnstableOffsets: return "UNSTABLE_OFFSET_COMMIT";
    case Code::kNotYet: return "not yet";
  }
  return "?";
}

}  // namespace penstock::sim
