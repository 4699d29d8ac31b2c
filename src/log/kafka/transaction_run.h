// One transaction, from its begin to its end.
#pragma once

#include <atomic>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.h"
#include "log/cluster/client.h"
#include "log/kafka/partition_list.h"
#include "log/kafka/producer.h"

namespace penstock::kafka {

struct TransactionRunOptions {
  std::string group;
  bool transactional = true;  // else records are written, and offsets left
  const Clock* clock = nullptr;
  const std::atomic<bool>* stopping = nullptr;  // gives up what runs
};

// Used once, by the thread that uses the producer, which outlives this.
class TransactionRun {
 public:
  TransactionRun(Producer& producer, TransactionRunOptions options)
      : producer_(producer), options_(std::move(options)) {}

  cluster::TransactionEnded Run(const cluster::Transaction& transaction);
  // In place of Run(), where no transaction is wanted and the producer began to write at `began`, but for the `rest`.
  cluster::TransactionEnded Finish(const cluster::Transaction& transaction, Duration began,
                                   std::optional<Producer::Cursor> rest);

  // From now on, where the records of the transaction's first batch are stored is noted there.
  void NotePlaces(std::vector<Place>& places) { places_ = &places; }

  // Set where the producer's requests were larger than a topic allows, though no record of them was: the next producer
  // is to make them so small.
  std::optional<size_t> batch_bytes_max() const { return batch_bytes_max_; }

 private:
  // An error where the transaction is to be aborted.
  Result<void> WriteAll(const cluster::Transaction& transaction);
  Result<void> Await();
  cluster::TransactionEnded Conclude(const cluster::Transaction& transaction, const Result<void>& written);
  Result<void> WriteSpills(const cluster::Transaction& transaction);
  Result<void> SendOffsets(const cluster::Transaction& transaction);
  bool MayLackTopics(const Error& error) const;
  std::optional<Error> MissingTopic(const cluster::Transaction& transaction, const Error& error) const;
  // None when it is committed.
  Handle<rd_kafka_error_t> Commit();
  bool Abort();

  cluster::TransactionEnded End(const Error& error, bool committing);
  std::vector<cluster::RefusedInBatch> Refused(const cluster::Transaction& transaction);
  bool IsRefused(const OutRecord& record, const std::string& topic, rd_kafka_resp_err_t code);
  std::optional<int64_t> RecordBytesMax(const std::string& topic);
  bool IsOver() const;

  Producer& producer_;
  const TransactionRunOptions options_;
  Duration deadline_{0};
  uint64_t ends_sent_before_ = 0;
  std::vector<Place> spills_;
  std::vector<Place>* places_ = nullptr;
  bool metadata_refused_ = false;
  std::optional<size_t> batch_bytes_max_;
  std::map<std::string, std::optional<int64_t>> limits_;
};

}  // namespace penstock::kafka
