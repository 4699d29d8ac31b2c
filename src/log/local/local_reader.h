// Reads one partition of the embedded log, outside any group.
#pragma once

#include <memory>
#include <vector>

#include "base/arena.h"
#include "base/log.h"
#include "log/local/partition_reader.h"
#include "log/local/store.h"
#include "log/local/waker.h"
#include "log/log.h"

namespace penstock::local {

class LocalReader final : public Reader {
 public:
  LocalReader(std::unique_ptr<Store> store, Waker waker, TopicPartition partition, int64_t slot, int64_t position,
              const Logger* logger)
      : store_(std::move(store)),
        waker_(std::move(waker)),
        reader_(std::move(partition), slot, Progress(position)),
        logger_(logger) {}

  Result<std::span<const Record>> Read(Duration wait) override;

 private:
  Result<void> ReadNow();

  std::unique_ptr<Store> store_;
  Waker waker_;
  PartitionReader reader_;
  const Logger* logger_;  // may be null
  Arena arena_{kRowBytes + (kRowBytes / 2)};
  std::vector<Record> records_;
};

}  // namespace penstock::local
