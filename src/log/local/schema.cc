#include "log/local/schema.h"

#include <string>

namespace penstock::local {
namespace {

constexpr int64_t kApplication = 0x50656E73;  // "Pens"
constexpr int64_t kVersion = 1;

constexpr const char* kTables = R"(
CREATE TABLE topics (
  id INTEGER PRIMARY KEY,
  name TEXT NOT NULL UNIQUE,
  partitions INTEGER NOT NULL,
  first_slot INTEGER NOT NULL,
  compact INTEGER NOT NULL,
  retention_ms INTEGER NOT NULL,
  retention_bytes INTEGER NOT NULL);
CREATE TABLE partitions (
  slot INTEGER PRIMARY KEY,
  topic INTEGER NOT NULL,
  begin INTEGER NOT NULL,
  end INTEGER NOT NULL,
  bytes INTEGER NOT NULL,
  clean INTEGER NOT NULL);
CREATE TABLE rows (
  id INTEGER PRIMARY KEY,
  span INTEGER NOT NULL,
  count INTEGER NOT NULL,
  max_timestamp_ms INTEGER NOT NULL,
  plain_bytes INTEGER NOT NULL,
  format INTEGER NOT NULL,
  checksum INTEGER NOT NULL,
  data BLOB NOT NULL);
CREATE TABLE groups (
  id INTEGER PRIMARY KEY,
  name TEXT NOT NULL UNIQUE,
  version INTEGER NOT NULL,
  topics_seen INTEGER NOT NULL);
CREATE TABLE members (
  uuid TEXT PRIMARY KEY,
  group_id INTEGER NOT NULL,
  name TEXT NOT NULL,
  topics TEXT NOT NULL,
  topics_seen INTEGER NOT NULL,
  start TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE assignments (
  group_id INTEGER NOT NULL,
  slot INTEGER NOT NULL,
  owner TEXT,
  wanted TEXT,
  epoch INTEGER NOT NULL,
  PRIMARY KEY (group_id, slot)) WITHOUT ROWID;
CREATE TABLE progress (
  group_id INTEGER NOT NULL,
  slot INTEGER NOT NULL,
  position INTEGER NOT NULL,
  ranges TEXT NOT NULL,
  commits INTEGER NOT NULL,
  PRIMARY KEY (group_id, slot)) WITHOUT ROWID;
)";

Result<void> CreateTables(Database& database) {
  TRY(database.Execute("BEGIN IMMEDIATE"));
  TRY(database.Execute(kTables));
  TRY(database.Execute(("PRAGMA application_id = " + std::to_string(kApplication)).c_str()));
  TRY(database.Execute(("PRAGMA user_version = " + std::to_string(kVersion)).c_str()));
  return database.Execute("COMMIT");
}

}  // namespace

Result<void> PrepareSchema(Database& database) {
  TRY_ASSIGN(const int64_t application, database.Number("PRAGMA application_id", 0));
  TRY_ASSIGN(const int64_t version, database.Number("PRAGMA user_version", 0));
  if (application == kApplication && version == kVersion) return {};
  if (application == kApplication && version > kVersion)
    return Fail(ErrorKind::kUnavailable, "the log '" + database.path() + "' has format " + std::to_string(version) +
                                             ", and this program knows formats up to " + std::to_string(kVersion) +
                                             "; use the newer program that wrote it, or another directory");
  TRY_ASSIGN(const int64_t tables, database.Number("SELECT count(*) FROM sqlite_master", 0));
  if (application == 0 && version == 0 && tables == 0) return CreateTables(database);
  return Fail(ErrorKind::kUnavailable,
              "'" + database.path() + "' is a database of another program; give another directory for the log");
}

}  // namespace penstock::local
