#include "log/local/database_error.h"

#include <sqlite3.h>

#include <cerrno>
#include <cstring>

namespace penstock::local {
namespace {

bool IsFull(int code, int system_error) {
  if ((code & 0xff) == SQLITE_FULL) return true;
  return (code & 0xff) == SQLITE_IOERR && (system_error == ENOSPC || system_error == EDQUOT);
}

Error FullError(const std::string& path) {
  return {ErrorKind::kUnavailable,
          "there is no room to write '" + path +
              "': the disk or the quota is full; what was written before is intact. Make room and start again"};
}

// What a result code means, without its name and place; empty where that is a bug of ours.
std::string Meaning(int code) {
  switch (code & 0xff) {
    case SQLITE_READONLY:
    case SQLITE_PERM:
    case SQLITE_AUTH: return "it, or its directory, is read-only. Give this user the right to write both";
    case SQLITE_CANTOPEN: return "it cannot be opened. See that its directory exists and this user may write there";
    case SQLITE_CORRUPT: return "it is damaged. Restore it from a copy, or move the directory away to begin anew";
    case SQLITE_NOTADB: return "it is no log of Penstock, or is damaged. Restore it, or give another directory";
    case SQLITE_BUSY:
    case SQLITE_LOCKED: return "another program keeps it locked. Find that program (fuser shows it) and end it";
    case SQLITE_IOERR: return "reading or writing it failed. See the system's log for errors of the disk";
    case SQLITE_NOMEM: return "there is not enough memory";
    case SQLITE_NOLFS: return "it is larger than its file system allows";
    case SQLITE_PROTOCOL: return "its locks do not work. It must be on a local file system";
    default: return {};
  }
}

}  // namespace

Error DatabaseError(const std::string& path, int code, int system_error, std::string_view detail) {
  if (IsFull(code, system_error)) return FullError(path);
  std::string cause = " (" + std::string(detail);
  if (system_error != 0) cause += std::string("; ") + std::strerror(system_error);
  cause += ")";
  const std::string meaning = Meaning(code);
  if (meaning.empty()) return {ErrorKind::kInternal, "the log '" + path + "': SQLite refuses a statement" + cause};
  return {ErrorKind::kUnavailable, "the log '" + path + "': " + meaning + cause};
}

Error SystemError(std::string_view action, const std::string& path, int system_error) {
  if (system_error == ENOSPC || system_error == EDQUOT) return FullError(path);
  return {ErrorKind::kUnavailable, "cannot " + std::string(action) + " '" + path + "': " + std::strerror(system_error)};
}

}  // namespace penstock::local
