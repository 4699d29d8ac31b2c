#include "log/local/database.h"

#include <utility>

#include "log/local/database_error.h"

namespace penstock::local {

void Query::Reset::operator()(sqlite3_stmt* statement) const {
  sqlite3_reset(statement);
  sqlite3_clear_bindings(statement);
}

// An empty text or blob has an address too: without one it would be NULL.
void Query::BindAt(int index, std::string_view text) {
  const char* const bytes = text.data() == nullptr ? "" : text.data();
  sqlite3_bind_text64(statement_.get(), index, bytes, text.size(), SQLITE_STATIC, SQLITE_UTF8);
}

void Query::BindAt(int index, Blob blob) {
  const char* const bytes = blob.bytes.data() == nullptr ? "" : blob.bytes.data();
  sqlite3_bind_blob64(statement_.get(), index, bytes, blob.bytes.size(), SQLITE_STATIC);
}

Result<bool> Query::Step() {
  const int code = sqlite3_step(statement_.get());
  if (code == SQLITE_ROW) return true;
  if (code == SQLITE_DONE) return false;
  return database_->Failure(code);
}

Result<void> Query::Run() {
  TRY_ASSIGN(const bool row, Step());
  if (row) return Fail(ErrorKind::kInternal, std::string("a row came from: ") + sqlite3_sql(statement_.get()));
  return {};
}

std::string_view Query::Bytes(int column) const {
  const auto* const bytes = static_cast<const char*>(sqlite3_column_blob(statement_.get(), column));
  return {bytes, static_cast<size_t>(sqlite3_column_bytes(statement_.get(), column))};
}

Result<Database> Database::Open(const std::string& path) {
  constexpr int kFlags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE;
  sqlite3* connection = nullptr;
  const int code = sqlite3_open_v2(path.c_str(), &connection, kFlags, nullptr);
  Database database(path, connection);  // there is something to close even where opening failed
  if (code != SQLITE_OK) return database.Failure(code);
  return database;
}

Result<Query> Database::Prepare(std::string_view sql) {
  const auto found = statements_.find(sql);
  if (found != statements_.end()) return Query(*this, found->second.get());
  sqlite3_stmt* statement = nullptr;
  const int code = sqlite3_prepare_v3(connection_.get(), sql.data(), static_cast<int>(sql.size()),
                                      SQLITE_PREPARE_PERSISTENT, &statement, nullptr);
  if (code != SQLITE_OK) return Failure(code);
  statements_.emplace(sql, statement);
  return Query(*this, statement);
}

Result<void> Database::Execute(const char* sql) {
  const int code = sqlite3_exec(connection_.get(), sql, nullptr, nullptr, nullptr);
  if (code != SQLITE_OK) return Failure(code);
  return {};
}

tl::unexpected<Error> Database::Failure(int code) const {
  sqlite3* const connection = connection_.get();
  const int system_error = connection == nullptr ? 0 : sqlite3_system_errno(connection);
  const char* const text = connection == nullptr ? sqlite3_errstr(code) : sqlite3_errmsg(connection);
  return tl::unexpected<Error>(DatabaseError(path_, code, system_error, text));
}

}  // namespace penstock::local
