// Records as people read them.
#pragma once

#include <string>

#include "base/arena.h"
#include "event/json_parser.h"
#include "event/record.h"

namespace penstock::app {

// Writes records as lines of JSON. Used by one thread.
class RecordJsonWriter {
 public:
  // Appends one line. A value that is a JSON object stands there as one, in one line; other UTF-8 as a string; other
  // bytes as Base64, under another name. Null: there is no key, or no value.
  void Append(const Record& record, std::string& out);

 private:
  bool AppendObject(std::string_view value, std::string& out);

  JsonParser parser_;
  Arena arena_;
};

}  // namespace penstock::app
