#include "log/kafka/transaction_watch.h"

namespace penstock::kafka {
namespace {

constexpr int16_t kAddPartitionsToTxn = 24;
constexpr int16_t kAddOffsetsToTxn = 25;
constexpr int16_t kEndTxn = 26;
constexpr int16_t kTxnOffsetCommit = 28;

bool IsWatched(int16_t api) {
  return api == kAddPartitionsToTxn || api == kAddOffsetsToTxn || api == kEndTxn || api == kTxnOffsetCommit;
}

}  // namespace

void TransactionWatch::OnSent(int16_t api) {
  if (!IsWatched(api)) return;
  ++unanswered_;
  if (api == kEndTxn) ++ends_sent_;
}

void TransactionWatch::OnAnswer(int16_t api, rd_kafka_resp_err_t code) {
  if (!IsWatched(api)) return;
  // A request that failed without an answer counts as lost, whether or not it had been sent: librdkafka does not say.
  if (code == RD_KAFKA_RESP_ERR_NO_ERROR)
    --unanswered_;
  else if (code != RD_KAFKA_RESP_ERR__DESTROY)
    lost_ = true;
}

}  // namespace penstock::kafka
