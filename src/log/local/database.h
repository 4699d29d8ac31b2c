// SQLite in RAII: one connection, and the statements that it keeps prepared.
#pragma once

#include <sqlite3.h>

#include <concepts>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>

#include "base/result.h"

namespace penstock::local {

// A parameter that is stored as bytes, not as text.
struct Blob {
  std::string_view bytes;
};

class Database;

// One run of a prepared statement. Texts and blobs that are bound live until its end; those that it gives, until the
// next Step(). Ends before its database; there is one at a time of each statement.
class Query {
 public:
  template <typename... Arguments>
  void Bind(const Arguments&... arguments) {
    int index = 0;
    (BindAt(++index, arguments), ...);
  }

  // Whether there is a (next) row.
  Result<bool> Step();
  // For statements that give no rows.
  Result<void> Run();

  int64_t Int(int column) const { return sqlite3_column_int64(statement_.get(), column); }
  bool IsNull(int column) const { return sqlite3_column_type(statement_.get(), column) == SQLITE_NULL; }
  // Of a text or a blob.
  std::string_view Bytes(int column) const;

 private:
  friend class Database;
  struct Reset {
    void operator()(sqlite3_stmt* statement) const;
  };

  Query(const Database& database, sqlite3_stmt* statement) : database_(&database), statement_(statement) {}

  void BindAt(int index, std::integral auto value) {
    sqlite3_bind_int64(statement_.get(), index, static_cast<int64_t>(value));
  }
  void BindAt(int index, std::string_view text);
  void BindAt(int index, Blob blob);

  const Database* database_;
  std::unique_ptr<sqlite3_stmt, Reset> statement_;
};

// One connection. Used by one thread at a time. Its errors name the file.
class Database {
 public:
  // Creates the file if it is missing.
  static Result<Database> Open(const std::string& path);

  // `sql` is a literal, and stays prepared.
  Result<Query> Prepare(std::string_view sql);

  // A statement that gives no rows.
  template <typename... Arguments>
  Result<void> Run(std::string_view sql, const Arguments&... arguments) {
    TRY_ASSIGN(Query query, Prepare(sql));
    query.Bind(arguments...);
    return query.Run();
  }

  // The first column of the first row; `otherwise` where there is no row.
  template <typename... Arguments>
  Result<int64_t> Number(std::string_view sql, int64_t otherwise, const Arguments&... arguments) {
    TRY_ASSIGN(Query query, Prepare(sql));
    query.Bind(arguments...);
    TRY_ASSIGN(const bool found, query.Step());
    return found ? query.Int(0) : otherwise;
  }

  // Any number of statements, without parameters; their rows are ignored.
  Result<void> Execute(const char* sql);

  bool in_transaction() const { return sqlite3_get_autocommit(connection_.get()) == 0; }
  sqlite3* connection() const { return connection_.get(); }
  const std::string& path() const { return path_; }

  // What a result code of this connection's last call means for the user.
  tl::unexpected<Error> Failure(int code) const;

 private:
  struct Close {
    void operator()(sqlite3* connection) const { sqlite3_close_v2(connection); }
  };
  struct Finalize {
    void operator()(sqlite3_stmt* statement) const { sqlite3_finalize(statement); }
  };

  Database(std::string path, sqlite3* connection) : path_(std::move(path)), connection_(connection) {}

  std::string path_;
  std::unique_ptr<sqlite3, Close> connection_;
  // After the connection, so that they are finalised before it is closed.
  std::unordered_map<std::string_view, std::unique_ptr<sqlite3_stmt, Finalize>> statements_;
};

}  // namespace penstock::local
