// Keeps the newest record of each key.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <unordered_map>

#include "base/hash.h"
#include "base/result.h"
#include "log/local/row_table.h"
#include "log/local/store.h"
#include "log/partition.h"

namespace penstock::local {

// One pass over one partition. It first notes where the newest record of each key stands among the rows that came since
// the last pass, then rewrites the rows from the first one on without the records that those replace. Offsets stay. It
// begins only when as much has come as was there, so that a record is rewritten a bounded number of times; where it
// ends early, with its process, nothing is lost but its work.
//
// Tombstones are kept for a day, for readers that lag, and go when no older record of their key can be left. Records
// without a key stay.
class Compaction {
 public:
  // Nothing where it is not worth while yet. `now_ms`: the time of day.
  static Result<std::optional<Compaction>> Begin(Store& store, TopicPartition partition, int64_t slot, int64_t now_ms);

  // Notes the keys of some rows, or rewrites some. True after the last.
  Result<bool> Step(Store& store);

 private:
  struct KeyHash {
    size_t operator()(const Hash128Value& key) const { return key.low; }
  };

  Compaction(TopicPartition partition, int64_t slot) : partition_(std::move(partition)), slot_(slot) {}

  Result<bool> NoteKeys(Store& store);
  Result<void> NoteKeysOf(const StoredRow& row, const Database& database);
  struct Rewritten;
  Result<bool> Rewrite(Store& store);
  Result<void> ReadSurvivors(Database& database, Rewritten& rewritten);
  bool Keeps(const Record& record) const;

  TopicPartition partition_;
  int64_t slot_;
  int64_t clean_ = 0;                // below it, the keys of records differ from one another
  int64_t end_ = 0;                  // of the rows whose keys are noted; later ones are left alone
  bool noted_ = false;               // all keys are
  int64_t next_ = 0;                 // to be rewritten
  int64_t tombstones_until_ms_ = 0;  // younger ones stay
  std::unordered_map<Hash128Value, int64_t, KeyHash> newest_;  // offsets, of the keys from clean_ up to end_
};

}  // namespace penstock::local
