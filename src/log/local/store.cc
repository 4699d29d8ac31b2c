#include "log/local/store.h"

#include "log/local/directory.h"
#include "log/local/schema.h"

namespace penstock::local {
namespace {

constexpr int kBusyMs = 10'000;
// Of the write-ahead log, of 4 KiB each. At the first, pages are moved without waiting for anyone. Where readers always
// are in the way, the second waits for them.
constexpr int kCheckpointPages = 8192;
constexpr int kTruncatePages = 4 * kCheckpointPages;
constexpr int kTruncateWaitMs = 500;

int NoteWalPages(void* pages, sqlite3* /*connection*/, const char* /*name*/, int count) {
  *static_cast<int*>(pages) = count;
  return SQLITE_OK;
}

}  // namespace

Store::Store(Database database, WriteLock lock)
    : database_(std::move(database)), lock_(std::move(lock)), truncate_at_pages_(kTruncatePages) {}

Result<std::unique_ptr<Store>> Store::Open(const std::string& directory, Durability durability) {
  TRY_ASSIGN(WriteLock lock, WriteLock::Open(directory));
  TRY_ASSIGN(Database database, Database::Open(DatabasePath(directory)));
  std::unique_ptr<Store> store(new Store(std::move(database), std::move(lock)));
  TRY(store->Configure(durability));
  return store;
}

Result<void> Store::Configure(Durability durability) {
  sqlite3_busy_timeout(database_.connection(), kBusyMs);
  TRY_ASSIGN(const WriteLock::Guard guard, lock_.Acquire());
  TRY(database_.Execute("PRAGMA journal_mode = WAL"));
  TRY(database_.Execute(durability == Durability::kPower ? "PRAGMA synchronous = FULL"
                                                         : "PRAGMA synchronous = NORMAL"));
  TRY(database_.Execute("PRAGMA wal_autocheckpoint = 0; PRAGMA cell_size_check = ON; PRAGMA temp_store = MEMORY"));
  sqlite3_wal_hook(database_.connection(), NoteWalPages, &wal_pages_);
  return PrepareSchema(database_);
}

Result<void> Store::EndRead() { return database_.in_transaction() ? database_.Run("COMMIT") : Result<void>(); }

Result<void> Store::Commit() {
  TRY(database_.Run("COMMIT"));
  lock_.Ring();
  Checkpoint();
  return {};
}

void Store::Abort() {
  if (database_.in_transaction()) (void)database_.Run("ROLLBACK");
}

// What fails here fails again, and is reported, when the log is next written: the commit before it stands.
void Store::Checkpoint() {
  if (wal_pages_ < kCheckpointPages) return;
  sqlite3* const connection = database_.connection();
  if (wal_pages_ < truncate_at_pages_) {
    sqlite3_wal_checkpoint_v2(connection, nullptr, SQLITE_CHECKPOINT_PASSIVE, nullptr, nullptr);
    return;
  }
  sqlite3_busy_timeout(connection, kTruncateWaitMs);
  const int code = sqlite3_wal_checkpoint_v2(connection, nullptr, SQLITE_CHECKPOINT_TRUNCATE, nullptr, nullptr);
  sqlite3_busy_timeout(connection, kBusyMs);
  // A reader that was stopped in the middle is in the way as long as it is stopped: not every writer waits for it.
  truncate_at_pages_ = code == SQLITE_OK ? kTruncatePages : wal_pages_ + kCheckpointPages;
}

}  // namespace penstock::local
