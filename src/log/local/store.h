// One connection to a log, with what it takes to write: the lock, transactions, the bell.
#pragma once

#include <memory>
#include <string>
#include <utility>

#include "base/result.h"
#include "log/local/catalog.h"
#include "log/local/database.h"
#include "log/local/write_lock.h"

namespace penstock::local {

// What a commit survives once it is acknowledged.
enum class Durability {
  kProcess,  // a killed process
  kPower,    // a lost power supply
};

// Used by one thread at a time. Never opens or closes the database's file but through SQLite: to close any descriptor
// of it would drop SQLite's locks.
class Store {
 public:
  // Creates what is missing.
  static Result<std::unique_ptr<Store>> Open(const std::string& directory, Durability durability);

  Database& database() { return database_; }
  Catalog& catalog() { return catalog_; }

  // Runs `body`, which returns a Result, inside one transaction that sees one state of the log.
  template <typename Body>
  auto Read(Body&& body) -> decltype(body()) {
    TRY(database_.Run("BEGIN"));
    auto result = body();
    const Result<void> ended = EndRead();
    if (result && !ended) return tl::unexpected<Error>(ended.error());
    return result;
  }

  // Runs `body` inside one transaction that writes, once its turn has come, and wakes those who watch the log. Where it
  // fails, nothing has happened.
  template <typename Body>
  auto Write(Body&& body) -> decltype(body()) {
    TRY_ASSIGN(const WriteLock::Guard guard, lock_.Acquire());
    TRY(database_.Run("BEGIN IMMEDIATE"));
    auto result = body();
    const Result<void> ended = result ? Commit() : Result<void>();
    if (!result || !ended) Abort();
    if (!ended) return tl::unexpected<Error>(ended.error());
    return result;
  }

 private:
  Store(Database database, WriteLock lock);

  Result<void> Configure(Durability durability);
  Result<void> EndRead();
  // With all that follows a commit.
  Result<void> Commit();
  // Does nothing where SQLite has rolled back by itself.
  void Abort();
  // Moves what was written from the write-ahead log into the database, now and then, so that it does not grow for ever.
  void Checkpoint();

  Database database_;
  WriteLock lock_;
  Catalog catalog_{database_};
  int wal_pages_ = 0;
  int truncate_at_pages_;
};

}  // namespace penstock::local
