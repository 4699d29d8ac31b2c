// The stand-in for providers (standin/), as a process of a test's own.
#pragma once

#include <sys/types.h>

#include <string>
#include <string_view>

#include "base/file_descriptor.h"
#include "base/temporary_directory.h"
#include "event/parsed_json.h"

namespace penstock::remote {

// Ends with its object, or with the process that has it. Throws where the stand-in cannot be started.
class Standin {
 public:
  Standin();
  ~Standin();
  Standin(const Standin&) = delete;
  Standin& operator=(const Standin&) = delete;

  // http://127.0.0.1:PORT/v1?case=NAME&QUERY
  std::string Http(std::string_view name, std::string_view query = "") const;
  // `place`: https, expired, wrong_host or self_signed.
  std::string Https(std::string_view place, std::string_view name, std::string_view query = "") const;
  std::string ca_file() const;
  std::string unix_socket() const;

  // What the stand-in counted of a case (standin/counts.go).
  ParsedJson Counts(std::string_view name) const;

 private:
  std::string Url(std::string_view scheme, std::string_view place, std::string_view rest) const;

  TemporaryDirectory folder_;
  pid_t process_ = -1;
  FileDescriptor input_;
  std::unique_ptr<ParsedJson> places_;
};

// A port of 127.0.0.1 on which nobody listens.
int UnusedPort();

}  // namespace penstock::remote
