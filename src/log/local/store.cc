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

int NoteWalPages(void* pages, sqlite3* /*connection*/, const char* /*name*/, int count) {
  *static_cast<int*>(pages) = count;
  return SQLITE_OK;
}

}  // namespace

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

Result<void> Store::End(bool fine) {
  if (fine) {
    const Result<void> committed = database_.Run("COMMIT");
    if (committed) {
      lock_.Ring();
      Checkpoint();
      return {};
    }
    if (database_.in_transaction()) (void)database_.Run("ROLLBACK");
    return committed;
  }
  // SQLite has rolled back by itself after some errors.
  if (database_.in_transaction()) TRY(database_.Run("ROLLBACK"));
  return {};
}

// What fails here fails again, and is reported, when the log is next written: the commit before it stands.
void Store::Checkpoint() {
  if (wal_pages_ < kCheckpointPages) return;
  const int mode = wal_pages_ < kTruncatePages ? SQLITE_CHECKPOINT_PASSIVE : SQLITE_CHECKPOINT_TRUNCATE;
  sqlite3_wal_checkpoint_v2(database_.connection(), nullptr, mode, nullptr, nullptr);
}

}  // namespace penstock::local
