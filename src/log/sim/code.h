// What brokers answer, as far as clients tell it apart. The names are those of Kafka's error codes.
#pragma once

#include <cstdint>
#include <string_view>

namespace penstock::sim {

enum class Code {
  kOk,
  kNoAnswer,  // no broker says this: the connection broke, or the answer did not come in time
  kConcurrentTransactions,
  kProducerFenced,
  kInvalidTxnState,
  kOutOfOrderSequence,
  kUnknownMember,
  kIllegalGeneration,
  kRebalanceInProgress,
  kMetadataTooLarge,
  kUnstableOffsets,
  kNotYet,  // the group has not settled, or the offset is beyond what is stable
};

std::string_view CodeName(Code code);

// Whether asking again may help.
constexpr bool IsRetriable(Code code) {
  return code == Code::kNoAnswer || code == Code::kConcurrentTransactions || code == Code::kUnstableOffsets ||
         code == Code::kNotYet;
}

// A producer, as brokers know it. Of two with the same id, the higher epoch fences the other.
struct ProducerIdentity {
  int64_t id = -1;
  int32_t epoch = -1;

  bool operator==(const ProducerIdentity&) const = default;
};

}  // namespace penstock::sim
