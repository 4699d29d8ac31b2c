// Appends batches of records, each as a whole.
#pragma once

#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "base/result.h"
#include "log/kafka/producer.h"
#include "log/out_batch.h"

namespace penstock::kafka {

// A batch is a transaction: only so a cluster takes all of its records or none. When it is appended, whoever reads
// committed records sees it. Any thread.
class Appender {
 public:
  // The producer is opened when it is needed first. `handle` asks for topics; it outlives the appender.
  Appender(ProducerOptions options, rd_kafka_t* handle) : options_(std::move(options)), handle_(handle) {}

  Result<void> Append(const OutBatch& batch);

 private:
  Result<void> Check(const OutBatch& batch);
  Result<int32_t> PartitionsOf(const std::string& topic, int32_t wanted);
  Result<void> Open();
  Result<void> WaitUntilVisible(const OutBatch& batch) const;

  ProducerOptions options_;
  rd_kafka_t* const handle_;
  std::mutex mutex_;
  std::unique_ptr<Producer> producer_;
  std::map<std::string, int32_t> partitions_;  // of topics that were there
  std::vector<Place> places_;                  // of the records of the batch that is written: scratch
};

}  // namespace penstock::kafka
