// The topics of a log.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "log/local/database.h"
#include "log/log.h"

namespace penstock::local {

// What never changes of a topic. Its partitions have consecutive slots, numbers that no other partition has.
struct Topic {
  int64_t id = 0;
  std::string name;
  TopicOptions options;
  int64_t first_slot = 0;
};

struct PartitionState {
  int64_t begin = 0;
  int64_t end = 0;
  int64_t bytes = 0;
};

// Kafka's rule for topics; ours for groups as well. `what` is one of these words.
Result<void> CheckName(std::string_view what, std::string_view name);

// Reads topics through one connection, and remembers them. Used by that connection's thread.
class Catalog {
 public:
  explicit Catalog(Database& database) : database_(database) {}

  // Null where there is none. Lives as long as the catalog.
  Result<const Topic*> Find(std::string_view name);
  // An error where there is none.
  Result<const Topic*> Get(std::string_view name);
  // By number.
  Result<const Topic*> GetById(int64_t id);
  // An error where the partition is not there.
  Result<int64_t> SlotOf(const TopicPartition& partition);
  Result<std::vector<const Topic*>> All();

  // In a transaction that writes.
  Result<void> Create(std::string_view name, const TopicOptions& options);

  Result<PartitionState> StateOf(int64_t slot);

  // How many topics there are. They are never deleted: whether this has changed tells of new ones.
  Result<int64_t> Count() { return database_.Number("SELECT count(*) FROM topics", 0); }

 private:
  const Topic* Remember(const Query& row);

  Database& database_;
  std::map<std::string, std::unique_ptr<const Topic>, std::less<>> topics_;
};

}  // namespace penstock::local
